import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { lockFile } from '../lock-file.ts';
import { createFiles } from './create-files.ts';
import { exited, startWorker } from './start-worker.ts';
import type { WorkerOrder } from './worker.ts';

/** The thread in which the embedded database runs, and the lock of its folder. */
export class Engine {
  readonly #files: string;
  readonly #release: () => Promise<void>;
  #running: Promise<Worker> | undefined;
  /** Settles once the last thread has left the files. */
  #left: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(files: string, release: () => Promise<void>) {
    this.#files = files;
    this.#release = release;
  }

  /**
   * Starts the database with its files in `folder`; makes them where there are none. The folder is locked: PGlite itself
   * would let two processes write it, and lose what one of them was told is kept. Rejects with an Error for people when
   * somebody else has it, or a commit would not reach the disk.
   */
  static async open(folder: string): Promise<Engine> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = join(folder, 'files');
    const engine = new Engine(files, await lockFile(files));
    try {
      await createFiles(folder, files);
      await engine.#worker();
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** A port for the bytes of PostgreSQL's protocol. A database that has ended is started again, as after a power cut. */
  async connect(): Promise<MessagePort> {
    const worker = await this.#worker();
    const { port1, port2 } = new MessageChannel();
    const order: WorkerOrder = { connection: port2 };
    worker.postMessage(order, [port2]);
    worker.once('exit', () => port1.close());
    return port1;
  }

  /** Ends the database at once, as kill -9 would: the only way to stop a statement that runs. */
  kill(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#left = running.then((worker) => worker.terminate()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#left;
    const worker = await this.#running?.catch(() => undefined);
    if (worker !== undefined) {
      const order: WorkerOrder = { end: true };
      worker.postMessage(order);
      await exited(worker);
    }
    await this.#release();
  }

  #worker(): Promise<Worker> {
    if (this.#isClosed) return Promise.reject(new Error('the embedded database is closed'));
    if (this.#running === undefined) {
      const running = this.#left.then(() => startWorker({ folder: this.#files, job: 'serve' }));
      const forget = (): void => {
        if (this.#running === running) this.#running = undefined;
      };
      running.then((worker) => exited(worker)).then(forget, forget);
      this.#running = running;
    }
    return this.#running;
  }
}
