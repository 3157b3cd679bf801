import { Worker } from 'node:worker_threads';
import type { WorkerTask } from './worker.ts';

/** Started threads that have ended; for the others a promise. */
const endings = new WeakMap<Worker, Promise<void>>();

/** Starts the database's thread; rejects with its reason when it does not come to serve. */
export function startWorker(task: WorkerTask): Promise<Worker> {
  // How this process was told to run its own script is nothing to the thread.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task, execArgv: [] });
  endings.set(worker, new Promise((resolve) => worker.once('exit', () => resolve())));
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(worker));
    worker.once('exit', () => reject(new Error('the embedded database ended while it started')));
    // Stays: an error without a listener would end the process. The end of the thread is noticed by its connections.
    worker.on('error', (error) => reject(error));
  });
}

/** Waits for the end of a thread. */
export async function exited(worker: Worker): Promise<void> {
  await endings.get(worker);
}
