import type { Database } from './database.ts';
import type { StandInUser } from './dispatch.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  /** The bytes as UTF-8. */
  readonly body: string;
}

/** What the protocols share: one database and its users. */
export interface Site {
  readonly db: Database;
  readonly database: string;
  readonly users: readonly StandInUser[];
  /** Open sessions of the web client by their token. */
  readonly sessions: Map<string, StandInUser>;
  /** Told of every call before it runs. */
  readonly heard: (call: HeardCall) => void;
}

export interface HeardCall {
  readonly protocol: 'json2' | 'jsonrpc' | 'xmlrpc' | 'session';
  readonly uid: number;
  readonly model: string;
  readonly method: string;
  readonly ids: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: unknown;
}
