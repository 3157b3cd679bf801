import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockFile } from '../storage/lock-file.ts';
import { replaceFile } from '../storage/replace-file.ts';
import { JournalWriter } from './journal/journal-writer.ts';
import { makeFolder, realFileSystem } from './journal/ledger-file-system.ts';
import { segmentStarts } from './journal/segment-names.ts';
import type { LogKey } from './keys/log-key.ts';
import type { AuditLog } from './log.ts';
import { readCheckpoint } from './tiles/checkpoint-file.ts';
import { Integration } from './tiles/integration.ts';
import { type NoteSigner, noteSigner } from './tlog/signed-note.ts';

export interface LedgerOptions {
  readonly key: LogKey;
  /** Longest wait for company before entries are written and synced, in milliseconds. */
  readonly commitIntervalMs?: number;
  /** Shortest time between two checkpoints, in milliseconds; default 200. */
  readonly checkpointMs?: number;
  /** Durable entries that may be without a checkpoint; beyond, entries are refused. Default one million. */
  readonly mostBehind?: number;
  readonly onFault?: (error: Error) => void;
}

/** The ledger of one gateway, open for its one writer, with what a monitor wants to know of it. */
export interface Ledger extends AuditLog {
  readonly origin: string;
  /** For who verifies, see C2SP signed-note. */
  readonly verifierKey: string;
  /** Signs in the name of the log what goes out of it. */
  readonly signer: NoteSigner;
  readonly waitingBytes: number;
  /** Milliseconds that the last write and sync took. */
  readonly lastCommitMs: number;
  /** Entries that were handed over since the start and could not be kept. */
  readonly lost: number;
  /** Entries that are durable, and those under the latest checkpoint. */
  readonly entries: number;
  readonly checkpointed: number;
}

/**
 * Opens the ledger in `folder` for writing. What an earlier process left is healed and put on record. Rejects when
 * another process holds it, when it cannot be written, and when it is damaged: then nothing may be signed on top of it.
 */
export async function openLedger(folder: string, options: LedgerOptions): Promise<Ledger> {
  const place = resolve(folder);
  const journalFolder = join(place, 'journal');
  makeFolder(realFileSystem, journalFolder);
  const unlock = await lockFile(join(place, 'writer'));
  try {
    return await open(place, journalFolder, options, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function open(
  folder: string,
  journalFolder: string,
  options: LedgerOptions,
  unlock: () => Promise<void>,
): Promise<Ledger> {
  const { key, mostBehind = 1_000_000, onFault = () => undefined } = options;
  const seeds = key.previous === undefined ? [key.seed] : [key.seed, key.previous];
  const signer = noteSigner(key.origin, key.seed);
  await nameKey(folder, signer.verifierKey);
  const signed = readCheckpoint(realFileSystem, folder)?.size ?? 0;
  const first = segmentStarts(realFileSystem, journalFolder)[0] ?? signed;
  let integration: Integration | undefined;
  const journal = new JournalWriter(journalFolder, signed, {
    ...(options.commitIntervalMs === undefined ? {} : { commitIntervalMs: options.commitIntervalMs }),
    onFault,
    onDurable(entries) {
      integration?.advance(entries);
      mindLag();
    },
  });
  const mindLag = (): void => journal.holdUp(journal.entries - (integration?.size ?? signed) > mostBehind);
  try {
    if (first > signed || journal.entries < signed) {
      throw new Error(`the journal in ${journalFolder} does not reach the ${signed} entries that are signed`);
    }
    integration = await Integration.start(
      {
        folder,
        origin: key.origin,
        signers: seeds.map((seed) => ({ name: key.origin, seed })),
        checkpointMs: options.checkpointMs ?? 200,
        onFault,
        onAdvance: mindLag,
      },
      journal.entries,
    );
  } catch (error) {
    await journal.close();
    throw error;
  }
  return assemble(journal, integration, signer, unlock);
}

function assemble(
  journal: JournalWriter,
  integration: Integration,
  signer: NoteSigner,
  unlock: () => Promise<void>,
): Ledger {
  return {
    origin: signer.key.name,
    verifierKey: signer.verifierKey,
    signer,
    append: (entry) => journal.append(entry),
    whenDurable: (ticket, done) => journal.whenDurable(ticket, done),
    get healthy() {
      return journal.healthy;
    },
    get waitingBytes() {
      return journal.waitingBytes;
    },
    get lastCommitMs() {
      return journal.lastCommitMs;
    },
    get lost() {
      return journal.lost;
    },
    get entries() {
      return journal.entries;
    },
    get checkpointed() {
      return integration.size;
    },
    async close() {
      await journal.close();
      await integration.close(journal.entries);
      await unlock();
    },
  };
}

/** Keeps the log's public keys beside it, oldest first, for who verifies a copy. Which to trust is for them to know. */
async function nameKey(folder: string, verifierKey: string): Promise<void> {
  const path = join(folder, 'keys.txt');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (!known.split('\n').includes(verifierKey)) await replaceFile(path, `${known}${verifierKey}\n`);
}
