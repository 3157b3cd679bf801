import fs from 'node:fs';
import { join } from 'node:path';
import { type LedgerFileSystem, syncFolder } from '../journal/ledger-file-system.ts';

const NEWLINE = 0x0a;
const MOST_LINE = 1 << 16;

/** One checkpoint that was signed earlier. */
export interface PastCheckpoint {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The signed note. */
  readonly note: string;
}

/**
 * What the log has signed before, one a minute and the last of each run: a line of JSON each in `checkpoints.jsonl`. A
 * log that was wound back or forked contradicts it. A torn last line is cut.
 */
export class CheckpointHistory {
  readonly #system: LedgerFileSystem;
  readonly #fd: number;
  #size: number;
  #lastTime = Number.NEGATIVE_INFINITY;

  constructor(system: LedgerFileSystem, folder: string) {
    this.#system = system;
    this.#fd = system.openSync(join(folder, 'checkpoints.jsonl'), fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
    const { size } = system.fstatSync(this.#fd);
    this.#size = lastLineEnd(system, this.#fd, size);
    if (this.#size < size) system.ftruncateSync(this.#fd, this.#size);
    system.fdatasyncSync(this.#fd);
    syncFolder(system, folder);
  }

  /** Keeps a checkpoint where the last one is older than `leastMs`; says whether it did. */
  keep(note: string, now: number, leastMs: number): boolean {
    if (now - this.#lastTime < leastMs) return false;
    const line = Buffer.from(
      `${JSON.stringify({ time: new Date(now).toISOString(), note } satisfies PastCheckpoint)}\n`,
    );
    const written = this.#system.writeSync(this.#fd, line, 0, line.length, this.#size);
    if (written < line.length) throw new Error('the disk takes no more bytes');
    this.#system.fdatasyncSync(this.#fd);
    this.#size += line.length;
    this.#lastTime = now;
    return true;
  }

  /** Keeps a checkpoint that an earlier process left, unless it is the last one here. */
  keepLeft(note: string, now: number): void {
    if (this.#lastNote() === note) return;
    this.keep(note, now, 0);
    this.#lastTime = Number.NEGATIVE_INFINITY;
  }

  close(): void {
    this.#system.closeSync(this.#fd);
  }

  #lastNote(): string | undefined {
    const block = Buffer.allocUnsafe(Math.min(this.#size, MOST_LINE));
    const read = this.#system.readSync(this.#fd, block, 0, block.length, this.#size - block.length);
    const lines = block.toString('utf8', 0, read).trimEnd();
    try {
      return (JSON.parse(lines.slice(lines.lastIndexOf('\n') + 1)) as PastCheckpoint).note;
    } catch {
      return undefined;
    }
  }
}

function lastLineEnd(system: LedgerFileSystem, fd: number, size: number): number {
  const block = Buffer.allocUnsafe(1 << 16);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const read = system.readSync(fd, block, 0, end - start, start);
    const at = block.subarray(0, read).lastIndexOf(NEWLINE);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
