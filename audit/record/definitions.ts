import { clientNames, fewClientNames } from './client-names.ts';
import { definitionId } from './definition-id.ts';
import type { RecordPlace } from './record-place.ts';

/** Up to so many characters a list stands in the entry itself: an id is hardly shorter. */
const SHORT = 48;
/** Up to so many it may, where no more lists are defined. */
const LONGEST_INLINE = 1000;
/** A list that is longer comes in parts. */
const PART = 16_000;
/** A name that is longer is cut. */
const LONGEST_NAME = 2000;
const MOST_LISTS = 4096;
/** Lists that are too long for an entry are defined in any case; more of them than one entry has. */
const RESERVED_LISTS = 16;
/** Clients choose what stands in these: they must not keep others from being defined. */
const MOST_CLIENT_LISTS = 512;
const MOST_PLACES = 16_384;
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * What has an id in the epoch under way, so that each list and place is written once in it. Bounded: a reader holds as
 * much at most. `write` puts a `define` entry on record, before the entry that refers to it.
 */
export class Definitions {
  readonly #write: (entry: string) => void;
  readonly #places = new Set<string>();
  /** By the JSON text of the list: how an entry refers to it. */
  readonly #lists = new Map<string, string>();
  readonly #clientLists = new Map<string, string>();
  #characters = 0;

  constructor(write: (entry: string) => void) {
    this.#write = write;
  }

  /** Whether the next entry needs a new epoch. */
  get isFull(): boolean {
    return (
      this.#places.size >= MOST_PLACES ||
      this.#lists.size >= MOST_LISTS + RESERVED_LISTS ||
      this.#characters >= MOST_CHARACTERS
    );
  }

  /** A new epoch: nothing has an id any more. */
  clear(): void {
    this.#places.clear();
    this.#lists.clear();
    this.#clientLists.clear();
    this.#characters = 0;
  }

  /** The id of a place. */
  place(place: RecordPlace): string {
    const { id, entry } = place;
    if (!this.#places.has(id)) {
      this.#write(entry);
      this.#places.add(id);
      this.#characters += entry.length;
    }
    return id;
  }

  /** How an entry refers to a list of names, given as canonical JSON text: by an id in quotes, or by the text itself. */
  list(text: string): string {
    if (text.length <= SHORT) return text;
    const known = this.#lists.get(text);
    if (known !== undefined) return known;
    if (this.#lists.size >= MOST_LISTS && text.length <= LONGEST_INLINE) return text;
    return this.#define(this.#lists, text);
  }

  /** The same of names that a client chose. */
  clientList(names: readonly string[]): string {
    const text = clientNames(names);
    if (text.length <= SHORT) return text;
    const known = this.#clientLists.get(text);
    if (known !== undefined) return known;
    if (this.#clientLists.size < MOST_CLIENT_LISTS) return this.#define(this.#clientLists, text);
    return text.length <= LONGEST_INLINE ? text : fewClientNames(names, LONGEST_INLINE);
  }

  #define(table: Map<string, string>, text: string): string {
    const written = text.length <= PART ? text : withoutLongNames(text);
    const id = definitionId(written);
    for (const entry of entriesOf(id, written)) this.#write(entry);
    const reference = `"${id}"`;
    table.set(text, reference);
    this.#characters += text.length;
    return reference;
  }
}

/** The `define` entries of a list. */
function entriesOf(id: string, text: string): string[] {
  if (text.length <= PART) return [`{"id":"${id}","list":${text},"type":"define"}`];
  const parts = partsOf(text);
  return parts.map(
    (part, index) => `{"id":"${id}","list":[${part}],"part":[${index + 1},${parts.length}],"type":"define"}`,
  );
}

function withoutLongNames(text: string): string {
  return JSON.stringify((JSON.parse(text) as string[]).map((name) => name.slice(0, LONGEST_NAME).toWellFormed()));
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const name of JSON.parse(text) as string[]) {
    const next = JSON.stringify(name);
    if (part !== '' && part.length + next.length > PART) {
      parts.push(part);
      part = '';
    }
    part += part === '' ? next : `,${next}`;
  }
  return [...parts, part];
}
