import type { GapEntry } from '../entry.ts';
import type { AuditLog } from '../log.ts';
import { CommitPace } from './commit-pace.ts';
import { DurableWaiters } from './durable-waiters.ts';
import { EntryArena, type Gathered } from './entry-arena.ts';
import { gapEntry } from './gap-entry.ts';
import { JournalFile } from './journal-file.ts';
import { type LedgerFileSystem, realFileSystem } from './ledger-file-system.ts';

export interface JournalOptions {
  /** Longest wait for company before entries are written and synced, in milliseconds; 0 commits as fast as the disk can. */
  readonly commitIntervalMs?: number;
  /** Bytes that may wait for the disk; beyond, the journal refuses entries until half of them are written. */
  readonly maxWaitingBytes?: number;
  /** First wait before a failed file is opened anew, in milliseconds; doubled up to fifty times as much. */
  readonly retryMs?: number;
  /** A segment that has grown beyond is followed by the next. */
  readonly segmentBytes?: number;
  /** Hears of each failure of the disk. */
  readonly onFault?: (error: Error) => void;
  /** Hears how many entries are durable, after each commit: the index of the next. */
  readonly onDurable?: (entries: number) => void;
  readonly fileSystem?: LedgerFileSystem;
}

const NOTHING: Gathered = { buffers: [], bytes: 0, count: 0 };

/** The durable end of the ledger, with what a monitor wants to know of it. Its folder is there and locked by the caller. */
export class JournalWriter implements AuditLog {
  readonly #maxWaiting: number;
  readonly #retryMs: number;
  readonly #onFault: (error: Error) => void;
  readonly #onDurable: (entries: number) => void;
  readonly #file: JournalFile;
  readonly #arena = new EntryArena();
  readonly #waiters = new DurableWaiters();
  readonly #pace: CommitPace;

  /** Tickets given, and those whose fate is known. */
  #next = 0;
  #settled = 0;
  /** No entry with a ticket below this that is asked for late can be vouched for: some of them were lost. */
  #lostBefore = 0;
  #failure: Error | undefined = undefined;
  #isOverfull = false;
  #isHeldUp = false;
  #unrecordedLosses = 0;
  #lost = 0;

  #flying: Gathered | undefined = undefined;
  #lastCommitMs = 0;
  #isProbing = false;
  #retries = 0;
  #retryTimer: NodeJS.Timeout | undefined = undefined;
  #closing: (() => void) | undefined = undefined;

  /**
   * Opens the journal in `folder`, whose first entry is number `start` where there is none yet. Cuts a torn end; that, and
   * an end without order, go on record. Throws when it cannot be written, or is damaged before its end.
   */
  constructor(folder: string, start: number, options: JournalOptions = {}) {
    const { segmentBytes = 1 << 26, fileSystem = realFileSystem, commitIntervalMs = 5 } = options;
    this.#maxWaiting = options.maxWaitingBytes ?? 16 * 1024 * 1024;
    this.#retryMs = options.retryMs ?? 100;
    this.#onFault = options.onFault ?? (() => undefined);
    this.#onDurable = options.onDurable ?? (() => undefined);
    this.#file = new JournalFile(fileSystem, { folder, start, segmentBytes });
    this.#pace = new CommitPace(
      commitIntervalMs,
      () => this.#next,
      () => this.#commit(),
    );
    const { found } = this.#file;
    if (found !== undefined && found.cut > 0) this.#recordGap({ cause: 'torn-write', bytes: found.cut });
    else if (found?.endedInOrder === false) this.#recordGap({ cause: 'unclean-end' });
  }

  get healthy(): boolean {
    return this.#failure === undefined && !this.#isOverfull && !this.#isHeldUp && this.#closing === undefined;
  }

  get waitingBytes(): number {
    return this.#arena.bytes + (this.#flying?.bytes ?? 0);
  }

  /** Milliseconds that the last write and sync took. */
  get lastCommitMs(): number {
    return this.#lastCommitMs;
  }

  /** Entries that were handed over since the start and could not be kept. */
  get lost(): number {
    return this.#lost;
  }

  /** Entries that are durable: the index of the next. */
  get entries(): number {
    return this.#file.entries;
  }

  /** While true, what stands behind the journal cannot keep up: entries are refused as in an overload. */
  holdUp(isHeldUp: boolean): void {
    if (this.#isHeldUp && !isHeldUp && this.#failure === undefined && !this.#isOverfull) this.#recordOverload();
    this.#isHeldUp = isHeldUp;
  }

  append(entry: string): number {
    if (this.#closing !== undefined) throw new Error('the audit log is closed');
    if (this.#failure === undefined && this.waitingBytes > this.#maxWaiting) this.#isOverfull = true;
    if (!this.healthy) {
      this.#lose(1);
      throw this.#failure ?? new Error('the audit log cannot keep up: too many records wait for the disk');
    }
    return this.#add(entry);
  }

  whenDurable(ticket: number, done: (error: Error | undefined) => void): void {
    if (ticket < this.#lostBefore) queueMicrotask(() => done(new Error('the record may have been lost')));
    else if (ticket < this.#settled) queueMicrotask(() => done(undefined));
    else this.#waiters.add(ticket, done);
  }

  /** Commits what waits, and notes the end in order. */
  async close(): Promise<void> {
    if (this.#closing !== undefined) return;
    await new Promise<void>((drained) => {
      this.#closing = drained;
      if (this.#isProbing || this.#flying !== undefined) return;
      if (this.#failure !== undefined) this.#finishClosing();
      else this.#goOn();
    });
  }

  #finishClosing(): void {
    if (this.#retryTimer !== undefined) clearTimeout(this.#retryTimer);
    this.#file.close();
    this.#closing?.();
  }

  #add(entry: string): number {
    this.#arena.add(entry);
    if (this.#flying === undefined) this.#pace.schedule();
    return this.#next++;
  }

  #lose(count: number): void {
    this.#unrecordedLosses += count;
    this.#lost += count;
  }

  #recordGap(gap: Pick<GapEntry, 'cause' | 'lost' | 'bytes'>): void {
    this.#add(gapEntry(gap));
  }

  #recordOverload(): void {
    if (this.#unrecordedLosses > 0) this.#recordGap({ cause: 'overload', lost: this.#unrecordedLosses });
    this.#unrecordedLosses = 0;
  }

  #commit(): void {
    if (this.#flying !== undefined || this.#failure !== undefined || this.#settled === this.#next) return;
    const upTo = this.#next;
    const flying = this.#arena.take();
    this.#flying = flying;
    this.#pace.begin(flying.count);
    this.#file.write(flying, (error) => {
      if (error === null) this.#committed(flying, upTo);
      else this.#fail(error);
    });
  }

  #committed(flown: Gathered, upTo: number): void {
    this.#arena.giveBack(flown);
    this.#lastCommitMs = performance.now() - this.#pace.lastStart;
    this.#flying = undefined;
    this.#settled = upTo;
    if (this.#isOverfull && this.waitingBytes <= this.#maxWaiting / 2) {
      this.#isOverfull = false;
      this.#recordOverload();
    }
    this.#waiters.tell(upTo, undefined);
    this.#onDurable(this.#file.entries);
    this.#goOn();
  }

  #goOn(): void {
    if (this.#flying !== undefined || this.#failure !== undefined) return;
    if (this.#closing === undefined) {
      if (this.#settled < this.#next) this.#pace.schedule();
    } else if (this.#settled < this.#next) this.#commit();
    else this.#file.write(NOTHING, () => this.#finishClosing());
  }

  /** Nothing that was not yet durable is vouched for any more; the file is opened anew and cut back to what is. */
  #fail(error: Error): void {
    this.#failure = error;
    this.#flying = undefined;
    this.#isOverfull = false;
    this.#arena.take();
    this.#lose(this.#next - this.#settled);
    this.#settled = this.#next;
    this.#lostBefore = this.#next;
    this.#retries = 0;
    this.#onFault(error);
    this.#waiters.tell(this.#next, error);
    if (this.#closing !== undefined) this.#finishClosing();
    else this.#retryLater();
  }

  #retryLater(): void {
    const wait = Math.min(this.#retryMs * 2 ** this.#retries, this.#retryMs * 50);
    this.#retries++;
    this.#retryTimer = setTimeout(() => this.#recover(), wait);
  }

  /** The gap entry itself is the probe: only when it is durable is the log healthy again. */
  #recover(): void {
    try {
      this.#file.reopen();
    } catch (error) {
      this.#onFault(error as Error);
      this.#retryLater();
      return;
    }
    const lost = this.#unrecordedLosses;
    const probe = new EntryArena();
    probe.add(gapEntry({ cause: 'write-failed', lost }));
    this.#isProbing = true;
    this.#file.write(probe.take(), (error) => {
      this.#isProbing = false;
      if (error === null) this.#recovered(lost);
      else this.#probeFailed(error);
    });
  }

  #probeFailed(error: Error): void {
    this.#onFault(error);
    if (this.#closing !== undefined) this.#finishClosing();
    else this.#retryLater();
  }

  #recovered(recorded: number): void {
    this.#unrecordedLosses -= recorded;
    this.#failure = undefined;
    this.#retries = 0;
    this.#pace.forget();
    // Records that were refused while the probe was under way.
    if (this.#unrecordedLosses > 0) {
      this.#recordGap({ cause: 'write-failed', lost: this.#unrecordedLosses });
      this.#unrecordedLosses = 0;
    }
    this.#onDurable(this.#file.entries);
    this.#goOn();
  }
}
