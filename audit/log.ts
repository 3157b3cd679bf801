/**
 * The append-only log behind every record. A line is durable once it and all before it have reached the disk
 * (fdatasync); many lines share one sync (group commit).
 */
export interface AuditLog {
  /**
   * Takes one record (JSON text without line end) and returns its sequence number, from 0. Where its middle has been made
   * into bytes before, it comes as the three parts of one line. Throws when the log has failed.
   */
  append(before: string, constant?: Buffer, after?: string): number;
  /** Calls back once the record is durable, or with the error that prevents it. Callbacks run in order of sequence. */
  whenDurable(sequence: number, done: (error: Error | undefined) => void): void;
  /** False once a write or sync has failed: strict exchanges are then refused before they run. */
  readonly healthy: boolean;
  close(): Promise<void>;
}
