import type { AccessEntry, ApprovalEntry, NameList, PlaceDefinition } from '../entry.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { definitionId } from '../record/definition-id.ts';
import { isAccess, type ResolvedEntry } from '../record/entry-reader.ts';

/** A row that many others refer to by its number, which is known once it is in the database. */
export interface Row {
  id: number | undefined;
  /** Says all that the row holds. */
  readonly key: string;
}

export interface ListRow extends Row {
  readonly names: readonly string[];
}

export interface PlaceRow extends Row {
  readonly definition: PlaceDefinition | ApprovedPlace;
}

/** What an approval says of where it matters, in the words of a place. */
export type ApprovedPlace = Pick<PlaceDefinition, 'consumer' | 'grant' | 'purpose' | 'interface'>;

export const FIELD_LISTS = ['returned', 'masked', 'refused', 'written'] as const;

/** All that an entry has in common with many others and that is asked for. */
export interface ShapeRow extends Row {
  readonly type: string;
  readonly place: PlaceRow | undefined;
  readonly client: string | undefined;
  readonly decision: string | undefined;
  readonly code: string | undefined;
  readonly fields: Readonly<Record<(typeof FIELD_LISTS)[number], ListRow | undefined>>;
  /** The entry names fewer handles than there were records. */
  readonly unlisted: boolean;
}

/** Beyond so many rows all are forgotten: they are found again in the database. */
const MOST_REMEMBERED = 50_000;
const UNLISTED_NOTES = ['handles-at-limit', 'handles-unavailable'];

/** The rows that entries refer to, each once. */
export class Shapes {
  readonly #lists = new Map<string, ListRow>();
  readonly #places = new Map<string, PlaceRow>();
  readonly #shapes = new Map<string, ShapeRow>();
  /** By what tells shapes apart in the entry itself, so that the same is not worked out twice. */
  readonly #known = new Map<string, ShapeRow>();

  /** Numbers may not hold: what was added to the database was taken back. */
  forget(): void {
    for (const rows of [this.#lists, this.#places, this.#shapes, this.#known]) rows.clear();
  }

  forgetWhenMany(): void {
    if (this.#lists.size + this.#places.size + this.#known.size > MOST_REMEMBERED) this.forget();
  }

  /** How many rows stand behind the entries that were looked at. */
  of(resolved: ResolvedEntry): ShapeRow {
    const { entry } = resolved;
    if (isAccess(entry)) return this.#ofAccess(entry, resolved);
    return this.#shape(entry.type, entry.type === 'approval' ? this.#approved(entry) : undefined);
  }

  /** Of what is no entry that can be read. */
  unreadable(): ShapeRow {
    return this.#shape('unreadable', undefined);
  }

  /** A list that entries refer to; the same row for the same names. */
  list(reference: NameList, names: readonly string[]): ListRow {
    const key = typeof reference === 'string' ? reference : definitionId(canonicalJson(reference));
    return remembered(this.#lists, key, () => ({ id: undefined, key, names }));
  }

  #ofAccess(entry: AccessEntry, resolved: ResolvedEntry): ShapeRow {
    const { lists, missing } = resolved;
    const unlisted = UNLISTED_NOTES.some((note) => lists?.notes.includes(note));
    const { type, place, client, decision, code, returned, masked, refused, written } = entry;
    const make = (): ShapeRow => this.#shapeOfAccess(entry, resolved, unlisted);
    // What is missing here may be there for the next entry.
    if (missing.length > 0) return make();
    const known = [type, place, client, decision, code, returned, masked, refused, written, unlisted];
    return remembered(this.#known, JSON.stringify(known), make);
  }

  #shapeOfAccess(entry: AccessEntry, { place, lists, missing }: ResolvedEntry, unlisted: boolean): ShapeRow {
    const { type, client, decision, code } = entry;
    const list = (name: (typeof FIELD_LISTS)[number]): ListRow | undefined => {
      const reference = entry[name];
      // A list without its names must not take the place of the true one.
      if (reference === undefined || (typeof reference === 'string' && missing.includes(reference))) return undefined;
      return this.list(reference, lists?.[name] ?? []);
    };
    return this.#shape(type, place === undefined ? undefined : this.#place(entry.place, place), {
      ...{ client, decision, code, unlisted },
      fields: {
        returned: list('returned'),
        masked: list('masked'),
        refused: list('refused'),
        written: list('written'),
      },
    });
  }

  #place(key: string, definition: PlaceRow['definition']): PlaceRow {
    return remembered(this.#places, key, () => ({ id: undefined, key, definition }));
  }

  #approved({ consumer, grant, purpose, interface: name }: ApprovalEntry): PlaceRow {
    const definition: ApprovedPlace = { consumer, grant, purpose, interface: name };
    return this.#place(`approval ${definitionId(canonicalJson(definition))}`, definition);
  }

  #shape(type: string, place: PlaceRow | undefined, more: Partial<Omit<ShapeRow, 'type' | 'place'>> = {}): ShapeRow {
    const { client, decision, code, unlisted = false } = more;
    const { returned, masked, refused, written } = more.fields ?? {};
    const fields = { returned, masked, refused, written };
    const parts = [
      type,
      place?.key,
      client,
      decision,
      code,
      ...Object.values(fields).map((list) => list?.key),
      unlisted,
    ];
    const key = definitionId(JSON.stringify(parts));
    return remembered(this.#shapes, key, () => ({
      ...{ id: undefined, key, type, place, client, decision, code, fields, unlisted },
    }));
  }
}

function remembered<R>(rows: Map<string, R>, key: string, make: () => R): R {
  let row = rows.get(key);
  if (row === undefined) {
    row = make();
    rows.set(key, row);
  }
  return row;
}
