import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { selfTest } from './self-test.ts';
import { SyncedFiles } from './synced-files.ts';

/** What the worker is started with. */
export interface WorkerTask {
  readonly folder: string;
  /** `create` makes the database files and ends; `serve` answers connections. */
  readonly job: 'create' | 'serve';
}

/** What the worker is told: a new connection, as a port for the bytes of its protocol; or to end. */
export type WorkerOrder = { readonly connection: MessagePort } | { readonly end: true };

const CHECKPOINT_BYTES = 64 * 1024 * 1024;
/** Answers are passed on in pieces of about so many bytes. */
const PIECE_BYTES = 64 * 1024;
const STARTUP = 0x00;
const TERMINATE = 0x58;

const SETTINGS = {
  search_path: 'public',
  exit_on_error: 'false',
  max_worker_processes: '0',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  io_method: 'sync',
  jit: 'off',
  // The syncs that SyncedFiles makes real; fdatasync does nothing in Emscripten.
  fsync: 'on',
  wal_sync_method: 'fsync',
  // Nobody replicates it.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '128MB',
  min_wal_size: '32MB',
  shared_buffers: '64MB',
};

const { folder, job } = workerData as WorkerTask;
const port = parentPort;
if (port === null) throw new Error('this file runs in a worker thread');
const files = new SyncedFiles(folder);
const database = new PGlite({
  fs: files,
  startParams: [
    '--single',
    '-O',
    '-j',
    ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ],
});
await database.waitReady;
await selfTest(database, files.work);

if (job === 'create') {
  await database.close();
  port.postMessage('ready');
  port.close();
} else {
  /** One message at a time: there is one session. */
  let turn = Promise.resolve();
  port.on('message', (order: WorkerOrder) => {
    if ('end' in order) turn = turn.then(() => database.close()).then(() => port.close());
    else {
      const { connection } = order;
      connection.on('message', (message: Uint8Array) => {
        turn = turn.then(() => answer(connection, message));
      });
    }
  });
  port.postMessage('ready');
}

async function answer(connection: MessagePort, message: Uint8Array): Promise<void> {
  if (message[0] === TERMINATE) {
    connection.postMessage('done');
    return connection.close();
  }
  // A new connection finds the session as if it were the first.
  if (message[0] === STARTUP) for (const statement of ['ROLLBACK', 'DISCARD ALL']) await database.exec(statement);
  let pieces: Uint8Array[] = [];
  let held = 0;
  const pass = (): void => {
    if (held === 0) return;
    const bytes = new Uint8Array(held);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    connection.postMessage(bytes, [bytes.buffer]);
    pieces = [];
    held = 0;
  };
  await database.execProtocolRawStream(message, {
    onRawData(bytes) {
      // A view of PostgreSQL's own memory, which it uses again.
      pieces.push(bytes.slice());
      held += bytes.length;
      if (held >= PIECE_BYTES) pass();
    },
  });
  pass();
  connection.postMessage('done');
  await checkpoint();
}

/** PostgreSQL without a postmaster never makes a checkpoint by itself: its log would grow for ever. */
async function checkpoint(): Promise<void> {
  if (files.work.written < CHECKPOINT_BYTES || database.isInTransaction()) return;
  files.work.written = 0;
  await database.exec('CHECKPOINT');
}
