import type { Selection, SelectionNode } from '../../openapi/selection.ts';

/**
 * The part of a selection that a client asked for (`fields=id,address.city`). Paths are relative to the record: what lies
 * around the records (page furniture) stays, inside a record only the named places stay, a container with all that is
 * granted in it. Identifiers that were not asked for do not leave, but are still read for the record of the call.
 * Without a record in the graph the outermost object counts as one. Unknown paths name nothing.
 */
export function narrowSelection(selection: Selection, paths: readonly string[]): Selection {
  const wraps = reachesRecord(selection.root);
  const root = wraps ? narrowAround(selection.root, paths, new Map()) : narrowInside(selection.root, paths, true);
  return { root, fields: selection.fields, masked: selection.masked };
}

function reachesRecord(root: SelectionNode): boolean {
  const seen = new Set([root]);
  for (const node of seen) {
    if (node.record) return true;
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return false;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Copies the graph down to the records; cycles outside of records are kept as cycles. */
function narrowAround(
  node: SelectionNode,
  paths: readonly string[],
  made: Map<SelectionNode, SelectionNode>,
): SelectionNode {
  const before = made.get(node);
  if (before !== undefined) return before;
  if (node.record) return narrowInside(node, paths, true);
  const keys = new Map<string, SelectionNode>();
  const copy: Open<SelectionNode> = { ...node, keys };
  made.set(node, copy);
  for (const [key, next] of node.keys) keys.set(key, narrowAround(next, paths, made));
  if (node.entries !== undefined) copy.entries = narrowAround(node.entries, paths, made);
  return copy;
}

function narrowInside(node: SelectionNode, paths: readonly string[], outermost: boolean): SelectionNode {
  const keys = new Map<string, SelectionNode>();
  // Which record it is stays known, whatever is asked for of it.
  const silent = new Map(node.silent);
  for (const [key, next] of node.keys) {
    const below = pathsBelow(paths, key);
    if (paths.includes(key)) keys.set(key, next);
    else if (below.length > 0 && hasObject(next)) keys.set(key, narrowInside(next, below, false));
    else if (next.identifies?.role === 'self' && next.leaf) silent.set(key, next.identifies);
  }
  const { entries, silent: _silent, ...rest } = node;
  const narrowed = { ...rest, leaf: outermost ? node.leaf : false, keys, ...(silent.size > 0 ? { silent } : {}) };
  if (entries === undefined) return narrowed;
  if (paths.includes('*')) return { ...narrowed, entries };
  const below = pathsBelow(paths, '*');
  return below.length > 0 && hasObject(entries)
    ? { ...narrowed, entries: narrowInside(entries, below, false) }
    : narrowed;
}

function hasObject(node: SelectionNode): boolean {
  return node.keys.size > 0 || node.entries !== undefined;
}

function pathsBelow(paths: readonly string[], key: string): string[] {
  return paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1));
}
