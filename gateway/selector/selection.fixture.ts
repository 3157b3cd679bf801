import type { Mask } from '../../catalog/documents.ts';
import type { Selection, SelectionNode } from '../../openapi/selection.ts';

/** A selection written down: `true` is a leaf, an object names keys; members with `$` say the rest. */
export type Sketch = true | { readonly [key: string]: unknown };

/**
 * Builds a Selection from a sketch. `$leaf`, `$mask`, `$identifier`, `$link` (a kind), `$silent` (a key), `$record`, `$entries` (a sketch) and `$self` (a list of
 * keys that lead back to the node itself) are settings, every other member is a key.
 */
const SILENT = { schema: 'Record', role: 'self' } as const;

export function sketchSelection(sketch: Sketch): Selection {
  const fields: string[] = [];
  const masked = new Set<string>();
  const build = (part: Sketch, field: string): SelectionNode => {
    if (field !== '') fields.push(field);
    const settings: { readonly [key: string]: unknown } = part === true ? { $leaf: true } : part;
    const keys = new Map<string, SelectionNode>();
    const mask = settings.$mask as Mask | undefined;
    if (mask !== undefined) masked.add(field);
    const entries = settings.$entries as Sketch | undefined;
    const node: SelectionNode = {
      field,
      leaf:
        settings.$leaf === true || mask !== undefined || settings.$identifier === true || settings.$link !== undefined,
      ...(settings.$identifier === true ? { identifies: { schema: 'Record', role: 'self' } as const } : {}),
      ...(settings.$link === undefined
        ? {}
        : { identifies: { schema: String(settings.$link), role: 'link' } as const }),
      ...(settings.$silent === undefined ? {} : { silent: new Map([[String(settings.$silent), SILENT]]) }),
      record: settings.$record === true,
      keys,
      ...(mask === undefined ? {} : { mask }),
      ...(entries === undefined ? {} : { entries: build(entries, `${field}.*`) }),
    };
    for (const [key, next] of Object.entries(settings)) {
      if (!key.startsWith('$')) keys.set(key, build(next as Sketch, field === '' ? key : `${field}.${key}`));
    }
    for (const key of (settings.$self as string[] | undefined) ?? []) keys.set(key, node);
    return node;
  };
  const root = build(sketch, '');
  return { root, fields, masked };
}
