/**
 * The entries of the ledger as they stand in the tree: JSON in the canonical form of RFC 8785 (members sorted by name, no
 * spaces), at most 65,535 bytes. Names, digests, counts and keyed handles; never a value, a token or a secret.
 * docs/ledger.md describes them for people.
 */
interface Timed {
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
}

/** Names of fields, parameters or verdicts: the id of a `define` entry with the list, or the list itself. */
export type NameList = string | readonly string[];

/**
 * Begins a stretch of the log within which ids are defined: at each start of a gateway and each new day (UTC). What
 * stands behind an epoch can be read without what stands before it; the log is pruned only to the beginning of one.
 */
export interface EpochEntry extends Timed {
  readonly type: 'epoch';
  /** Form of the entries that follow. */
  readonly format: 1;
  readonly origin: string;
  readonly environment: string;
  /** Version of the gateway's software. */
  readonly software: string;
}

/**
 * Gives an id to what many entries share. The id is the first 16 bytes, base64url, of SHA-256 over the canonical JSON of
 * the list or place, so that it cannot stand for two things. A list that is too long for one entry comes in parts.
 */
export interface DefineEntry {
  readonly type: 'define';
  readonly id: string;
  readonly list?: readonly string[];
  readonly place?: PlaceDefinition;
  /** `[which, of how many]`, counted from 1; absent for one part. */
  readonly part?: readonly [number, number];
}

/** Under what a call ran: the same for every exchange of one plan. */
export interface PlaceDefinition {
  readonly consumer?: string;
  /** Absent where the consumer has several clients: then the access entry names it. */
  readonly client?: string;
  readonly grant?: string;
  /** SHA-256 of the grant document's canonical JSON, `sha256:…`. */
  readonly grantDigest?: string;
  /** Who approved the grant, as it says. */
  readonly approvers?: readonly string[];
  readonly purpose?: string;
  readonly interface?: string;
  readonly version?: string;
  /** Digest of the version's document. */
  readonly digest?: string;
  readonly operation?: string;
  readonly method: string;
  /** Path template, never the path (which may hold values). */
  readonly template?: string;
  /** The system that is called. */
  readonly upstream?: string;
  readonly environment: string;
  readonly snapshot: string;
}

/** One exchange. `access-begin` is written before a streamed answer, `access` when it is over. */
export interface AccessEntry extends Timed {
  readonly type: 'access' | 'access-begin';
  readonly place: string;
  readonly client?: string;
  readonly exchange: string;
  readonly trace: string;
  /** Handle of the token subject. */
  readonly subject?: string;
  readonly decision: 'allowed' | 'refused' | 'failed';
  /** Problem code of a refusal or failure. */
  readonly code?: string;
  readonly reason?: string;
  /** Every policy that ran, in order: `name` when it passed, `name:code` when it refused, `name:answer` when it answered. */
  readonly verdicts: NameList;
  readonly returned?: NameList;
  readonly masked?: NameList;
  readonly refused?: NameList;
  readonly written?: NameList;
  readonly ignored?: NameList;
  readonly notes?: NameList;
  /** Records whose fields went out or were written; `handles` has the first 1000, with those they link to. */
  readonly records?: number;
  /** Handles (16 hex digits) of records: `<system>/<kind> <identifier>` under the key of the entry's month. */
  readonly handles?: readonly string[];
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
  readonly upstreamMs?: number;
  readonly upstreamStatus?: number;
}

/** Stands where entries are missing: what was lost is itself on record. */
export interface GapEntry extends Timed {
  readonly type: 'gap';
  /**
   * A torn end found at start; a process that ended without closing the log, so that what it held in memory in relaxed
   * mode is lost; a write or sync that failed; more waiting entries than memory allows.
   */
  readonly cause: 'torn-write' | 'unclean-end' | 'write-failed' | 'overload';
  /** Entries that were handed over and are not in the log, where that is known. */
  readonly lost?: number;
  /** Bytes that were cut from the end of the journal. */
  readonly bytes?: number;
}

/** What is in force has changed: one snapshot follows another. */
export interface ChangeEntry extends Timed {
  readonly type: 'change';
  /** Snapshot ids; `from` is absent at the first start. */
  readonly from?: string;
  readonly to: string;
  readonly environment: string;
  /** `<added|changed|removed> <Kind>/<name> <digest>`, at most 200. */
  readonly documents: readonly string[];
  /** How many documents changed in all. */
  readonly count: number;
}

/** A grant came into force or changed: what its document says of its approvals. */
export interface ApprovalEntry extends Timed {
  readonly type: 'approval';
  readonly grant: string;
  readonly digest: string;
  readonly consumer: string;
  readonly interface: string;
  readonly until: string;
  readonly purpose: string;
  readonly approvals: readonly { readonly by: string; readonly role: string; readonly at: string }[];
}

/** Somebody took a copy of entries out. */
export interface ExportEntry extends Timed {
  readonly type: 'export';
  readonly actor: string;
  readonly format: string;
  /** Canonical JSON of the question; subjects as handles. */
  readonly query: string;
  readonly rows: number;
  /** SHA-256 of the archive's manifest, `sha256:…`. */
  readonly manifest: string;
}

/** Somebody asked the ledger. */
export interface AuditReadEntry extends Timed {
  readonly type: 'audit-read';
  readonly actor: string;
  readonly query: string;
  readonly rows: number;
}

/** A key of the log or of its handles gives way to the next. */
export interface KeyRotationEntry extends Timed {
  readonly type: 'key-rotation';
  readonly of: 'log' | 'handles';
  /** Verifier keys of the log, or months (`2026-11`) of handles. */
  readonly from?: string;
  readonly to: string;
}

/** The key of a subject was destroyed: its handles cannot be found again by anybody. */
export interface ErasureEntry extends Timed {
  readonly type: 'erasure';
  readonly actor: string;
  /** Why: a case number, never a name. */
  readonly reason: string;
  /** Months whose key was destroyed for the subject. */
  readonly months: readonly string[];
}

/** A legal hold was proposed, confirmed by a second person, or released. */
export interface HoldEntry extends Timed {
  readonly type: 'hold';
  readonly action: 'proposed' | 'confirmed' | 'release-proposed' | 'released';
  readonly name: string;
  readonly actor: string;
  readonly case: string;
  /** Canonical JSON of what it covers. */
  readonly scope: string;
}

/** Entries below `minimum` are given up. */
export interface PruneEntry extends Timed {
  readonly type: 'prune';
  readonly actor: string;
  readonly minimum: number;
  /** ISO 8601: what is older was to go. */
  readonly before: string;
}

export type Entry =
  | EpochEntry
  | DefineEntry
  | AccessEntry
  | GapEntry
  | ChangeEntry
  | ApprovalEntry
  | ExportEntry
  | AuditReadEntry
  | KeyRotationEntry
  | ErasureEntry
  | HoldEntry
  | PruneEntry;
