import type { AuditLog } from '../log.ts';
import type { LogEnd } from './recent-entries.ts';

type Done = (error: Error | undefined) => void;

/** A log in memory: what is appended is durable when the test says so. */
export class MemoryLog implements AuditLog {
  readonly entries: string[] = [];
  healthy = true;
  #base = 0;
  #waiting: { readonly ticket: number; readonly done: Done }[] = [];
  #durable = 0;

  append(entry: string): number {
    if (!this.healthy) throw new Error('the log has failed');
    return this.#base + this.entries.push(entry) - 1;
  }

  whenDurable(ticket: number, done: Done): void {
    this.#waiting.push({ ticket, done });
  }

  /** Everything so far has reached the disk. */
  sync(): void {
    this.#durable = this.entries.length;
    this.#tell(undefined);
  }

  /** Everything since the last sync is lost, and those who wait for it are told. */
  lose(): void {
    this.#base += this.entries.splice(this.#durable).length;
    this.#tell(new Error('the disk is full'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get parsed(): Record<string, unknown>[] {
    return this.entries.map((entry) => JSON.parse(entry) as Record<string, unknown>);
  }

  /** What can be read of it, as of a log on disk. */
  reader(minimum = 0): LogEnd & { readonly blocks: number } {
    const { entries } = this;
    let blocks = 0;
    return {
      minimum,
      get blocks() {
        return blocks;
      },
      checkpoint: () => Promise.resolve({ note: '', size: entries.length, root: Buffer.alloc(32) }),
      async *entries(from, to) {
        blocks++;
        const middle = Math.min(to, from + 100);
        for (const [start, end] of [[from, middle] as const, [middle, to] as const]) {
          if (end > start)
            yield { first: start, entries: entries.slice(start, end).map((entry) => Buffer.from(entry)) };
        }
      },
    };
  }

  #tell(error: Error | undefined): void {
    for (const { done } of this.#waiting.splice(0)) done(error);
  }
}
