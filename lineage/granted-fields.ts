import type { FilterTerm, GrantDocument, Mask } from '../catalog/documents.ts';
import type { Contract } from '../openapi/contract.ts';
import { ruleRoots } from '../openapi/contract-index.ts';
import { findField } from '../openapi/find-field.ts';
import type { Selection, SelectionNode } from '../openapi/selection.ts';
import { byText } from './graph.ts';

/** What hides a field in the answers of an operation. */
export interface FieldMasks {
  /** In words, such as `last-4`. */
  readonly masks: readonly string[];
  /** False where the field also stands unmasked somewhere. */
  readonly everywhere: boolean;
}

const found = new WeakMap<Selection, ReadonlyMap<string, FieldMasks>>();

/** Undefined where the selection masks the field nowhere. */
export function masksOf(selection: Selection, field: string): FieldMasks | undefined {
  if (!selection.masked.has(field)) return undefined;
  const known = found.get(selection) ?? collectMasks(selection.root);
  found.set(selection, known);
  return known.get(field);
}

function collectMasks(root: SelectionNode): Map<string, FieldMasks> {
  const masks = new Map<string, { readonly masks: Set<string>; everywhere: boolean }>();
  const seen = new Set([root]);
  for (const node of seen) {
    const own = masks.get(node.field) ?? { masks: new Set<string>(), everywhere: true };
    if (node.mask === undefined) own.everywhere = false;
    else own.masks.add(maskText(node.mask));
    masks.set(node.field, own);
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return new Map([...masks].map(([id, own]) => [id, { ...own, masks: [...own.masks].sort(byText) }]));
}

/** A mask in words: `bucket of 0, 5, 20 less 2`. */
export function maskText(mask: Mask): string {
  switch (mask.type) {
    case 'hide':
    case 'last-4':
    case 'hash':
      return mask.type;
    case 'truncate':
      return `truncate to ${mask.length}`;
    case 'bucket':
      return `bucket of ${mask.bounds.join(', ')}${mask.subtract === undefined ? '' : ` less ${mask.subtract}`}`;
  }
}

/** Ids of the fields that decide under a grant which records there are. */
export function filteredFields({ spec }: GrantDocument, contract: Contract): ReadonlySet<string> {
  const fields = new Set<string>();
  const roots = ruleRoots(contract);
  for (const [schema, terms] of Object.entries(spec.filter ?? {})) {
    const shape = roots.get(schema);
    if (shape === undefined) continue;
    for (const path of terms.flatMap(pathsOf)) {
      const id = findField(shape, path).fields?.at(-1)?.id;
      if (id !== undefined) fields.add(id);
    }
  }
  return fields;
}

function pathsOf(term: FilterTerm): string[] {
  return 'or' in term ? term.or.map(([path]) => path) : [term[0]];
}
