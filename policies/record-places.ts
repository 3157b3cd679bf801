import type { Mask } from '../catalog/documents.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { Content, Operation, Shape } from '../openapi/contract.ts';
import type { SelectionNode } from '../openapi/selection.ts';

/** A place of the answer that a client may name, and the JSON types its values have. */
export interface NamedPlace {
  readonly node: SelectionNode;
  readonly types: ReadonlySet<string>;
}

interface RecordPlace {
  readonly node: SelectionNode;
  readonly shape: Shape | undefined;
}

/** Finds places by the contract path relative to the record (`address.city`, `*` for the entries of a map). */
export interface RecordPlaces {
  /** Granted for reading, masked or not; undefined for all that is hidden or does not exist, without a difference. */
  readable(path: string): NamedPlace | undefined;
  /** A single value, granted and seen as it is: the only kind that may filter or sort. */
  comparable(path: string): NamedPlace | undefined;
}

const NO_TYPES: ReadonlySet<string> = new Set();
const MOST_SEGMENTS = 32;

/** The records of an operation's success answer under a grant; without a record node, the whole answer counts as one. */
export function recordPlaces(place: Pick<GrantedOperation, 'selection' | 'operation'>): RecordPlaces {
  const { selection, operation } = place;
  const records = selection === undefined ? [] : findRecords(selection.root, successContent(operation)?.shape);

  function find(path: string, isSeen: (mask: Mask | undefined) => boolean): NamedPlace | undefined {
    const segments = path.split('.', MOST_SEGMENTS + 1);
    if (segments.length > MOST_SEGMENTS) return undefined;
    for (const record of records) {
      const found = descend(record, segments, isSeen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return {
    readable: (path) => find(path, (mask) => mask?.type !== 'hide'),
    comparable: (path) => {
      const found = find(path, (mask) => mask === undefined);
      return found?.node.leaf === true ? found : undefined;
    },
  };
}

/** Content of the success answer that a selection speaks of. */
export function successContent(operation: Operation): Content | undefined {
  for (const [status, response] of [...operation.responses].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (/^2(?:\d\d|XX)$/.test(status) && response.content !== undefined) return response.content;
  }
  return undefined;
}

function findRecords(root: SelectionNode, shape: Shape | undefined): readonly RecordPlace[] {
  const top: RecordPlace = { node: root, shape: throughArrays(shape) };
  const records: RecordPlace[] = [];
  const seen = new Set<SelectionNode>([root]);
  const open = [top];
  for (const place of open) {
    if (place.node.record) {
      records.push(place);
      continue;
    }
    const steps = [...place.node.keys.keys(), ...(place.node.entries === undefined ? [] : ['*'])];
    for (const step of steps) {
      const next = child(place, step);
      if (next === undefined || seen.has(next.node)) continue;
      seen.add(next.node);
      open.push(next);
    }
  }
  return records.length > 0 ? records : [top];
}

function descend(
  record: RecordPlace,
  segments: readonly string[],
  isSeen: (mask: Mask | undefined) => boolean,
): NamedPlace | undefined {
  let place = record;
  for (const segment of segments) {
    const next = child(place, segment);
    if (next === undefined || !isSeen(next.node.mask)) return undefined;
    place = next;
  }
  const { leaf, keys, entries } = place.node;
  if (!leaf && keys.size === 0 && entries === undefined) return undefined;
  return { node: place.node, types: place.shape?.types ?? NO_TYPES };
}

function child(place: RecordPlace, segment: string): RecordPlace | undefined {
  const isEntry = segment === '*';
  const node = place.node.keys.get(segment) ?? (isEntry ? place.node.entries : undefined);
  if (node === undefined) return undefined;
  const field = place.shape?.fields.get(segment) ?? (isEntry ? place.shape?.entries : undefined);
  return { node, shape: throughArrays(field?.shape) };
}

/** Arrays are transparent to field paths. */
function throughArrays(shape: Shape | undefined): Shape | undefined {
  let inner = shape;
  for (let depth = 0; depth < 8 && inner?.items !== undefined && inner.fields.size === 0; depth++) inner = inner.items;
  return inner;
}
