/** Runs SQL of PostgreSQL with `$1` parameters; rows come by column name. */
export interface Queries {
  /**
   * bigint comes as a number (one beyond 2^53 is an error: cast it to text), timestamptz as a Date, bytea as a Buffer.
   * Rejects with a StatementTimeout, or with an error whose `code` is the SQLSTATE.
   */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A PostgreSQL, or the twin that is embedded in this process: the same SQL, the same answers. */
export interface Database extends Queries {
  readonly kind: 'postgres' | 'embedded';
  /**
   * All of the work or nothing of it. The work awaits nothing but its own queries: the twin has one session, and everybody
   * else waits for it meanwhile.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Waits for what runs, then closes. */
  close(): Promise<void>;
}

/** A statement ran longer than it may and was ended. */
export class StatementTimeout extends Error {
  constructor() {
    super('the database took too long for a statement, which was ended');
  }
}

/** The SQLSTATE of what a database refused; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
