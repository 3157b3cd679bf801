import { ArrayColumn } from '../../storage/array-column.ts';
import type { Database, Queries } from '../../storage/database.ts';
import type { Batch, IndexedEntry } from './batch.ts';
import { insertShapes } from './insert-rows.ts';
import { indexOf, logOf } from './position.ts';
import type { ShapeRow } from './shape.ts';
import { first64 } from './signed64.ts';

const DAY_MS = 86_400_000;

/** Which reading of a log a batch belongs to. */
export interface Progress {
  readonly generation: string;
  /** Index of the epoch that is under way after the batch. */
  readonly epoch: number;
}

/**
 * Writes a batch and where reading goes on, all or nothing. False, with nothing written, when somebody else has read the
 * log on meanwhile.
 */
export function writeBatch(database: Database, batch: Batch, { generation, epoch }: Progress): Promise<boolean> {
  return database.transaction(async (queries) => {
    // What a power cut takes from the index is read again: no commit waits for the disk.
    await queries.query('SET LOCAL synchronous_commit = off');
    const [log, next, end] = [logOf(batch.start), indexOf(batch.start), indexOf(batch.end)];
    const moved = await queries.query(
      `UPDATE audit_index.logs SET next = $3, epoch = $4, unreadable = unreadable + $5, unresolved = unresolved + $6
       WHERE log = $1 AND next = $2 AND generation = $7 RETURNING log`,
      [log, next, end, epoch, batch.unreadable, batch.unresolved, generation],
    );
    if (moved.length === 0) return false;
    await insertShapes(queries, [...new Set(batch.entries.map(({ shape }) => shape))], [...batch.lists]);
    await insertEntries(queries, batch.entries);
    await insertHandles(queries, batch);
    await insertTexts(queries, batch);
    await addDays(queries, log, batch.entries);
    return true;
  });
}

async function insertEntries(queries: Queries, entries: readonly IndexedEntry[]): Promise<void> {
  const { length } = entries;
  const column = {
    position: new ArrayColumn('bigint', length),
    time: new ArrayColumn('timestamptz', length),
    shape: new ArrayColumn('int', length),
    exchange: new ArrayColumn('bigint', length),
    trace: new ArrayColumn('bigint', length),
    subject: new ArrayColumn('bigint', length),
  };
  for (const { position, time, shape, exchange, trace, subject } of entries) {
    column.position.bigint(position);
    column.time.timestamptz(time);
    column.shape.int(numberOf(shape));
    column.exchange.hex(first64(exchange ?? ''));
    column.trace.hex(first64(trace ?? ''));
    column.subject.hex(subject ?? '');
  }
  await queries.query(
    `INSERT INTO audit_index.entries (position, time, shape, exchange, trace, subject)
     SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])`,
    Object.values(column).map((values) => values.parameter()),
  );
}

async function insertHandles(queries: Queries, batch: Batch): Promise<void> {
  const handle = new ArrayColumn('bigint', batch.handles);
  const position = new ArrayColumn('bigint', batch.handles);
  const shape = new ArrayColumn('int', batch.handles);
  for (const entry of batch.entries) {
    for (const digits of entry.handles) {
      handle.hex(digits);
      position.bigint(entry.position);
      shape.int(numberOf(entry.shape));
    }
  }
  await queries.query(
    `INSERT INTO audit_index.handles (handle, position, shape)
     SELECT handle, position, shape FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS row (handle, position, shape)
     WHERE handle IS NOT NULL ORDER BY handle`,
    [handle.parameter(), position.parameter(), shape.parameter()],
  );
}

async function insertTexts(queries: Queries, { texts }: Batch): Promise<void> {
  const position = new ArrayColumn('bigint', texts.length);
  const count = new ArrayColumn('smallint', texts.length);
  const body = new ArrayColumn('bytea', texts.length * 500);
  for (const text of texts) {
    position.bigint(text.position);
    count.smallint(text.count);
    body.bytea(text.body);
  }
  await queries.query(
    `INSERT INTO audit_index.texts (position, count, body) SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bytea[])`,
    [position.parameter(), count.parameter(), body.parameter()],
  );
}

interface Day {
  readonly day: number;
  readonly shape: number;
  readonly first: IndexedEntry;
  last: IndexedEntry;
  entries: number;
  records: number;
  firstTime: number;
  lastTime: number;
}

async function addDays(queries: Queries, log: number, entries: readonly IndexedEntry[]): Promise<void> {
  const days = new Map<string, Day>();
  for (const entry of entries) {
    const day = Math.floor(entry.time / DAY_MS);
    const shape = numberOf(entry.shape);
    const key = `${day} ${shape}`;
    const known = days.get(key);
    if (known === undefined) {
      const { time, records } = entry;
      days.set(key, { day, shape, first: entry, last: entry, entries: 1, records, firstTime: time, lastTime: time });
      continue;
    }
    known.last = entry;
    known.entries++;
    known.records += entry.records;
    known.firstTime = Math.min(known.firstTime, entry.time);
    known.lastTime = Math.max(known.lastTime, entry.time);
  }
  const rows = [...days.values()].map(({ day, first, last, firstTime, lastTime, ...counts }) => ({
    ...counts,
    day: new Date(day * DAY_MS).toISOString().slice(0, 10),
    first_position: first.position,
    last_position: last.position,
    first_time: new Date(firstTime).toISOString(),
    last_time: new Date(lastTime).toISOString(),
  }));
  await queries.query(
    `INSERT INTO audit_index.days AS known
       (log, day, shape, entries, records, first_position, last_position, first_time, last_time)
     SELECT $1, day, shape, entries, records, first_position, last_position, first_time, last_time
     FROM jsonb_to_recordset($2::jsonb) AS row (day date, shape int, entries bigint, records bigint, first_position bigint,
       last_position bigint, first_time timestamptz, last_time timestamptz)
     ON CONFLICT (shape, log, day) DO UPDATE SET
       entries = known.entries + excluded.entries,
       records = known.records + excluded.records,
       last_position = excluded.last_position,
       first_time = least(known.first_time, excluded.first_time),
       last_time = greatest(known.last_time, excluded.last_time)`,
    [log, JSON.stringify(rows)],
  );
}

function numberOf({ id, key }: ShapeRow): number {
  if (id === undefined) throw new Error(`the index did not take the shape ${key}`);
  return id;
}
