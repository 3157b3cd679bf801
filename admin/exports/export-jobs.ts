import { randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExportOrder, type ExportSource, exportAnswer } from '../../audit/export/export-answer.ts';
import type { Exported } from '../../audit/export/write-export.ts';

/** How an export is getting on. */
export type ExportState =
  | { readonly state: 'running'; readonly rows: number }
  | ({ readonly state: 'done' } & Exported)
  | { readonly state: 'failed'; readonly detail: string };

interface Job {
  readonly actor: string;
  readonly path: string;
  readonly end: Promise<void>;
  state: ExportState;
}

/** Exports that may be under way at once, and archives that wait to be fetched; then the oldest go. */
const MOST_RUNNING = 2;
const MOST_KEPT = 8;

/** Exports that are made in the background, each fetched by who ordered it; none outlives the process. */
export class ExportJobs {
  readonly #source: ExportSource;
  readonly #folder: string;
  readonly #onFault: (error: unknown) => void;
  readonly #jobs = new Map<string, Job>();
  #folderReady: Promise<unknown> | undefined = undefined;
  readonly #closing = new AbortController();

  /** `folder` is for the archives alone; what an earlier process left there goes. */
  constructor(source: ExportSource, folder: string, onFault: (error: unknown) => void) {
    this.#source = source;
    this.#folder = folder;
    this.#onFault = onFault;
  }

  /** Id of the job; undefined where as many as may be are under way. */
  async begin(order: Omit<ExportOrder, 'out' | 'progress' | 'signal'>): Promise<string | undefined> {
    if (this.#closing.signal.aborted) return undefined;
    const running = [...this.#jobs.values()].filter(({ state }) => state.state === 'running');
    if (running.length >= MOST_RUNNING) return undefined;
    const id = randomUUID();
    const path = join(this.#folder, `${id}.zip`);
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const job: Job = { actor: order.actor, path, end, state: { state: 'running', rows: 0 } };
    this.#jobs.set(id, job);
    void this.#run(job, order).finally(resolve);
    await this.#dropOldest();
    return id;
  }

  /** Undefined where there is none of this caller's. */
  stateOf(id: string, actor: string): ExportState | undefined {
    const job = this.#jobs.get(id);
    return job?.actor === actor ? job.state : undefined;
  }

  /** The archive; undefined where it is not this caller's, or not there. */
  archiveOf(id: string, actor: string): ReadStream | undefined {
    const job = this.#jobs.get(id);
    return job?.actor === actor && job.state.state === 'done' ? createReadStream(job.path) : undefined;
  }

  /** Breaks off those under way, and removes all archives. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the gateway is being stopped'));
    await Promise.all([...this.#jobs.values()].map(({ end }) => end));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(job: Job, order: Omit<ExportOrder, 'out' | 'progress' | 'signal'>): Promise<void> {
    try {
      const progress = (rows: number): void => {
        job.state = { state: 'running', rows };
      };
      this.#folderReady ??= this.#clearFolder();
      await this.#folderReady;
      const { signal } = this.#closing;
      const exported = await exportAnswer(this.#source, { ...order, out: job.path, progress, signal });
      job.state = { state: 'done', ...exported };
    } catch (error) {
      this.#onFault(error);
      job.state = { state: 'failed', detail: 'the export failed; the log of the gateway says why' };
    }
  }

  async #clearFolder(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  async #dropOldest(): Promise<void> {
    for (const [id, { state, path }] of this.#jobs) {
      if (this.#jobs.size <= MOST_KEPT) return;
      if (state.state === 'running') continue;
      this.#jobs.delete(id);
      await rm(path, { force: true });
    }
  }
}
