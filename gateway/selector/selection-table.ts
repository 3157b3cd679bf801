import type { Selection, SelectionNode } from '../../openapi/selection.ts';
import { compileMask, type MaskFunction } from './masks.ts';
import type { ScannerExports } from './scanner-module.ts';
import type { SelectionLimits } from './selection-limits.ts';
import { type SelectorContext, SubjectKinds } from './subject-kinds.ts';

// Flags of a place, as in wasm/table.ts.
export const LEAF = 1;
const OBJECT = 2;
const WHOLE = 4;
export const IDENTIFIER = 8;
const RECORD = 16;
const MASKED = 64;
/** Above: the code of a kind of record, see subject-kinds.ts. */
export const KIND_SHIFT = 8;

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
  readonly #places: readonly TablePlace[];
  readonly #kinds: SubjectKinds;

  /** Throws a TypeError where a mask makes no sense, a RangeError where the selection is too large. */
  constructor(selection: Selection, context: SelectorContext, limits: SelectionLimits) {
    this.#selection = selection;
    this.limits = limits;
    this.fieldCount = selection.fields.length;
    this.#places = placesOf(selection);
    this.#kinds = new SubjectKinds(context.kindName);
    const masks: (MaskFunction | undefined)[] = [];
    let size = TABLE_BYTES + 2 * selection.fields.length;
    for (const { node, keys } of this.#places) {
      masks.push(node.mask === undefined ? undefined : compileMask(node.mask, node.field, context));
      if (node.identifies !== undefined) this.#kinds.codeOf(node.identifies);
      size += NODE_BYTES;
      for (const key of keys.keys()) {
        if (key.length > MAX_KEY_CHARACTERS)
          throw new RangeError(`a key of more than ${MAX_KEY_CHARACTERS} characters`);
        size += KEY_BYTES + 9 * key.length;
      }
    }
    if (size > MAX_TABLE_BYTES) throw new RangeError('the selection is too large to be compiled');
    this.masks = masks;
    this.size = size;
  }

  /** What stands before the identifiers of each kind of record; see subject-kinds.ts. */
  get prefixes(): readonly string[] {
    return this.#kinds.prefixes;
  }

  /** Writes the table to the scanner's memory from `at`; gives the place after it. */
  write(scanner: ScannerExports, memory: Buffer, at: number, end: number): number {
    const selection = this.#selection;
    const { depth, keys, keyBytes, valueBytes, identifiers } = this.limits;
    scanner.startTable(at, end, selection.fields.length, depth, keys, keyBytes, valueBytes, identifiers);
    const fields = new Map(selection.fields.map((field, index) => [field, index + 1]));
    const nodes = new Map<SelectionNode, number>();
    for (const [number, { node, keys: below }] of this.#places.entries()) {
      const kind =
        node.identifies === undefined ? 0 : (this.#kinds.codeOf(node.identifies) << KIND_SHIFT) | WHOLE | IDENTIFIER;
      nodes.set(node, scanner.addNode(flagsOf(node) | kind, fields.get(node.field) ?? 0, number, below.size));
    }
    for (const { node, keys: below } of this.#places) {
      const own = nodes.get(node) ?? 0;
      for (const [key, next] of below) addKey(scanner, memory, own, nodes.get(next) ?? 0, key);
      if (node.entries !== undefined) scanner.setEntries(own, nodes.get(node.entries) ?? 0);
    }
    return scanner.endTable();
  }
}

/** A place with all keys that are looked at. */
interface TablePlace {
  readonly node: SelectionNode;
  readonly keys: ReadonlyMap<string, SelectionNode>;
}

function addKey(scanner: ScannerExports, memory: Buffer, node: number, child: number, key: string): void {
  const keyAt = scanner.INPUT.value;
  const keyLength = memory.write(key, keyAt);
  const textAt = keyAt + keyLength;
  const textLength = memory.write(`${JSON.stringify(key)}:`, textAt);
  scanner.addKey(node, child, keyAt, keyLength, textAt, textLength);
}

/** Every place of a selection once, the root first; the graph may have cycles. */
function placesOf(selection: Selection): TablePlace[] {
  const places: TablePlace[] = [];
  const seen = new Set([selection.root]);
  for (const node of seen) {
    const keys = new Map(node.keys);
    for (const [key, identifies] of node.silent ?? []) {
      keys.set(key, { field: '', leaf: false, identifies, keys: NO_KEYS, record: false });
    }
    places.push({ node, keys });
    for (const next of keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return places;
}

const NO_KEYS: ReadonlyMap<string, SelectionNode> = new Map();

function flagsOf(place: SelectionNode): number {
  const hasObject = place.keys.size > 0 || place.silent !== undefined || place.entries !== undefined;
  return (
    (place.leaf ? LEAF : 0) |
    (hasObject ? OBJECT : 0) |
    (place.mask === undefined ? 0 : MASKED | (place.leaf ? WHOLE : 0)) |
    (place.record ? RECORD : 0)
  );
}
