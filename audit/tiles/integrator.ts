import { join } from 'node:path';
import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';
import { signCheckpoint } from '../tlog/checkpoint.ts';
import { EMPTY_ROOT } from '../tlog/merkle-hash.ts';
import type { NoteSigner } from '../tlog/signed-note.ts';
import { checkpointPath, readCheckpoint } from './checkpoint-file.ts';
import { CheckpointHistory } from './checkpoint-history.ts';
import { readWhole } from './durable-files.ts';
import { JournalCursor } from './journal-cursor.ts';
import { readEdge } from './open-tree.ts';
import { TreeWriter } from './tree-writer.ts';

export interface IntegratorOptions {
  readonly system: LedgerFileSystem;
  /** The ledger's folder: tiles, checkpoint, `journal/`. */
  readonly folder: string;
  readonly origin: string;
  /** Who signs: the log's key, and for the first checkpoint after a rotation the old one, too. */
  readonly signers: readonly NoteSigner[];
  readonly now: () => number;
}

/** Entries between two checkpoints where many wait. */
const MOST_AT_ONCE = 1 << 16;
const HISTORY_MS = 60_000;

/**
 * Turns durable entries of the journal into tiles and signed checkpoints. Only what the journal has made durable is
 * signed, and only after tiles and bundles are durable, so that no crash can leave a signature without its entries.
 */
export class Integrator {
  readonly #options: IntegratorOptions;
  readonly #tree: TreeWriter;
  readonly #cursor: JournalCursor;
  readonly #history: CheckpointHistory;
  #isLastKept = true;
  #note = '';

  /** Throws where the folder is damaged, or belongs to a log of another origin. */
  constructor(options: IntegratorOptions) {
    const { system, folder, origin } = options;
    const checkpoint = readCheckpoint(system, folder) ?? { origin, size: 0, root: EMPTY_ROOT };
    if (checkpoint.origin !== origin) {
      throw new Error(`the ledger in ${folder} is that of ${checkpoint.origin}, not of ${origin}`);
    }
    this.#options = options;
    this.#tree = new TreeWriter(system, folder, readEdge(system, folder, checkpoint));
    this.#cursor = new JournalCursor(system, join(folder, 'journal'), checkpoint.size);
    this.#history = new CheckpointHistory(system, folder);
    // What a process that was killed signed last: it may be the only one that both keys of a rotation have signed.
    const left = readWhole(system, checkpointPath(folder));
    if (left !== undefined) this.#history.keepLeft(left.toString(), options.now());
  }

  /** Entries under the latest checkpoint. */
  get size(): number {
    return this.#tree.size;
  }

  /** Takes in the journal's first `durable` entries and publishes their checkpoint. After a throw it must not be used again. */
  advance(durable: number): void {
    while (this.size < durable) {
      this.#cursor.read(Math.min(durable, this.size + MOST_AT_ONCE), (framed) => this.#tree.append(framed));
      this.#publish();
      this.#cursor.drop(this.size);
    }
  }

  /** Keeps the last checkpoint in the history. */
  close(): void {
    if (!this.#isLastKept) this.#history.keep(this.#note, this.#options.now(), 0);
    this.#history.close();
    this.#cursor.close();
  }

  #publish(): void {
    const { folder, origin, signers, now } = this.#options;
    this.#tree.writePartial();
    this.#note = signCheckpoint({ origin, size: this.size, root: this.#tree.root() }, signers);
    this.#tree.files.replace(checkpointPath(folder), Buffer.from(this.#note));
    this.#tree.dropOutgrown();
    this.#isLastKept = this.#history.keep(this.#note, now(), HISTORY_MS);
  }
}
