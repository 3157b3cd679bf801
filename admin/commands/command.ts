import type { AuditReadEntry } from '../../audit/entry.ts';
import type { UsageSource } from '../../audit/index/usage.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Fault } from '../../catalog/fault.ts';
import type { Snapshot } from '../../gateway/plan.ts';
import type { Database } from '../../storage/database.ts';

/** The index of a ledger, open for questions of usage. */
export interface OpenUsage {
  readonly source: UsageSource;
  /** Time of the first entry that it holds, ISO 8601; undefined where it holds none. */
  readonly since: string | undefined;
  close(): Promise<void>;
}

/** The index of a ledger, open for who looks after it. */
export interface OpenIndex {
  readonly index: Database;
  /** Reads what is in the ledger and not in the index; number of entries. Tells how far it is. */
  catchUp(progress?: (read: number) => void): Promise<number>;
  close(): Promise<void>;
}

/** A ledger and its index, open for questions without the gateway. */
export interface OpenLedger {
  /** Has all that stands under the ledger's checkpoint. */
  readonly index: Database;
  readonly origin: string;
  /** What a record or person is called in each month. Throws where the keys cannot be had, with the mend. */
  handlesOf(subject: string): readonly { readonly month: string; readonly handle: string }[];
  /** Puts on record who asked; false where a running gateway has the ledger. */
  record(entry: AuditReadEntry): Promise<boolean>;
  close(): Promise<void>;
}

/** What every command gets: where to print, and the parts that only main.ts can put together. */
export interface CommandContext {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Writes over the line it showed last; absent where nobody watches. */
  readonly show?: (line: string) => void;
  /** Loads and compiles a folder without secrets, sockets or logs. */
  readonly compileFolder: (
    folder: string,
    environment: string,
  ) => Promise<{
    readonly catalog: Catalog;
    readonly snapshot: Snapshot | undefined;
    readonly faults: readonly Fault[];
  }>;
  /** Opens the index of the ledger in a data folder; resolves to undefined where there is none. */
  readonly openUsage?: (dataFolder: string) => Promise<OpenUsage | undefined>;
  /** Opens a data folder's ledger for questions. Rejects with an Error for people. */
  readonly openLedger?: (dataFolder: string) => Promise<OpenLedger>;
  /** Opens its index alone; `anew` empties it first. Rejects likewise. */
  readonly openIndex?: (dataFolder: string, options?: { readonly anew?: boolean }) => Promise<OpenIndex>;
  /** A variable of the environment that a command line names, such as the one that holds a key. */
  readonly variable: (name: string) => string | undefined;
  readonly defaults: {
    /** Of Portcullis itself. */
    readonly version: string;
    readonly catalogFolder: string;
    readonly dataFolder: string;
    readonly environment: string;
    readonly publicUrl: string;
    readonly tokenUrl: string;
  };
}

/** One command of the command line. Returns the exit code. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/** Wrong usage: printed with the command's usage line, exit code 2. */
export class UsageError extends Error {}
