/**
 * One entry of the audit trail: what happened in one exchange. Field names and digests, never values, tokens or secrets.
 * Stored as one line of JSON; members with nothing to say are left out.
 */
export interface AuditRecord {
  readonly v: 1;
  readonly type: 'access' | 'access-begin' | 'change';
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly exchange: string;
  readonly trace: string;
  readonly environment: string;
  readonly snapshot: string;
  readonly consumer?: string;
  readonly client?: string;
  /** Keyed hash of the token subject. */
  readonly subject?: string;
  readonly grant?: string;
  readonly purpose?: string;
  readonly interface?: string;
  readonly version?: string;
  readonly digest?: string;
  readonly operation?: string;
  readonly method: string;
  /** Path template, never the path (which may hold values). */
  readonly template?: string;
  readonly decision: 'allowed' | 'refused' | 'failed';
  /** Problem code of a refusal or failure. */
  readonly code?: string;
  /** Every policy that ran, in order: `name` when it passed, `name:code` when it refused, `name:answer` when it answered. */
  readonly policies: readonly string[];
  readonly reason?: string;
  readonly returned?: readonly string[];
  readonly masked?: readonly string[];
  readonly refused?: readonly string[];
  readonly written?: readonly string[];
  readonly records?: number;
  /** Keyed hashes of record identifiers, at most 100; `records` counts all. */
  readonly ids?: readonly string[];
  readonly ignored?: readonly string[];
  readonly notes?: readonly string[];
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
  readonly upstreamMs?: number;
  readonly upstreamStatus?: number;
}

/** Stands where entries are missing: what was lost is itself on record. */
export interface GapRecord {
  readonly v: 1;
  readonly type: 'gap';
  /** When the gap was closed. ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** An unfinished last line found at start; a write or sync that failed; more waiting entries than memory allows. */
  readonly cause: 'torn-line' | 'write-failed' | 'overload';
  /** Entries that were handed over and are not in the log. */
  readonly lost?: number;
  /** Bytes that were cut from the end of the file. */
  readonly bytes?: number;
}
