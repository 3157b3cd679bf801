import { createHash, type Hash } from 'node:crypto';
import { ROW_FILES, type RowFile } from '../export/row-files.ts';
import type { ResolvedEntry } from '../record/entry-reader.ts';
import { type ArchiveFiles, PIECE_BYTES } from './archive-files.ts';

/** Derives the readable files of an export again from its proven rows, and says whether they are the same, byte for byte. */
export class RowCheck {
  readonly #derived: readonly { readonly form: RowFile; readonly hash: Hash; waiting: string }[];

  constructor(files: ArchiveFiles) {
    const present = ROW_FILES.filter(({ name }) => files.sizes.has(name));
    this.#derived = present.map((form) => ({ form, hash: createHash('sha256'), waiting: form.header }));
  }

  add(row: ResolvedEntry): void {
    for (const file of this.#derived) {
      file.waiting += file.form.line(row);
      if (file.waiting.length < PIECE_BYTES) continue;
      file.hash.update(file.waiting);
      file.waiting = '';
    }
  }

  /** SHA-256 (hexadecimal) that each file must have. */
  digests(): ReadonlyMap<string, string> {
    return new Map(this.#derived.map(({ form, hash, waiting }) => [form.name, hash.update(waiting).digest('hex')]));
  }
}
