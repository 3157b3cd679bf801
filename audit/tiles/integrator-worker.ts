import { parentPort, workerData } from 'node:worker_threads';
import { realFileSystem } from '../journal/ledger-file-system.ts';
import { noteSigner } from '../tlog/signed-note.ts';
import { Integrator } from './integrator.ts';

/** What the thread is started with. */
export interface IntegratorWork {
  readonly folder: string;
  readonly origin: string;
  /** Names and Ed25519 private keys of all who sign. */
  readonly signers: readonly { readonly name: string; readonly seed: Uint8Array }[];
}

/** Told to the thread: take in so many entries; and afterwards end, where it says so. */
export interface IntegratorOrder {
  readonly durable: number;
  readonly close: boolean;
}

/** Told by the thread after it was opened and after each order. */
export type IntegratorReport = { readonly size: number } | { readonly fault: string };

const port = parentPort;
if (port !== null) {
  const { folder, origin, signers } = workerData as IntegratorWork;
  const parts = {
    system: realFileSystem,
    folder,
    origin,
    signers: signers.map(({ name, seed }) => noteSigner(name, Buffer.from(seed))),
    now: Date.now,
  };
  let integrator: Integrator | undefined;
  const carryOut = ({ durable, close }: IntegratorOrder): IntegratorReport => {
    try {
      integrator ??= new Integrator(parts);
      integrator.advance(durable);
      const { size } = integrator;
      if (close) integrator.close();
      return { size };
    } catch (error) {
      // What it holds may no longer agree with the disk: the next order begins from what is there.
      integrator = undefined;
      return { fault: error instanceof Error ? error.message : 'unknown' };
    }
  };
  port.on('message', (order: IntegratorOrder) => {
    port.postMessage(carryOut(order));
    if (order.close) port.close();
  });
}
