import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Indexer } from '../../audit/index/indexer.ts';
import { type CompanyOptions, companyLog, customer, entriesLog } from '../../audit/index/ledger-entries.fixture.ts';
import { openIndex } from '../../audit/index/open-index.ts';
import { tidy } from '../../audit/index/tidy.ts';
import type { LogReader } from '../../audit/log-reader.ts';
import { ask } from '../../audit/questions/ask.ts';
import { summarize } from '../../audit/questions/summarize.ts';
import { handleOf } from '../../audit/record/recorder.fixture.ts';
import { findPostgres } from '../../scripts/test-postgres.ts';
import { createOnServer } from '../../storage/database.fixture.ts';
import type { Database } from '../../storage/database.ts';
import { type Figure, percentileOf } from './figures.ts';

export interface IndexBench {
  /** For the embedded database. */
  readonly folder: string;
  /** Entries that each engine takes in while it is measured; all are in memory before. */
  readonly entries: number;
  /** Entries of the ledger that is asked afterwards. */
  readonly asked: number;
  readonly questions: number;
}

/** A server as somebody would set it up for that: durable, with some memory. */
const SERVER = ['shared_buffers=1GB', 'max_wal_size=8GB', 'checkpoint_timeout=30min'];
const CUSTOMERS = 50_000;
const FIELD = { fields: [{ interface: 'customer-master', field: 'Customer.email' }] };
const [FROM, TO] = [Date.UTC(2025, 9, 1), Date.UTC(2026, 10, 1)];
const DAY_MS = 86_400_000;
/** As Linux counts the time of processes. */
const TICK_US = 10_000;

/** What the index takes in, and how long a question about one customer's field takes. */
export async function measureIndex({ folder, entries, asked, questions }: IndexBench): Promise<Figure[]> {
  const log = await inMemory(entries);
  const server = await findPostgres(process.env, SERVER);
  try {
    const embedded = await openIndex({ folder: join(folder, 'index') });
    const figures = await measureIntake('embedded index', embedded, log, 5000).finally(() => embedded.close());
    const place = await createOnServer(server.url);
    const postgres = await openIndex(place.place);
    try {
      figures.push(...(await measureIntake('index on PostgreSQL', postgres, log, 20_000)));
      figures.push(...(await measureQuestions(postgres, asked, questions)));
      return figures;
    } finally {
      await postgres.close();
      await place.remove();
    }
  } finally {
    await server.stop();
  }
}

function company(exchanges: number, origin: string): CompanyOptions {
  return { exchanges, customers: CUSTOMERS, from: FROM, to: TO, origin };
}

async function inMemory(count: number): Promise<LogReader> {
  const bytes: Buffer[] = [];
  const log = companyLog(company(count, 'intake.bench/log'), count);
  for await (const { entries } of log.entries(0, count)) bytes.push(...entries);
  return entriesLog(bytes, 0, log.origin);
}

async function measureIntake(what: string, database: Database, log: LogReader, goal: number): Promise<Figure[]> {
  const backend = backendOf(database);
  const [start, cpu, serverCpu] = [performance.now(), process.cpuUsage(), await backend()];
  const read = await new Indexer({ database }).catchUp(log);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const figures: Figure[] = [
    { what: `${what}: entries taken in`, value: read / seconds, unit: 'a second', goal: { atLeast: goal } },
    { what: `${what}: CPU of this process`, value: (user + system) / read, unit: 'µs an entry' },
  ];
  const ofServer = ((await backend()) - serverCpu) / read;
  return ofServer === 0
    ? figures
    : [...figures, { what: `${what}: CPU of the server`, value: ofServer, unit: 'µs an entry' }];
}

/** Microseconds of CPU that the server's processes for our connections have used; 0 for the embedded one, which is ours. */
function backendOf(database: Database): () => Promise<number> {
  return async () => {
    if (database.kind === 'embedded') return 0;
    const rows = await database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'portcullis'`,
    );
    return rows.reduce((sum, { pid }) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [user = 0, system = 0] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number);
      return sum + (user + system) * TICK_US;
    }, 0);
  };
}

async function measureQuestions(database: Database, size: number, questions: number): Promise<Figure[]> {
  const log = companyLog(company(size, 'asked.bench/log'), size);
  await new Indexer({ database }).catchUp(log);
  await tidy(database);
  const rows = new Float64Array(questions);
  const each = new Float64Array(questions);
  const summed = new Float64Array(questions);
  for (let at = 0; at < questions; at++) {
    // Known and unknown customers, old ones and new, over a month somewhere.
    const handles = [handleOf(customer(Math.floor(Math.random() ** 2 * CUSTOMERS)))];
    const from = FROM + Math.random() * (TO - FROM - 31 * DAY_MS);
    const window = { from: new Date(from).toISOString(), to: new Date(from + 31 * DAY_MS).toISOString() };
    let start = performance.now();
    for await (const _ of (await ask(database, { ...FIELD, handles, ...window })).rows) rows[at] = (rows[at] ?? 0) + 1;
    each[at] = performance.now() - start;
    start = performance.now();
    await summarize(database, { ...FIELD, fieldUse: ['returned', 'masked'], handles });
    summed[at] = performance.now() - start;
  }
  const among = `among ${(size / 1e6).toFixed(1)} million entries`;
  return [
    {
      what: `who received a field of a customer in a month, each exchange, ${among}, p95`,
      ...{ value: percentileOf(each, questions, 0.95), unit: 'ms', goal: { atMost: 1000 } },
    },
    { what: 'the same, median', value: percentileOf(each, questions, 0.5), unit: 'ms' },
    { what: 'rows of such an answer, p95', value: percentileOf(rows, questions, 0.95), unit: 'rows' },
    {
      what: `recipients of a field of a customer over 13 months, ${among}, p95`,
      ...{ value: percentileOf(summed, questions, 0.95), unit: 'ms', goal: { atMost: 1000 } },
    },
  ];
}
