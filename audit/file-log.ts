import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineArena } from './line-arena.ts';
import { lockFile } from './lock-file.ts';
import type { AuditLog } from './log.ts';
import { type LogFileSystem, openHealed, realFileSystem } from './log-file.ts';
import type { GapRecord } from './record.ts';

export interface FileLogOptions {
  /** Longest wait for company before records are written and synced, in milliseconds; 0 commits as fast as the disk can. */
  readonly commitIntervalMs?: number;
  /** Bytes that may wait for the disk; beyond, the log refuses records until half of them are written. */
  readonly maxWaitingBytes?: number;
  /** First wait before a failed file is opened anew, in milliseconds; doubled up to fifty times as much. */
  readonly retryMs?: number;
  /** Hears of each failure of the disk. */
  readonly onFault?: (error: Error) => void;
  readonly fileSystem?: LogFileSystem;
}

/** An audit log in one file, with what a monitor wants to know of it. */
export interface FileLog extends AuditLog {
  readonly waitingBytes: number;
  /** Milliseconds that the last write and sync took. */
  readonly lastCommitMs: number;
  /** Records that were handed over since the start and could not be kept. */
  readonly lost: number;
}

/** While one commit brings n records the next waits n − 1 of this many parts of the interval. */
const PACE_PARTS = 10;
const QUIET_MS = 1;
const NOTHING = Buffer.alloc(0);

/**
 * Opens an append-only file of JSON lines for one writer. Cuts a torn last line and puts the cut on record.
 * Throws when the file is in use by another process or cannot be written.
 */
export async function openFileLog(path: string, options: FileLogOptions = {}): Promise<FileLog> {
  const absolute = resolve(path);
  await mkdir(dirname(absolute), { recursive: true, mode: 0o700 });
  const unlock = await lockFile(absolute);
  try {
    return new LogWriter(absolute, options, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

class LogWriter implements FileLog {
  readonly #path: string;
  readonly #system: LogFileSystem;
  readonly #intervalMs: number;
  readonly #maxWaiting: number;
  readonly #retryMs: number;
  readonly #onFault: (error: Error) => void;
  readonly #unlock: () => Promise<void>;
  readonly #arena = new LineArena();
  readonly #waiters: { sequence: number; done: (error: Error | undefined) => void }[] = [];

  #fd: number;
  /** Bytes of the file that are durable; the next commit starts here. */
  #size: number;
  #next = 0;
  #durable = 0;
  /** No record below this number that is asked for late can be vouched for: some of them were lost. */
  #lostBefore = 0;
  #failure: Error | undefined = undefined;
  #overfull = false;
  #unrecordedLosses = 0;
  #lost = 0;

  #committing = false;
  #paced = false;
  #flyingBytes = 0;
  #lastCount = 0;
  #lastStart = 0;
  #lastCommitMs = 0;
  #probing = false;
  #retries = 0;
  #retryTimer: NodeJS.Timeout | undefined = undefined;
  #closing: (() => void) | undefined = undefined;

  constructor(path: string, options: FileLogOptions, unlock: () => Promise<void>) {
    this.#path = path;
    this.#system = options.fileSystem ?? realFileSystem;
    this.#intervalMs = options.commitIntervalMs ?? 5;
    this.#maxWaiting = options.maxWaitingBytes ?? 16 * 1024 * 1024;
    this.#retryMs = options.retryMs ?? 100;
    this.#onFault = options.onFault ?? (() => undefined);
    this.#unlock = unlock;
    const file = openHealed(this.#system, path, dirname(path));
    this.#fd = file.fd;
    this.#size = file.size;
    if (file.cut > 0) this.#recordGap({ cause: 'torn-line', bytes: file.cut });
  }

  get healthy(): boolean {
    return this.#failure === undefined && !this.#overfull && this.#closing === undefined;
  }

  get waitingBytes(): number {
    return this.#arena.bytes + this.#flyingBytes;
  }

  get lastCommitMs(): number {
    return this.#lastCommitMs;
  }

  get lost(): number {
    return this.#lost;
  }

  append(before: string, constant: Buffer = NOTHING, after = ''): number {
    if (this.#closing !== undefined) throw new Error('the audit log is closed');
    if (this.#failure === undefined && this.waitingBytes > this.#maxWaiting) this.#overfull = true;
    if (!this.healthy) {
      this.#lose(1);
      throw this.#failure ?? new Error('the audit log cannot keep up: too many records wait for the disk');
    }
    return this.#add(before, constant, after);
  }

  whenDurable(sequence: number, done: (error: Error | undefined) => void): void {
    if (sequence < this.#lostBefore) {
      queueMicrotask(() => done(new Error('the record may have been lost')));
    } else if (sequence < this.#durable) {
      queueMicrotask(() => done(undefined));
    } else {
      const waiters = this.#waiters;
      let at = waiters.length;
      while (at > 0 && (waiters[at - 1]?.sequence ?? 0) > sequence) at--;
      if (at === waiters.length) waiters.push({ sequence, done });
      else waiters.splice(at, 0, { sequence, done });
    }
  }

  async close(): Promise<void> {
    if (this.#closing !== undefined) return;
    await new Promise<void>((drained) => {
      this.#closing = drained;
      if (this.#probing) return;
      if (this.#failure !== undefined) this.#finishClosing();
      else if (!this.#committing && this.#durable === this.#next) this.#finishClosing();
      else if (!this.#committing) this.#commit();
    });
    await this.#unlock();
  }

  #finishClosing(): void {
    if (this.#retryTimer !== undefined) clearTimeout(this.#retryTimer);
    if (this.#fd >= 0) this.#system.closeSync(this.#fd);
    this.#fd = -1;
    this.#closing?.();
  }

  #add(before: string, constant: Buffer = NOTHING, after = ''): number {
    this.#arena.add(before, constant, after);
    if (!this.#committing && !this.#paced) this.#schedule();
    return this.#next++;
  }

  #lose(count: number): void {
    this.#unrecordedLosses += count;
    this.#lost += count;
  }

  #recordGap(gap: Pick<GapRecord, 'cause' | 'lost' | 'bytes'>): void {
    const record: GapRecord = { v: 1, type: 'gap', time: new Date().toISOString(), ...gap };
    this.#add(JSON.stringify(record));
  }

  /**
   * A lone record is committed at once. Where the last commit carried many, the next waits for company: until the
   * interval is over, or until nobody comes any more (then all who could come are waiting for this very commit).
   */
  #schedule(): void {
    this.#paced = true;
    const share = Math.min(1, Math.max(0, this.#lastCount - 1) / PACE_PARTS);
    const due = this.#lastStart + this.#intervalMs * share;
    if (share === 0 || performance.now() >= due) setImmediate(() => this.#commit());
    else setTimeout(() => this.#waitForCompany(due, this.#next), QUIET_MS);
  }

  #waitForCompany(due: number, seen: number): void {
    if (this.#next === seen || performance.now() >= due) this.#commit();
    else setTimeout(() => this.#waitForCompany(due, this.#next), QUIET_MS);
  }

  #commit(): void {
    this.#paced = false;
    if (this.#committing || this.#failure !== undefined || this.#durable === this.#next) return;
    this.#committing = true;
    this.#lastStart = performance.now();
    this.#lastCount = this.#next - this.#durable;
    this.#flyingBytes = this.#arena.bytes;
    const buffers = this.#arena.take();
    this.#write(buffers, this.#size, this.#flyingBytes, this.#next);
  }

  #write(buffers: readonly Buffer[], position: number, left: number, upTo: number): void {
    this.#system.writev(this.#fd, buffers, position, (error, count = 0) => {
      if (error !== null) this.#fail(error);
      else if (count < left && count === 0) this.#fail(new Error('the disk takes no more bytes'));
      else if (count < left) this.#write(behind(buffers, count), position + count, left - count, upTo);
      else this.#sync((failure) => this.#committed(failure, buffers, upTo));
    });
  }

  /** What was written is durable, or never will be. */
  #sync(done: (error: Error | null) => void): void {
    if (this.#system.durableWrites === undefined) this.#system.fdatasync(this.#fd, done);
    else done(null);
  }

  #committed(error: Error | null, buffers: readonly Buffer[], upTo: number): void {
    if (error !== null) {
      this.#fail(error);
      return;
    }
    this.#arena.giveBack(buffers);
    this.#lastCommitMs = performance.now() - this.#lastStart;
    this.#size += this.#flyingBytes;
    this.#flyingBytes = 0;
    this.#committing = false;
    this.#durable = upTo;
    if (this.#overfull && this.waitingBytes <= this.#maxWaiting / 2) this.#endOverload();
    this.#tell(upTo, undefined);
    this.#goOn();
  }

  #goOn(): void {
    if (this.#committing || this.#paced) return;
    if (this.#durable < this.#next) {
      if (this.#closing !== undefined) this.#commit();
      else this.#schedule();
    } else if (this.#closing !== undefined) this.#finishClosing();
  }

  #endOverload(): void {
    this.#overfull = false;
    this.#recordGap({ cause: 'overload', lost: this.#unrecordedLosses });
    this.#unrecordedLosses = 0;
  }

  /** Calls back, in order, all who wait for records below `upTo`. One that throws does not keep the others waiting. */
  #tell(upTo: number, error: Error | undefined): void {
    let count = 0;
    while (count < this.#waiters.length && (this.#waiters[count]?.sequence ?? upTo) < upTo) count++;
    for (const { done } of this.#waiters.splice(0, count)) {
      try {
        done(error);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }

  /** Nothing that was not yet durable is vouched for any more; the file is opened anew and cut back to what is. */
  #fail(error: Error): void {
    this.#failure = error;
    this.#committing = false;
    this.#flyingBytes = 0;
    this.#overfull = false;
    this.#arena.take();
    this.#lose(this.#next - this.#durable);
    this.#durable = this.#next;
    this.#lostBefore = this.#next;
    this.#retries = 0;
    this.#onFault(error);
    this.#tell(this.#next, error);
    if (this.#closing !== undefined) this.#finishClosing();
    else this.#retryLater();
  }

  #retryLater(): void {
    const wait = Math.min(this.#retryMs * 2 ** this.#retries, this.#retryMs * 50);
    this.#retries++;
    this.#retryTimer = setTimeout(() => this.#recover(), wait);
  }

  /** The old descriptor is given up: after a failed sync the kernel may call pages clean that never reached the disk. */
  #recover(): void {
    try {
      if (this.#fd >= 0) this.#system.closeSync(this.#fd);
      this.#fd = -1;
      const file = openHealed(this.#system, this.#path, dirname(this.#path), this.#size);
      this.#fd = file.fd;
      this.#size = file.size;
    } catch (error) {
      this.#onFault(error as Error);
      this.#retryLater();
      return;
    }
    this.#probe();
  }

  /** The gap record itself is the probe: only when it is durable is the log healthy again. */
  #probe(): void {
    const lost = this.#unrecordedLosses;
    const record: GapRecord = { v: 1, type: 'gap', time: new Date().toISOString(), cause: 'write-failed', lost };
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    this.#probing = true;
    this.#system.writev(this.#fd, [line], this.#size, (error, count = 0) => {
      if (error !== null) this.#probeFailed(error);
      else if (count < line.length) this.#probeFailed(new Error('the disk takes no more bytes'));
      else {
        this.#sync((failed) => {
          if (failed !== null) this.#probeFailed(failed);
          else this.#recovered(line.length, lost);
        });
      }
    });
  }

  #probeFailed(error: Error): void {
    this.#probing = false;
    this.#onFault(error);
    if (this.#closing !== undefined) this.#finishClosing();
    else this.#retryLater();
  }

  #recovered(bytes: number, recorded: number): void {
    this.#probing = false;
    this.#size += bytes;
    this.#unrecordedLosses -= recorded;
    this.#failure = undefined;
    this.#retries = 0;
    this.#lastCount = 0;
    // Records that were refused while the probe was under way.
    if (this.#unrecordedLosses > 0) {
      this.#recordGap({ cause: 'write-failed', lost: this.#unrecordedLosses });
      this.#unrecordedLosses = 0;
    }
    this.#goOn();
  }
}

/** What is left of the buffers behind their first `count` bytes. */
function behind(buffers: readonly Buffer[], count: number): Buffer[] {
  const left: Buffer[] = [];
  let skip = count;
  for (const buffer of buffers) {
    if (skip >= buffer.length) skip -= buffer.length;
    else {
      left.push(skip === 0 ? buffer : buffer.subarray(skip));
      skip = 0;
    }
  }
  return left;
}
