import { Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { type Database, type Queries, StatementTimeout } from './database.ts';
import { EmbeddedConnection } from './embedded/connection.ts';
import { Engine } from './embedded/engine.ts';

export interface DatabaseOptions {
  /** A `postgres://` URL, or the folder of an embedded database. */
  readonly place: { readonly url: string } | { readonly folder: string };
  /** A statement may run so long; default 30 s. */
  readonly statementMs?: number;
  /** Connections to a server; the embedded one has one. Default 4. */
  readonly connections?: number;
  /** Hears of connections that broke while nobody used them. */
  readonly onFault?: (error: unknown) => void;
}

/** How much longer than the server the client waits for it to end a statement. */
const GRACE_MS = 5000;
/** For a connection: to be made, or to be given back by who has it. */
const PATIENCE_MS = 30_000;
const INT8 = 20;

const SHARED: PoolConfig = {
  connectionTimeoutMillis: PATIENCE_MS,
  application_name: 'portcullis',
  types: { getTypeParser: (oid, format) => (oid === INT8 ? safeInteger : types.getTypeParser(oid, format)) },
};

/** Opens a database; rejects with an Error for people when it cannot be had. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { place, statementMs = 30_000, connections = 4, onFault = () => undefined } = options;
  if ('url' in place) {
    const pool = new Pool({
      ...SHARED,
      connectionString: place.url,
      max: connections,
      statement_timeout: statementMs,
      query_timeout: statementMs + GRACE_MS,
    });
    pool.on('error', onFault);
    const database = new PooledDatabase('postgres', pool, () => Promise.resolve());
    await database.query('SELECT 1').catch(async (error: unknown) => {
      await database.close();
      throw error;
    });
    return database;
  }
  const engine = await Engine.open(place.folder);
  const pool = new Pool({
    ...SHARED,
    // As `user` and `database` PGlite has only these; the machine's own variables must not name others.
    user: 'postgres',
    database: 'postgres',
    host: 'embedded',
    max: 1,
    idleTimeoutMillis: 0,
    query_timeout: statementMs,
    stream: () => new EmbeddedConnection(engine) as never,
  });
  pool.on('error', onFault);
  return new PooledDatabase('embedded', pool, () => engine.close());
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error('a bigint from the database is beyond 2^53: cast it to text');
  return value;
}

class PooledDatabase implements Database {
  readonly kind: Database['kind'];
  readonly #pool: Pool;
  readonly #closeEngine: () => Promise<void>;

  constructor(kind: Database['kind'], pool: Pool, closeEngine: () => Promise<void>) {
    this.kind = kind;
    this.#pool = pool;
    this.#closeEngine = closeEngine;
  }

  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return this.#withClient((client) => rowsOf<Row>(client, text, values));
  }

  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#withClient(async (client) => {
      await rowsOf(client, 'BEGIN');
      try {
        const result = await work({ query: (text, values) => rowsOf(client, text, values) });
        await rowsOf(client, 'COMMIT');
        return result;
      } catch (error) {
        // Where the connection is gone the server rolls back by itself.
        if (!isBroken(error)) await rowsOf(client, 'ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
    await this.#closeEngine();
  }

  async #withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    // Without a listener a connection that breaks here would end the process.
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      if (isBroken(error)) broken ??= error as Error;
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

/** The client gave up waiting: what the connection will say next belongs to nobody. */
function isBroken(error: unknown): boolean {
  return error instanceof StatementTimeout;
}

async function rowsOf<Row extends object>(
  client: PoolClient,
  text: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  try {
    const { rows } = await client.query<Row>(text, values === undefined ? undefined : [...values]);
    return rows;
  } catch (error) {
    throw isTimeout(error) ? new StatementTimeout() : error;
  }
}

/** `query_canceled` is how a server ends a statement at its timeout. */
function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message === 'Query read timeout' || ('code' in error && error.code === '57014');
}
