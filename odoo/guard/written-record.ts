import type { ModelKnowledge } from '../knowledge.ts';
import type { OdooValue } from '../wire/value.ts';

export type WriteKind = 'create' | 'update';

/** A record as a call writes it: the called one, or a line within it. */
export interface WrittenRecord {
  readonly model: string;
  readonly knowledge: ModelKnowledge | undefined;
  readonly kind: WriteKind;
  /** Which records are changed; none where it is created. */
  readonly ids: readonly number[];
  /** What is said of it, on its way to Odoo. */
  readonly values: Record<string, OdooValue>;
  /** Of a line that gets a new record above it: the field that leads there, which Odoo sets. */
  readonly above: { readonly field: string; readonly record: WrittenRecord } | undefined;
}

const DEEPEST = 4;

/** Whether what is written changes a field, by itself or through what Odoo computes it from. */
export function changes({ knowledge, values, above }: WrittenRecord, name: string): boolean {
  const isChanged = (field: string, depth: number): boolean => {
    if (Object.hasOwn(values, field) || above?.field === field) return true;
    const known = depth < DEEPEST ? knowledge?.fields.get(field) : undefined;
    const paths = known?.related === undefined ? (known?.depends ?? []) : [known.related];
    return paths.some((path) => isChanged(path.split('.', 1)[0] ?? '', depth + 1));
  };
  return isChanged(name, 0);
}
