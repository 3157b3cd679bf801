import type { Sourced } from '../../catalog/catalog.ts';
import type { FieldClass, GrantDocument } from '../../catalog/documents.ts';
import type { GrantedOperation } from '../../gateway/plan.ts';
import type { Shape } from '../../openapi/contract.ts';
import { fieldsById, ruleRoots } from '../../openapi/contract-index.ts';
import { findField } from '../../openapi/find-field.ts';
import { successContents } from '../../openapi/list-operations.ts';
import type { SelectionNode } from '../../openapi/selection.ts';

/** A field that comes back: its class, what masks make of it where it stands, and the place of the rule (`file:line`). */
export interface ReturnedField {
  readonly field: string;
  readonly class: FieldClass;
  readonly mask: string | undefined;
  readonly rule: string;
}

/** The fields that an answer would hold, in the order of the selection; `asked` are the names of `?fields=`. */
export function returnedFields(
  granted: GrantedOperation,
  asked: readonly string[] | undefined,
  source: Sourced<GrantDocument>,
): ReturnedField[] {
  const { selection, version } = granted;
  if (selection === undefined) return [];
  const byId = fieldsById(version.contract);
  const masks = new Map<string, Set<string>>();
  for (const node of wantedNodes(selection.root, asked)) {
    if (node.field === '') continue;
    const found = masks.get(node.field) ?? new Set();
    masks.set(node.field, found.add(node.mask?.type ?? ''));
  }
  const pointers = rulePointers(granted);
  return selection.fields.flatMap((field) => {
    const found = masks.get(field);
    if (found === undefined) return [];
    const annotation = byId.get(field)?.annotation;
    const own = annotation?.envelope === true ? '/spec/operations' : '/spec/read';
    const { file, line } = source.source.locate(pointers.get(field) ?? own);
    return { field, class: annotation?.class ?? 'confidential', mask: maskText(found), rule: `${file}:${line}` };
  });
}

/** One field may stand at several places of an answer, under other masks or none: all of that is said. */
function maskText(found: ReadonlySet<string>): string | undefined {
  const types = [...found].filter((type) => type !== '');
  if (types.length === 0) return undefined;
  return `${types.join(' or ')}${found.has('') ? ' (not at every place)' : ''}`;
}

/** All nodes, or of records only those on the way to what was asked for, and below. */
function wantedNodes(root: SelectionNode, asked: readonly string[] | undefined): Set<SelectionNode> {
  const all = reachable([root], () => true);
  if (asked === undefined) return all;
  const records = [...all].filter((node) => node.record);
  const starts = records.length === 0 ? [root] : records;
  const wanted = reachable([root], (node) => !starts.includes(node));
  const ends: SelectionNode[] = [];
  for (const start of starts) {
    for (const path of asked) {
      let node: SelectionNode | undefined = start;
      for (const name of path.split('.')) {
        node = node.keys.get(name) ?? node.entries;
        if (node === undefined) break;
        wanted.add(node);
      }
      if (node !== undefined) ends.push(node);
    }
  }
  for (const node of reachable(ends, () => true)) wanted.add(node);
  return wanted;
}

function reachable(starts: readonly SelectionNode[], goOn: (node: SelectionNode) => boolean): Set<SelectionNode> {
  const seen = new Set(starts);
  for (const node of seen) {
    if (!goOn(node)) continue;
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return seen;
}

/** Where the grant's document lets each field through; the rule that names a field itself goes before one that passes it. */
function rulePointers({ grant, version }: GrantedOperation): Map<string, string> {
  const named = new Map<string, string>();
  const passed = new Map<string, string>();
  const roots = ruleRoots(version.contract);
  for (const [schema, rules] of Object.entries(grant.spec.read ?? {})) {
    const shape = roots.get(schema);
    if (shape === undefined) continue;
    for (const [index, rule] of rules.entries()) {
      const way = findField(shape, rule).fields ?? [];
      const pointer = `/spec/read/${schema.replaceAll('~', '~0').replaceAll('/', '~1')}/${index}`;
      for (const [step, { id }] of way.entries()) {
        const into = step === way.length - 1 ? named : passed;
        if (!into.has(id)) into.set(id, pointer);
      }
    }
  }
  return new Map([...passed, ...named]);
}

/** Ids of all fields that answers of the operation can hold by its contract and that the grant keeps back. */
export function hiddenFields({ operation, selection }: GrantedOperation): string[] {
  const shown = new Set(selection?.fields);
  const hidden = new Set<string>();
  const shapes = new Set<Shape>(successContents(operation).map(({ shape }) => shape));
  // A recursive schema is one map of fields under many shapes.
  const seen = new Set<object>();
  for (const shape of shapes) {
    if (seen.has(shape.fields)) continue;
    seen.add(shape.fields);
    if (shape.items !== undefined) shapes.add(shape.items);
    for (const field of [...shape.fields.values(), ...(shape.entries === undefined ? [] : [shape.entries])]) {
      if (!shown.has(field.id)) hidden.add(field.id);
      shapes.add(field.shape);
    }
  }
  return [...hidden];
}
