import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { Queries } from '../../storage/database.ts';
import type { AccessEntry, DefineEntry, Entry, NameList, PlaceDefinition } from '../entry.ts';
import { parseIndexed } from '../index/parse-indexed.ts';
import { indexOf } from '../index/position.ts';
import { type EntryLists, isAccess } from '../record/entry-reader.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import type { IndexedRow } from './answer.ts';

const unpack = promisify(zstdDecompress);
/** Definitions that are kept between pages; the same few stand behind nearly all entries. */
const MOST_KNOWN = 5000;
/** 64 entries of 65,535 bytes. */
const MOST_UNPACKED = { maxOutputLength: 64 * 65_537 };
const LISTS = ['verdicts', 'returned', 'masked', 'refused', 'written', 'ignored', 'notes'] as const;

/** Reads entries out of the index, with all that they refer to. */
export class RowReader {
  readonly #queries: Queries;
  readonly #lists = new Map<string, readonly string[]>();
  readonly #places = new Map<string, PlaceDefinition>();

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /** The entries at some positions of one log, in that order. What has been pruned meanwhile is left out. */
  async read(origin: string, positions: readonly number[]): Promise<IndexedRow[]> {
    const entries = await this.#entries(positions);
    await this.#define([...entries.values()]);
    return positions.flatMap((position): IndexedRow[] => {
      const entry = entries.get(position);
      if (entry === undefined) return [];
      const index = indexOf(position);
      return [isAccess(entry) ? this.#resolved(origin, index, entry) : { origin, index, entry, missing: [] }];
    });
  }

  async #entries(positions: readonly number[]): Promise<Map<number, Exclude<Entry, DefineEntry>>> {
    const packs = await this.#queries.query<{ position: number; body: Buffer }>(
      `SELECT position, body FROM audit_index.texts WHERE position IN (
         SELECT (SELECT max(position) FROM audit_index.texts WHERE position <= asked.position)
         FROM unnest($1::bigint[]) AS asked (position))
       ORDER BY position`,
      [positions],
    );
    const found = new Map<number, Exclude<Entry, DefineEntry>>();
    const wanted = new Set(positions);
    for (const pack of packs) {
      for (const [at, bytes] of entriesOf(await unpack(pack.body, MOST_UNPACKED)).entries()) {
        const position = pack.position + at;
        if (!wanted.has(position)) continue;
        const entry = parseIndexed(bytes);
        if (entry !== undefined) found.set(position, entry);
      }
    }
    return found;
  }

  async #define(entries: readonly Entry[]): Promise<void> {
    if (this.#lists.size + this.#places.size > MOST_KNOWN) {
      this.#lists.clear();
      this.#places.clear();
    }
    const accesses = entries.filter(isAccess);
    const lists = new Set<string>();
    for (const access of accesses) {
      for (const name of LISTS) {
        const reference = access[name];
        if (typeof reference === 'string' && !this.#lists.has(reference)) lists.add(reference);
      }
    }
    const places = new Set(accesses.map(({ place }) => place).filter((place) => !this.#places.has(place)));
    if (lists.size > 0) {
      const rows = await this.#queries.query<{ key: string; names: string[] }>(
        'SELECT key, names FROM audit_index.lists WHERE key = ANY ($1::text[])',
        [[...lists]],
      );
      for (const { key, names } of rows) this.#lists.set(key, names);
    }
    if (places.size > 0) {
      const rows = await this.#queries.query<{ key: string; definition: string }>(
        'SELECT key, definition FROM audit_index.places WHERE key = ANY ($1::text[])',
        [[...places]],
      );
      for (const { key, definition } of rows) this.#places.set(key, JSON.parse(definition) as PlaceDefinition);
    }
  }

  #resolved(origin: string, index: number, entry: AccessEntry): IndexedRow {
    const missing: string[] = [];
    const place = this.#places.get(entry.place);
    if (place === undefined) missing.push(entry.place);
    const list = (name: keyof EntryLists): readonly string[] => this.#listOf(entry[name], missing);
    const lists: EntryLists = {
      verdicts: list('verdicts'),
      returned: list('returned'),
      masked: list('masked'),
      refused: list('refused'),
      written: list('written'),
      ignored: list('ignored'),
      notes: list('notes'),
    };
    return { origin, index, entry, lists, missing, ...(place === undefined ? {} : { place }) };
  }

  #listOf(reference: NameList | undefined, missing: string[]): readonly string[] {
    if (typeof reference !== 'string') return reference ?? [];
    const names = this.#lists.get(reference);
    if (names === undefined) missing.push(reference);
    return names ?? [];
  }
}
