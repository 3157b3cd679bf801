import type { SourceMap } from '../../catalog/catalog.ts';
import { byText } from '../graph.ts';

/** What findings are called: people search for these. */
export const FINDING_CODES = [
  ...(['two-writers', 'writer-not-owner', 'owners-differ'] as const),
  ...(['grant-unused', 'field-unused', 'used-undeclared', 'declared-dead'] as const),
];
export type FindingCode = (typeof FINDING_CODES)[number];

/** Something that lineage shows and nobody can have meant. */
export interface Finding {
  readonly code: FindingCode;
  /** `note`: may well be meant. */
  readonly severity: 'warning' | 'note';
  /** What is so, and how it is mended. */
  readonly message: string;
  /** Place, grant, field or version that it is about. */
  readonly about: string;
  readonly consumers: readonly string[];
  readonly grants: readonly string[];
  /** Contract fields, as `customer-master/1.2:Customer.email`. */
  readonly fields: readonly string[];
  /** Where it is mended: `file:line`. */
  readonly at?: string;
}

export function placeText(source: SourceMap | undefined, pointer: string): { readonly at?: string } {
  if (source === undefined) return {};
  const { file, line } = source.locate(pointer);
  return { at: `${file}:${line}` };
}

/** Warnings first, then by code in the order of the table, then by what they are about. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      byText(b.severity, a.severity) ||
      FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code) ||
      byText(a.about, b.about),
  );
}

/** Names in a sentence: `a, b and c`; of very many only the first. */
export function listed(names: Iterable<string>, most = 12): string {
  const all = [...new Set(names)];
  const shown = all.length > most ? [...all.slice(0, most), `${all.length - most} more`] : all;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
