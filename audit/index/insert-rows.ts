import type { Queries } from '../../storage/database.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { FIELD_LISTS, type ListRow, type PlaceRow, type Row, type ShapeRow } from './shape.ts';

/** A field's name in the index of names; PostgreSQL indexes no more than some 2,700 bytes. */
export const MOST_NAME = 500;

/** Gives numbers to rows that have none: those of the database, where others have added the same. */
export async function insertShapes(
  queries: Queries,
  shapes: readonly ShapeRow[],
  lists: readonly ListRow[],
): Promise<void> {
  const fields = shapes.flatMap((shape) => FIELD_LISTS.flatMap((name) => shape.fields[name] ?? []));
  await insertLists(queries, withoutNumber(lists), false);
  await insertLists(queries, withoutNumber(fields), true);
  await insertPlaces(queries, withoutNumber(shapes.flatMap(({ place }) => place ?? [])));
  const rows = withoutNumber(shapes);
  await number(queries, rows, 'shapes', 'shape', {
    text: `INSERT INTO audit_index.shapes
             (key, type, place, client, decision, code, returned, masked, refused, written, unlisted)
           SELECT key, type, place, client, decision, code, returned, masked, refused, written, unlisted
           FROM jsonb_to_recordset($1::jsonb) AS row (key text, type text, place int, client text, decision text, code text,
             returned int, masked int, refused int, written int, unlisted boolean)`,
    rows: rows.map(
      ({ key, type, place, client, decision, code, fields: { returned, masked, refused, written }, unlisted }) => ({
        ...{ key, type, place: place?.id, client, decision, code, unlisted },
        ...{ returned: returned?.id, masked: masked?.id, refused: refused?.id, written: written?.id },
      }),
    ),
  });
}

async function insertLists(queries: Queries, rows: readonly ListRow[], areFields: boolean): Promise<void> {
  await number(queries, rows, 'lists', 'list', {
    text: `INSERT INTO audit_index.lists (key, names)
           SELECT key, ARRAY(SELECT jsonb_array_elements_text(names))
           FROM jsonb_to_recordset($1::jsonb) AS row (key text, names jsonb)`,
    rows: rows.map(({ key, names }) => ({ key, names })),
  });
  if (!areFields || rows.length === 0) return;
  await queries.query(
    `INSERT INTO audit_index.list_names (name, list)
     SELECT DISTINCT left(name, ${MOST_NAME}), list FROM audit_index.lists, unnest(names) AS name WHERE list = ANY ($1::int[])
     ON CONFLICT DO NOTHING`,
    [rows.map(({ id }) => id)],
  );
}

async function insertPlaces(queries: Queries, rows: readonly PlaceRow[]): Promise<void> {
  await number(queries, rows, 'places', 'place', {
    text: `INSERT INTO audit_index.places
             (key, consumer, client, grant_name, purpose, interface, version, operation, definition)
           SELECT key, consumer, client, "grant", purpose, interface, version, operation, definition
           FROM jsonb_to_recordset($1::jsonb) AS row (key text, consumer text, client text, "grant" text, purpose text,
             interface text, version text, operation text, definition text)`,
    rows: rows.map(({ key, definition }) => ({ ...definition, key, definition: canonicalJson(definition) })),
  });
}

interface Insertion {
  readonly text: string;
  readonly rows: readonly object[];
}

async function number(
  queries: Queries,
  rows: readonly Row[],
  table: string,
  column: string,
  { text, rows: values }: Insertion,
): Promise<void> {
  if (rows.length === 0) return;
  // In one order everywhere: two gateways that add the same rows wait for each other, never both at once.
  await queries.query(`${text} ORDER BY key COLLATE "C" ON CONFLICT (key) DO NOTHING`, [storable(values)]);
  const found = await queries.query<{ id: number; key: string }>(
    `SELECT ${column} AS id, key FROM audit_index.${table} WHERE key = ANY ($1::text[])`,
    [rows.map(({ key }) => key)],
  );
  const numbers = new Map(found.map(({ id, key }) => [key, id]));
  for (const row of rows) row.id = numbers.get(row.key);
}

function withoutNumber<R extends Row>(rows: Iterable<R>): readonly R[] {
  return [...new Set(rows)].filter(({ id }) => id === undefined);
}

/** JSON that PostgreSQL keeps: it has no character 0, and no halves of surrogate pairs. */
function storable(rows: readonly object[]): string {
  return JSON.stringify(rows, (_name, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value,
  );
}
