import { ENTRIES_FILE, HASHES_FILE } from '../export/manifest.ts';
import { EntryReader, type ResolvedEntry } from '../record/entry-reader.ts';
import { CompactRange, subtreesBetween } from '../tlog/compact-range.ts';
import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts';
import { HASH_BYTES, leafHash } from '../tlog/merkle-hash.ts';
import { type ArchiveFiles, lineGroups } from './archive-files.ts';
import { parseEntry } from './entry-check.ts';
import type { Findings } from './finding.ts';

const MOST_LINE = 2 * MOST_ENTRY_BYTES;
/** See entryLineStart; the entry is all that stands behind it, but the last brace. */
const LINE = /^\{"index":(0|[1-9]\d{0,15}),("support":true,)?"entry":/;

/**
 * Walks through the entries of an export and the hashes of what lies between them, in constant memory: together they must
 * come to the root of the checkpoint. What is wrong with an entry is told with its index.
 */
export class EntryWalk {
  readonly #files: ArchiveFiles;
  readonly #findings: Findings;
  readonly #reader = new EntryReader();
  readonly #range = new CompactRange();
  #pieces: AsyncIterator<Buffer> | undefined;
  #hashes: Buffer = Buffer.alloc(0);
  entries = 0;
  rows = 0;

  constructor(files: ArchiveFiles, findings: Findings) {
    this.#files = files;
    this.#findings = findings;
  }

  /** Walks up to a tree of `size` entries and hands each row on, as its entry makes it. Returns the root; undefined where it cannot be told. */
  async run(size: number, onRow: (row: ResolvedEntry) => void): Promise<Buffer | undefined> {
    this.#pieces = this.#files.chunks(HASHES_FILE)[Symbol.asyncIterator]();
    for await (const lines of lineGroups(this.#files, ENTRIES_FILE, MOST_LINE)) {
      for (const line of lines) {
        const read = parseLine(line);
        if (read === undefined || read.index < this.#range.size || read.index >= size) {
          this.#findings.wrong('entries-malformed', 'a line is no entry, or not in the order of the log', {
            file: ENTRIES_FILE,
            index: this.#range.size,
          });
          return undefined;
        }
        if (read.index > this.#range.size && !(await this.#gap(read.index))) return undefined;
        this.#take(read, onRow);
      }
    }
    if (this.#range.size < size && !(await this.#gap(size))) return undefined;
    if ((await this.#nextHash()) === undefined && this.#hashes.length === 0) return this.#range.root();
    this.#findings.wrong('proof-malformed', 'there are more hashes than gaps', { file: HASHES_FILE });
    return undefined;
  }

  #take({ index, entry, isSupport }: EntryLine, onRow: (row: ResolvedEntry) => void): void {
    const bytes = Buffer.from(entry);
    this.#range.append(leafHash(bytes));
    this.entries++;
    if (parseEntry(bytes) === undefined) {
      this.#findings.wrong('entry-not-canonical', `entry ${index} is not JSON in its canonical form (RFC 8785)`, {
        index,
      });
      return;
    }
    const resolved = this.#reader.read(index, bytes);
    if (resolved !== undefined && resolved.missing.length > 0)
      this.#findings.wrong(
        'id-undefined',
        `entry ${index} names ${resolved.missing[0]}, which the export does not define`,
        { index },
      );
    if (isSupport) return;
    if (resolved === undefined)
      this.#findings.wrong('row-unfit', `entry ${index} is a definition, which is no row`, { index });
    else {
      this.rows++;
      onRow(resolved);
    }
  }

  async #gap(to: number): Promise<boolean> {
    for (const { level } of subtreesBetween(this.#range.size, to)) {
      const hash = await this.#nextHash();
      if (hash === undefined) {
        this.#findings.wrong('proof-malformed', `the hashes end before entry ${to}`, {
          file: HASHES_FILE,
          index: this.#range.size,
        });
        return false;
      }
      this.#range.append(hash, level);
    }
    return true;
  }

  async #nextHash(): Promise<Buffer | undefined> {
    while (this.#hashes.length < HASH_BYTES) {
      const next = await this.#pieces?.next();
      if (next === undefined || next.done === true) return undefined;
      this.#hashes = Buffer.concat([this.#hashes, next.value]);
    }
    const hash = this.#hashes.subarray(0, HASH_BYTES);
    this.#hashes = this.#hashes.subarray(HASH_BYTES);
    return hash;
  }
}

interface EntryLine {
  readonly index: number;
  readonly entry: string;
  readonly isSupport: boolean;
}

function parseLine(line: string): EntryLine | undefined {
  const [start, digits, support] = LINE.exec(line) ?? [];
  const index = Number(digits);
  if (start === undefined || !line.endsWith('}') || !Number.isSafeInteger(index)) return undefined;
  return { index, entry: line.slice(start.length, -1), isSupport: support !== undefined };
}
