import type { Selection, SelectionNode } from '../../openapi/selection.ts';
import { compileMask, type MaskContext, type MaskFunction } from './masks.ts';
import type { ScannerExports } from './scanner-module.ts';
import type { SelectionLimits } from './selection-limits.ts';

// Flags of a place, as in wasm/table.ts.
export const LEAF = 1;
const OBJECT = 2;
const WHOLE = 4;
export const IDENTIFIER = 8;
const RECORD = 16;
const MASKED = 64;

/** Most bytes of a compiled selection. */
const MAX_TABLE_BYTES = 4 * 1024 * 1024;
/** No less than what a place, a key (with its index) and the rest take, without the key's text. */
const NODE_BYTES = 96;
const KEY_BYTES = 112;
const TABLE_BYTES = 512;
/** A key goes in by way of the input, decoded and as it is written: a character takes at most three bytes there and six. */
const MAX_KEY_CHARACTERS = 7000;

/**
 * A selection as the scanner reads it. The bytes are made when they are first needed and belong to this object; the
 * scanner's memory holds a copy as long as there is room, in which it remembers keys that it has seen.
 */
export class SelectionTable {
  readonly limits: SelectionLimits;
  /** By place number. */
  readonly masks: readonly (MaskFunction | undefined)[];
  readonly fieldCount: number;
  /** Upper bound of the bytes it takes, without what is learnt. */
  readonly size: number;
  /** The bytes as they are before anything was learnt. */
  image: Buffer | undefined;
  /** Which copy of it the scanner's memory holds, and where. */
  generation = -1;
  address = 0;
  readonly #selection: Selection;

  /** Throws a TypeError where a mask makes no sense, a RangeError where the selection is too large. */
  constructor(selection: Selection, context: MaskContext, limits: SelectionLimits) {
    this.#selection = selection;
    this.limits = limits;
    this.fieldCount = selection.fields.length;
    const masks: (MaskFunction | undefined)[] = [];
    let size = TABLE_BYTES + 2 * selection.fields.length;
    for (const node of placesOf(selection)) {
      masks.push(node.mask === undefined ? undefined : compileMask(node.mask, node.field, context));
      size += NODE_BYTES;
      for (const key of node.keys.keys()) {
        if (key.length > MAX_KEY_CHARACTERS)
          throw new RangeError(`a key of more than ${MAX_KEY_CHARACTERS} characters`);
        size += KEY_BYTES + 9 * key.length;
      }
    }
    if (size > MAX_TABLE_BYTES) throw new RangeError('the selection is too large to be compiled');
    this.masks = masks;
    this.size = size;
  }

  /** Writes the table to the scanner's memory from `at`; gives the place after it. */
  write(scanner: ScannerExports, memory: Buffer, at: number, end: number): number {
    const selection = this.#selection;
    const { depth, keys, keyBytes, valueBytes, identifiers } = this.limits;
    scanner.startTable(at, end, selection.fields.length, depth, keys, keyBytes, valueBytes, identifiers);
    const places = placesOf(selection);
    const identifying = identifyingPlaces(places);
    const fields = new Map(selection.fields.map((field, index) => [field, index + 1]));
    const nodes = new Map<SelectionNode, number>();
    let number = 0;
    for (const place of places) {
      const flags = flagsOf(place) | (identifying.has(place) ? WHOLE | IDENTIFIER : 0);
      nodes.set(place, scanner.addNode(flags, fields.get(place.field) ?? 0, number++, place.keys.size));
    }
    for (const [place, node] of nodes) {
      for (const [key, next] of place.keys) addKey(scanner, memory, node, nodes.get(next) ?? 0, key);
      if (place.entries !== undefined) scanner.setEntries(node, nodes.get(place.entries) ?? 0);
    }
    return scanner.endTable();
  }
}

function addKey(scanner: ScannerExports, memory: Buffer, node: number, child: number, key: string): void {
  const keyAt = scanner.INPUT.value;
  const keyLength = memory.write(key, keyAt);
  const textAt = keyAt + keyLength;
  const textLength = memory.write(`${JSON.stringify(key)}:`, textAt);
  scanner.addKey(node, child, keyAt, keyLength, textAt, textLength);
}

/** Every place of a selection once, the root first; the graph may have cycles. */
function placesOf(selection: Selection): Set<SelectionNode> {
  const places = new Set([selection.root]);
  for (const place of places) {
    for (const next of place.keys.values()) places.add(next);
    if (place.entries !== undefined) places.add(place.entries);
  }
  return places;
}

/** Identifiers count inside records only (an order's id, not its lines'), unless no place is called a record. */
function identifyingPlaces(places: ReadonlySet<SelectionNode>): Set<SelectionNode> {
  const all = [...places];
  const hasRecords = all.some((place) => place.record);
  const owners = hasRecords ? all.filter((place) => place.record) : all;
  return new Set(owners.flatMap((place) => [...place.keys.values()].filter((next) => next.identifier)));
}

function flagsOf(place: SelectionNode): number {
  const hasObject = place.keys.size > 0 || place.entries !== undefined;
  return (
    (place.leaf ? LEAF : 0) |
    (hasObject ? OBJECT : 0) |
    (place.mask === undefined ? 0 : MASKED | (place.leaf ? WHOLE : 0)) |
    (place.record ? RECORD : 0)
  );
}
