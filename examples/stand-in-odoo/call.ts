import type { Database } from './database.ts';
import type { Viewer } from './domain.ts';

/** A call after its arguments were bound: what a method sees. */
export interface Call {
  readonly db: Database;
  readonly model: string;
  readonly ids: readonly number[];
  readonly args: Readonly<Record<string, unknown>>;
  readonly uid: number;
  readonly viewer: Viewer;
  /** Record rules of the user on this model, as one domain. */
  readonly rule: readonly unknown[];
  readonly context: Readonly<Record<string, unknown>>;
}

export interface Method {
  /** `@api.model`: has no ids. */
  readonly onModel: boolean;
  readonly parameters: readonly string[];
  /** Parameters in versions up to and with the key, where they differ. */
  readonly formerly?: Readonly<Record<number, readonly string[]>>;
  readonly required: number;
  /** Takes any further keyword (`**read_kwargs`). */
  readonly open?: boolean;
  /** What the user must be allowed to do on the model. */
  readonly needs?: 'read' | 'write' | 'create' | 'unlink';
  readonly since?: number;
  readonly until?: number;
  /** Returns a JSON value; undefined is Python's None. */
  readonly run: (call: Call) => unknown;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
