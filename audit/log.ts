/**
 * The append-only log behind every record. An entry is durable once it and all before it have reached the disk
 * (fdatasync); many entries share one sync (group commit).
 */
export interface AuditLog {
  /**
   * Takes one entry (canonical JSON, 1 to 65,535 bytes) and returns a ticket for it, ascending from 0. Throws when the log
   * has failed.
   */
  append(entry: string): number;
  /** Calls back once the entry is durable, or with the error that prevents it. Callbacks run in order of the tickets. */
  whenDurable(ticket: number, done: (error: Error | undefined) => void): void;
  /** False once a write or sync has failed: strict exchanges are then refused before they run. */
  readonly healthy: boolean;
  close(): Promise<void>;
}
