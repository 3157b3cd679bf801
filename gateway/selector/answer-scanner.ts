import { randomBytes } from 'node:crypto';
import { addSubjects } from './identifiers.ts';
import type { ScalarType } from './masks.ts';
import { instantiateScanner, layoutOf, type ScannerExports, type ScannerLayout } from './scanner-module.ts';
import { SelectionError, type SelectionErrorCode } from './selection-error.ts';
import { IDENTIFIER, KIND_SHIFT, LEAF, type SelectionTable } from './selection-table.ts';
import { kindNumber } from './subject-kinds.ts';
import { TableRoom } from './table-room.ts';

/** Random per process, so that nobody outside can choose keys that collide. Compiled tables hold hashes under it. */
const SEED = randomBytes(16);

/** By number, as in wasm/failures.ts. */
const CODES: readonly SelectionErrorCode[] = [
  'json-empty',
  'json-bom',
  'json-syntax',
  'json-number',
  'json-control-character',
  'json-escape',
  'json-lone-surrogate',
  'json-truncated',
  'json-trailing',
  'json-duplicate-key',
  'json-too-deep',
  'json-too-many-keys',
  'json-key-too-long',
  'json-value-too-long',
];
/** By number, as in wasm/places.ts. */
const KINDS: readonly ScalarType[] = ['string', 'number', 'boolean'];

/** What is known of an answer when it is over. */
export interface PassedAnswer {
  readonly output: Buffer;
  /**
   * One byte per field of the selection, from index 1, to be read at once. Undefined for a whole answer that returned the
   * same set as the whole answer before it from the same table.
   */
  readonly returned: Buffer | undefined;
  readonly recordCount: number;
  readonly subjects: string[];
  readonly unexpected: number;
}

/** A streamed answer: its state lies in the scanner's memory while it is under the hand, here while it waits. */
export interface StreamedAnswer {
  readonly table: SelectionTable;
  readonly subjects: string[];
  /** Bytes of the answer that were scanned. */
  offset: number;
  isBegun: boolean;
  regions: readonly Buffer[];
  /** Of what was scanned, as PassedAnswer has it. */
  returned: Buffer;
  recordCount: number;
  unexpected: number;
}

/**
 * An instance of the module with its memory, which holds one answer at a time: streamed ones take turns. Each method may
 * throw a SelectionError, after which `giveUp` must be called; after anything else that is thrown the scanner must not be
 * used again.
 */
export class AnswerScanner {
  /** Where a piece of an answer is put to be scanned. */
  readonly input: Buffer;
  readonly #module: ScannerExports;
  readonly #layout: ScannerLayout;
  readonly #memory: Buffer;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #tables: TableRoom;
  /** The streamed answer whose state lies in memory. */
  #streamed: StreamedAnswer | undefined;
  #isBusy = false;
  // Of the answer under the hand:
  #table: SelectionTable | undefined;
  #subjects: string[] = [];
  #offset = 0;
  /** Output that had no more room in memory. */
  #parts: Buffer[] = [];

  constructor() {
    this.#module = instantiateScanner({
      refuse: (code, at) => {
        throw new SelectionError(CODES[code] ?? 'json-syntax', this.#offset + at);
      },
      takeWhole: (at, length, place, kind, flags, out) => this.#takeWhole(at, length, place, kind, flags, out),
    });
    const { buffer } = this.#module.memory;
    this.#layout = layoutOf(this.#module);
    this.#memory = Buffer.from(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#tables = new TableRoom(this.#module, this.#memory, this.#layout);
    this.input = this.#memory.subarray(this.#layout.input, this.#layout.input + this.#layout.piece);
    this.#memory.set(SEED, this.#layout.seed);
  }

  /** A whole answer, known to be UTF-8. */
  pass(table: SelectionTable, body: Buffer): PassedAnswer {
    this.#begin(table, [], 0);
    this.#putAway();
    const address = this.#tables.place(table);
    let isOtherSet: number;
    try {
      if (body.length <= this.input.length) {
        this.input.set(body);
        isOtherSet = this.#module.passAnswer(address, this.#tables.used, this.#layout.tablesEnd, body.length);
      } else {
        this.#module.openAnswer(address, this.#tables.used, this.#layout.tablesEnd);
        this.#scan(body);
        this.#module.finishAnswer(0);
        isOtherSet = this.#module.takeReturned();
      }
    } finally {
      // What a refused answer taught is in its table, too.
      this.#tables.grownTo(this.#word(this.#layout.roomAt));
    }
    return this.#passed(isOtherSet !== 0);
  }

  /** The next bytes of a streamed answer, known to be UTF-8; gives what may leave of them. */
  write(answer: StreamedAnswer, chunk: Buffer): Buffer {
    this.#takeUp(answer);
    this.#scan(chunk);
    answer.offset = this.#offset;
    this.#drainIdentifiers();
    const output = this.#takeOutput();
    answer.returned = Buffer.from(this.#returnedFields());
    answer.recordCount = this.#doubles[this.#layout.recordCountAt >> 3] as number;
    answer.unexpected = this.#doubles[this.#layout.unexpectedAt >> 3] as number;
    this.#isBusy = false;
    return output;
  }

  /** A streamed answer is over. */
  end(answer: StreamedAnswer): PassedAnswer {
    this.#takeUp(answer);
    this.#module.finishAnswer(0);
    this.#streamed = undefined;
    return this.#passed(true);
  }

  /** The answer under the hand was refused. */
  giveUp(): void {
    this.#isBusy = false;
    this.#streamed = undefined;
  }

  #begin(table: SelectionTable, subjects: string[], offset: number): void {
    // Only a mask that selects could come here: whatever it is, it must not go on with another answer's state.
    if (this.#isBusy) throw new Error('the scanner is busy with another answer');
    this.#isBusy = true;
    this.#table = table;
    this.#subjects = subjects;
    this.#offset = offset;
    this.#parts = [];
  }

  #word(at: number): number {
    return this.#words[at >> 2] as number;
  }

  #scan(bytes: Buffer): void {
    const { piece, outAt, outputEnd, outputReserve } = this.#layout;
    for (let from = 0; from < bytes.length; from += piece) {
      const length = Math.min(piece, bytes.length - from);
      bytes.copy(this.input, 0, from, from + length);
      if (this.#word(outAt) > outputEnd - outputReserve) this.#setAside(this.#word(outAt));
      this.#module.scanPiece(length);
      this.#offset += length;
    }
  }

  /** Copies output away that has no more room. */
  #setAside(out: number): void {
    this.#parts.push(Buffer.from(this.#memory.subarray(this.#layout.output, out)));
    this.#words[this.#layout.outAt >> 2] = this.#layout.output;
  }

  #takeOutput(): Buffer {
    const start = this.#layout.output;
    const end = this.#word(this.#layout.outAt);
    this.#words[this.#layout.outAt >> 2] = start;
    if (this.#parts.length > 0) return Buffer.concat([...this.#parts, this.#memory.subarray(start, end)]);
    const output = Buffer.allocUnsafe(end - start);
    this.#memory.copy(output, 0, start, end);
    return output;
  }

  #passed(isOtherSet: boolean): PassedAnswer {
    this.#drainIdentifiers();
    const returned = isOtherSet ? this.#returnedFields() : undefined;
    this.#isBusy = false;
    return {
      output: this.#takeOutput(),
      returned,
      recordCount: this.#doubles[this.#layout.recordCountAt >> 3] as number,
      subjects: this.#subjects,
      unexpected: this.#doubles[this.#layout.unexpectedAt >> 3] as number,
    };
  }

  /** One byte per field, from index 1. */
  #returnedFields(): Buffer {
    const at = this.#module.returnedAt();
    return this.#memory.subarray(at, at + (this.#table?.fieldCount ?? 0) + 1);
  }

  #drainIdentifiers(): void {
    const length = this.#word(this.#layout.identifierBytesAt);
    if (length === 0) return;
    const start = this.#layout.identifiers;
    addSubjects(this.#subjects, this.#table?.prefixes ?? [], this.#memory, start, start + length);
    this.#words[this.#layout.identifierBytesAt >> 2] = 0;
  }

  /** Called by the module with a value that is masked, or that identifies a record and could not be laid by. */
  #takeWhole(at: number, length: number, place: number, kind: number, flags: number, out: number): number {
    const written = this.#memory.toString('utf8', at, at + length);
    const type = KINDS[kind] ?? 'boolean';
    const text: string = type === 'string' ? JSON.parse(written) : written;
    // Who it is about stays known to the record, whatever the mask makes of it.
    if ((flags & IDENTIFIER) !== 0) this.#addSubject(flags, text);
    const mask = this.#table?.masks[place];
    if (mask === undefined || (flags & LEAF) === 0) return out;
    return this.#writeText(mask(text, type), out);
  }

  #addSubject(flags: number, identifier: string): void {
    const count = this.#word(this.#layout.identifierCountAt);
    if (count >= (this.#table?.limits.identifiers ?? 0)) return;
    this.#drainIdentifiers();
    const code = flags >>> KIND_SHIFT;
    this.#subjects.push((this.#table?.prefixes[kindNumber(code & 0xff, code >>> 8)] ?? '') + identifier);
    this.#words[this.#layout.identifierCountAt >> 2] = count + 1;
  }

  /** Writes a masked value so that there is room left for the rest of the piece. */
  #writeText(text: string, out: number): number {
    const end = this.#layout.outputEnd - this.#layout.outputReserve;
    const length = Buffer.byteLength(text);
    if (out + length <= end) return out + this.#memory.write(text, out);
    this.#setAside(out);
    this.#parts.push(Buffer.from(text));
    return this.#layout.output;
  }

  /** Brings a streamed answer into memory, in place of the one that is there. */
  #takeUp(answer: StreamedAnswer): void {
    this.#begin(answer.table, answer.subjects, answer.offset);
    if (this.#streamed === answer) return;
    this.#putAway();
    if (answer.isBegun) this.#restore(answer);
    else this.#beginStream(answer);
    this.#streamed = answer;
  }

  /** A streamed answer has a copy of the table for itself: it may last longer than the others stay. */
  #beginStream(answer: StreamedAnswer): void {
    const { table } = answer;
    if (table.image === undefined) this.#tables.place(table);
    const image = table.image ?? Buffer.alloc(0);
    const { streamTable, streamTableEnd } = this.#layout;
    this.#memory.set(image, streamTable);
    this.#module.openAnswer(streamTable, streamTable + image.length, streamTableEnd);
    answer.isBegun = true;
  }

  #putAway(): void {
    if (this.#streamed === undefined) return;
    this.#streamed.regions = Array.from({ length: this.#layout.regions }, (_, region) =>
      Buffer.from(this.#memory.subarray(this.#module.regionStart(region), this.#module.regionEnd(region))),
    );
    this.#streamed = undefined;
  }

  #restore(answer: StreamedAnswer): void {
    this.#module.emptyRegions();
    answer.regions.forEach((bytes, region) => {
      this.#memory.set(bytes, this.#module.regionStart(region));
    });
    this.#module.fillRegions();
    answer.regions = [];
  }
}
