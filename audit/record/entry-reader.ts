import type { AccessEntry, DefineEntry, Entry, NameList, PlaceDefinition } from '../entry.ts';
import type { EntryRun } from '../log-reader.ts';
import { canonicalJson } from './canonical-json.ts';
import { definitionId } from './definition-id.ts';

/** The lists of an access entry, spelt out. */
export interface EntryLists {
  readonly verdicts: readonly string[];
  readonly returned: readonly string[];
  readonly masked: readonly string[];
  readonly refused: readonly string[];
  readonly written: readonly string[];
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
}

/** An entry with all that it refers to; its own ids stay as they are. */
export interface ResolvedEntry {
  /** In the log. */
  readonly index: number;
  readonly entry: Exclude<Entry, DefineEntry>;
  /** Under what an exchange ran. */
  readonly place?: PlaceDefinition;
  /** Of an exchange. */
  readonly lists?: EntryLists;
  /** Ids that stand for nothing that was read before: what is referred to stands before the place where reading began. */
  readonly missing: readonly string[];
}

/** More than one writer's epoch can hold: beyond, whatever wrote it was none of ours. */
const MOST_DEFINITIONS = 32_768;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_PARTS = 4096;

/**
 * Reads entries in the order of the log and puts what they refer to in the place of its id. Begins anywhere; complete
 * from the next epoch on. Memory is bounded, whatever it is given.
 */
export class EntryReader {
  readonly #places = new Map<string, PlaceDefinition>();
  readonly #lists = new Map<string, readonly string[]>();
  /** The list of which some parts are still to come. */
  #partial: { readonly id: string; readonly parts: string[][]; readonly of: number } | undefined = undefined;
  #bytes = 0;

  /** Undefined for a `define` entry. Throws an Error that names the index where it is no entry, or defines too much. */
  read(index: number, bytes: Buffer): ResolvedEntry | undefined {
    const entry = parseEntry(index, bytes);
    if (entry.type === 'define') {
      this.#define(index, entry, bytes.length);
      return undefined;
    }
    if (entry.type === 'epoch') this.#forget();
    if (!isAccess(entry)) return { index, entry, missing: [] };
    const missing: string[] = [];
    const place = this.#places.get(entry.place);
    if (place === undefined) missing.push(entry.place);
    const lists = {
      verdicts: this.#listOf(entry.verdicts, missing),
      returned: this.#listOf(entry.returned, missing),
      masked: this.#listOf(entry.masked, missing),
      refused: this.#listOf(entry.refused, missing),
      written: this.#listOf(entry.written, missing),
      ignored: this.#listOf(entry.ignored, missing),
      notes: this.#listOf(entry.notes, missing),
    };
    return place === undefined ? { index, entry, lists, missing } : { index, entry, place, lists, missing };
  }

  #listOf(list: NameList | undefined, missing: string[]): readonly string[] {
    if (typeof list !== 'string') return list ?? [];
    const found = this.#lists.get(list);
    if (found === undefined) missing.push(list);
    return found ?? [];
  }

  #define(index: number, entry: DefineEntry, size: number): void {
    this.#bytes += size;
    if (this.#places.size + this.#lists.size >= MOST_DEFINITIONS || this.#bytes > MOST_BYTES) {
      throw new Error(`entry ${index} defines more than an epoch may hold`);
    }
    const { id, place, list } = entry;
    // What does not bear its own name is passed over: who refers to it is told that it is missing.
    if (place !== undefined && definitionId(canonicalJson(place)) === id) this.#places.set(id, place);
    if (list !== undefined) this.#defineList(entry, list);
  }

  #defineList({ id, part: [which, of] = [1, 1] }: DefineEntry, list: readonly string[]): void {
    if (which === 1) this.#partial = { id, parts: [], of: Math.min(of, MOST_PARTS) };
    const partial = this.#partial;
    if (partial?.id !== id || partial.parts.length !== which - 1) return;
    partial.parts.push([...list]);
    if (partial.parts.length < partial.of) return;
    this.#partial = undefined;
    const whole = partial.parts.flat();
    if (definitionId(canonicalJson(whole)) === id) this.#lists.set(id, whole);
  }

  #forget(): void {
    this.#places.clear();
    this.#lists.clear();
    this.#partial = undefined;
    this.#bytes = 0;
  }
}

export function isAccess(entry: Entry): entry is AccessEntry {
  return entry.type === 'access' || entry.type === 'access-begin';
}

function parseEntry(index: number, bytes: Buffer): Entry {
  try {
    const entry: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof entry === 'object' && entry !== null && 'type' in entry) return entry as Entry;
  } catch {
    // Said below, without its text: it may be anything.
  }
  throw new Error(`entry ${index} is no entry of a ledger`);
}

/** Runs of entries, as a log is read, with all that they refer to. */
export async function* resolvedEntries(runs: AsyncIterable<EntryRun>, reader = new EntryReader()) {
  for await (const { first, entries } of runs) {
    for (const [at, bytes] of entries.entries()) {
      const resolved = reader.read(first + at, bytes);
      if (resolved !== undefined) yield resolved;
    }
  }
}
