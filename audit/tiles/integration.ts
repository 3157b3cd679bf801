import { Worker } from 'node:worker_threads';
import type { IntegratorOrder, IntegratorReport, IntegratorWork } from './integrator-worker.ts';

export interface IntegrationOptions extends IntegratorWork {
  /** Shortest time between two checkpoints, in milliseconds. */
  readonly checkpointMs: number;
  /** Hears of each order that could not be carried out. */
  readonly onFault: (error: Error) => void;
  /** Hears that the tree has grown. */
  readonly onAdvance: () => void;
}

/** Keeps the thread that turns durable entries into tiles and checkpoints, and tells it of new ones, at most so often. */
export class Integration {
  readonly #options: IntegrationOptions;
  #worker: Worker | undefined = undefined;
  #durable: number;
  #size = 0;
  #isBusy = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  #lastStart = 0;
  #onReport: ((report: IntegratorReport) => void) | undefined = undefined;

  private constructor(options: IntegrationOptions, durable: number) {
    this.#options = options;
    this.#durable = durable;
  }

  /** Starts the thread and takes in what the journal holds already. Rejects where the folder is damaged. */
  static async start(options: IntegrationOptions, durable: number): Promise<Integration> {
    const integration = new Integration(options, durable);
    const report = await integration.#carryOut(false);
    if ('size' in report) return integration;
    await integration.#worker?.terminate();
    throw new Error(report.fault);
  }

  /** Entries under the latest checkpoint. */
  get size(): number {
    return this.#size;
  }

  /** So many entries of the journal are durable. */
  advance(durable: number): void {
    this.#durable = durable;
    this.#schedule();
  }

  /** Takes in what is left, keeps the last checkpoint, and ends the thread. */
  async close(durable: number): Promise<void> {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#durable = durable;
    const report = await this.#carryOut(true);
    if ('fault' in report) this.#options.onFault(new Error(report.fault));
    await this.#worker?.terminate();
  }

  #schedule(): void {
    if (this.#isBusy || this.#timer !== undefined || this.#durable <= this.#size) return;
    const wait = Math.max(0, this.#lastStart + this.#options.checkpointMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#order(false);
    }, wait).unref();
  }

  #order(close: boolean): void {
    this.#isBusy = true;
    this.#lastStart = performance.now();
    this.#worker ??= this.#start();
    this.#worker.postMessage({ durable: this.#durable, close } satisfies IntegratorOrder);
  }

  /** A thread that ends before its time has not carried out its order; the next order starts another. */
  #start(): Worker {
    const { folder, origin, signers } = this.#options;
    const workerData: IntegratorWork = { folder, origin, signers };
    // Of the process's settings and options the thread needs nothing.
    const nothing = { env: {}, argv: [], execArgv: [] };
    const worker = new Worker(new URL('./integrator-worker.ts', import.meta.url), { workerData, ...nothing });
    let fault = 'the thread that writes the tiles has ended';
    worker.on('message', (report: IntegratorReport) => this.#hear(report));
    worker.on('error', ({ message }) => {
      fault = message;
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      if (this.#isBusy) this.#hear({ fault });
    });
    return worker;
  }

  #carryOut(close: boolean): Promise<IntegratorReport> {
    return new Promise((done) => {
      const pending = this.#isBusy;
      this.#onReport = (report) => {
        // The report of an order that was under way is not yet the one that is waited for.
        this.#onReport = pending ? done : undefined;
        if (!pending) done(report);
      };
      this.#order(close);
    });
  }

  #hear(report: IntegratorReport): void {
    this.#isBusy = false;
    if ('size' in report) {
      this.#size = report.size;
      this.#options.onAdvance();
    }
    if (this.#onReport !== undefined) {
      this.#onReport(report);
      return;
    }
    if ('fault' in report) this.#options.onFault(new Error(report.fault));
    this.#schedule();
  }
}
