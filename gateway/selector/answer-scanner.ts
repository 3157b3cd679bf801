import { randomBytes } from 'node:crypto';
import type { ScalarType } from './masks.ts';
import { instantiateScanner, layoutOf, type ScannerExports, type ScannerLayout } from './scanner-module.ts';
import { SelectionError, type SelectionErrorCode } from './selection-error.ts';
import { IDENTIFIER, LEAF, type SelectionTable } from './selection-table.ts';

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

/** So many bytes of identifying values are decoded here. */
const FEW_BYTES = 24;

/** Room for what one answer may teach. */
const LEARNING_BYTES = 512 * 1024;

/** What is known of an answer when it is over. */
export interface Passed {
  readonly output: Buffer;
  /** One byte per field of the selection, from index 1; undefined where it is the set of the table's last whole answer. */
  readonly returned: Buffer | undefined;
  readonly recordCount: number;
  readonly recordIds: string[];
  readonly unexpected: number;
}

/** A streamed answer: its state lies in the scanner's memory while it is under the hand, here while it waits. */
export interface WaitingAnswer {
  readonly table: SelectionTable;
  /** Bytes of the answer that were scanned. */
  offset: number;
  readonly recordIds: string[];
  isOpen: boolean;
  regions: readonly Buffer[];
}

/** How many times a scanner's tables were made anew, of all scanners: no two copies of a table share the number. */
let generations = 0;

/**
 * The module and its memory, with one answer under the hand. Streamed answers take turns. Memory is bounded: tables are
 * copied in as long as there is room, then all are forgotten and those in use come back.
 */
class AnswerScanner {
  readonly #module: ScannerExports;
  readonly #memory: Buffer;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  /** Where a piece of an answer is put to be scanned. */
  readonly input: Buffer;
  readonly #layout: ScannerLayout;
  #generation = generations++;
  #room: number;
  /** The streamed answer whose state lies in memory. */
  #waiting: WaitingAnswer | undefined;
  #isBusy = false;
  #table: SelectionTable | undefined;
  #parts: Buffer[] = [];
  #recordIds: string[] = [];
  #offset = 0;

  constructor() {
    this.#module = instantiateScanner({
      refuse: (code, at) => {
        throw new SelectionError(CODES[code] ?? 'json-syntax', this.#offset + at);
      },
      takeWhole: (at, length, place, kind, flags, out) => this.#takeWhole(at, length, place, kind, flags, out),
    });
    const { buffer } = this.#module.memory;
    this.#memory = Buffer.from(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#layout = layoutOf(this.#module);
    this.input = this.#memory.subarray(this.#layout.input, this.#layout.input + this.#layout.piece);
    this.#memory.set(SEED, this.#layout.seed);
    this.#room = this.#layout.tables;
  }

  /** A whole answer, known to be UTF-8. */
  pass(table: SelectionTable, body: Buffer): Passed {
    this.#putAway();
    const address = this.#place(table);
    this.#begin(table, [], 0);
    let isOtherSet: number;
    try {
      if (body.length <= this.input.length) {
        this.input.set(body);
        isOtherSet = this.#module.passAnswer(address, this.#room, this.#layout.tablesEnd, body.length);
      } else {
        this.#module.openAnswer(address, this.#room, this.#layout.tablesEnd);
        this.#scan(body);
        this.#module.finishAnswer(0);
        isOtherSet = this.#module.takeReturned();
      }
      this.#isBusy = false;
    } finally {
      // What a refused answer taught is in its table, too.
      this.#room = this.#word(this.#layout.roomAt);
    }
    return this.#passed(isOtherSet !== 0);
  }

  /** The next bytes of a streamed answer, known to be UTF-8; gives what may leave of them. */
  write(answer: WaitingAnswer, chunk: Buffer): Buffer {
    this.#takeUp(answer);
    this.#scan(chunk);
    answer.offset = this.#offset;
    this.#isBusy = false;
    this.#drainIdentifiers();
    const output = this.#takeOutput();
    this.#module.clearOutput();
    return output;
  }

  end(answer: WaitingAnswer): Passed {
    this.#takeUp(answer);
    this.#module.finishAnswer(0);
    this.#isBusy = false;
    this.#waiting = undefined;
    return this.#passed(true);
  }

  #begin(table: SelectionTable, recordIds: string[], offset: number): void {
    // Only a mask that selects could come here: whatever it is, it must not go on with another answer's state.
    if (this.#isBusy) throw new Error('the scanner is busy with another answer');
    this.#isBusy = true;
    this.#table = table;
    this.#parts = [];
    this.#recordIds = recordIds;
    this.#offset = offset;
  }

  #word(at: number): number {
    return this.#words[at >> 2] as number;
  }

  #scan(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; from += this.input.length) {
      const length = Math.min(this.input.length, bytes.length - from);
      bytes.copy(this.input, 0, from, from + length);
      const out = this.#word(this.#layout.outAt);
      if (out > this.#layout.outputEnd - this.#layout.outputReserve) {
        this.#setAside(out);
        this.#module.clearOutput();
      }
      this.#module.scanPiece(length);
      this.#offset += length;
    }
  }

  /** Copies output away that has no room any more. */
  #setAside(out: number): void {
    this.#parts.push(Buffer.from(this.#memory.subarray(this.#layout.output, out)));
  }

  #takeOutput(): Buffer {
    const from = this.#layout.output;
    const length = this.#word(this.#layout.outAt) - from;
    if (this.#parts.length > 0) {
      const output = Buffer.concat([...this.#parts, this.#memory.subarray(from, from + length)]);
      this.#parts = [];
      return output;
    }
    const output = Buffer.allocUnsafe(length);
    this.#memory.copy(output, 0, from, from + length);
    return output;
  }

  #passed(isOtherSet: boolean): Passed {
    this.#drainIdentifiers();
    let returned: Buffer | undefined;
    if (isOtherSet) {
      const at = this.#module.returnedAt();
      returned = this.#memory.subarray(at, at + (this.#table?.fieldCount ?? 0) + 1);
    }
    return {
      output: this.#takeOutput(),
      returned,
      recordCount: this.#doubles[this.#layout.recordCountAt >> 3] as number,
      recordIds: this.#recordIds,
      unexpected: this.#doubles[this.#layout.unexpectedAt >> 3] as number,
    };
  }

  #drainIdentifiers(): void {
    const length = this.#word(this.#layout.identifierBytesAt);
    if (length === 0) return;
    const from = this.#layout.identifiers;
    if (length > FEW_BYTES || !this.#drainPlain(from, from + length)) {
      const texts = this.#memory.toString('utf8', from, from + length - 1);
      for (const text of texts.split('\n')) this.#recordIds.push(text.startsWith('"') ? JSON.parse(text) : text);
    }
    this.#module.clearIdentifiers();
  }

  /** The same for a few bytes of ASCII, which is quicker than a call of Node; false where they are not such. */
  #drainPlain(from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      const byte = this.#memory[at] as number;
      if (byte >= 0x80 || byte === 0x22) return false;
    }
    let text = '';
    for (let at = from; at < end; at++) {
      const byte = this.#memory[at] as number;
      if (byte !== 0x0a) {
        text += String.fromCharCode(byte);
      } else {
        this.#recordIds.push(text);
        text = '';
      }
    }
    return true;
  }

  #takeWhole(at: number, length: number, place: number, kind: number, flags: number, out: number): number {
    const raw = this.#memory.toString('utf8', at, at + length);
    const type = KINDS[kind] ?? 'boolean';
    let text: string = type === 'string' ? JSON.parse(raw) : raw;
    let after = out;
    const mask = this.#table?.masks[place];
    if (mask !== undefined) {
      const masked = mask(text, type);
      if ((flags & LEAF) !== 0) after = this.#writeText(masked, out);
      if (masked === 'null') return after;
      text = masked.startsWith('"') ? JSON.parse(masked) : masked;
    }
    if ((flags & IDENTIFIER) !== 0) this.#addIdentifier(text);
    return after;
  }

  #addIdentifier(text: string): void {
    const count = this.#word(this.#layout.identifierCountAt);
    if (count >= (this.#table?.limits.identifiers ?? 0)) return;
    this.#drainIdentifiers();
    this.#recordIds.push(text);
    this.#words[this.#layout.identifierCountAt >> 2] = count + 1;
  }

  /** Writes a masked value so that there is room left for the rest of the piece. */
  #writeText(text: string, out: number): number {
    const length = Buffer.byteLength(text);
    const end = this.#layout.outputEnd - this.#layout.outputReserve;
    let at = out;
    if (at + length > end) {
      this.#setAside(at);
      at = this.#layout.output;
    }
    if (at + length > end) {
      this.#parts.push(Buffer.from(text));
      return at;
    }
    return at + this.#memory.write(text, at);
  }

  /** Where the table lies, in memory for whole answers. */
  #place(table: SelectionTable): number {
    if (this.#room + LEARNING_BYTES > this.#layout.tablesEnd) this.#forgetTables();
    if (table.generation === this.#generation) return table.address;
    if (this.#room + table.size + LEARNING_BYTES > this.#layout.tablesEnd) this.#forgetTables();
    const at = this.#room;
    if (table.image === undefined) {
      this.#room = table.write(this.#module, this.#memory, at, this.#layout.tablesEnd);
      table.image = Buffer.from(this.#memory.subarray(at, this.#room));
    } else {
      this.#memory.set(table.image, at);
      this.#room = at + table.image.length;
    }
    table.generation = this.#generation;
    table.address = at;
    return at;
  }

  #forgetTables(): void {
    this.#generation = generations++;
    this.#room = this.#layout.tables;
  }

  /** Brings a streamed answer into memory, in place of the one that is there. */
  #takeUp(answer: WaitingAnswer): void {
    if (this.#waiting !== answer) {
      this.#putAway();
      if (answer.isOpen) this.#restore(answer);
      else this.#openStream(answer);
      this.#waiting = answer;
    }
    this.#begin(answer.table, answer.recordIds, answer.offset);
  }

  #openStream(answer: WaitingAnswer): void {
    const { table } = answer;
    answer.isOpen = true;
    if (table.image === undefined) this.#place(table);
    const { streamTable: at, streamTableEnd: end } = this.#layout;
    const image = table.image ?? Buffer.alloc(0);
    this.#memory.set(image, at);
    this.#module.openAnswer(at, at + image.length, end);
  }

  #putAway(): void {
    if (this.#waiting === undefined) return;
    const regions: Buffer[] = [];
    for (let region = 0; region < this.#layout.regions; region++) {
      const start = this.#module.regionStart(region);
      regions.push(Buffer.from(this.#memory.subarray(start, this.#module.regionEnd(region))));
    }
    this.#waiting.regions = regions;
    this.#waiting = undefined;
  }

  #restore(answer: WaitingAnswer): void {
    this.#module.putAway();
    answer.regions.forEach((bytes, region) => {
      this.#memory.set(bytes, this.#module.regionStart(region));
    });
    answer.regions = [];
    this.#module.takeUp();
  }

  /** After a refusal: the answer under the hand is over, the next one begins anew. */
  giveUp(): void {
    this.#isBusy = false;
    this.#waiting = undefined;
  }
}

let current = new AnswerScanner();

/** What a step threw. A refusal is one answer's matter; after anything else the memory is not trusted any more. */
function settle(scanner: AnswerScanner, error: unknown): unknown {
  if (error instanceof SelectionError) scanner.giveUp();
  else if (current === scanner) current = new AnswerScanner();
  return error;
}

/** A whole answer, known to be UTF-8. Throws a SelectionError. */
export function passAnswer(table: SelectionTable, body: Buffer): Passed {
  const scanner = current;
  try {
    return scanner.pass(table, body);
  } catch (error) {
    throw settle(scanner, error);
  }
}

/** The next bytes of a streamed answer, known to be UTF-8: gives what may leave of them. Throws a SelectionError. */
export function writeAnswer(answer: WaitingAnswer, chunk: Buffer): Buffer {
  const scanner = current;
  try {
    return scanner.write(answer, chunk);
  } catch (error) {
    throw settle(scanner, error);
  }
}

/** A streamed answer is over. Throws a SelectionError. */
export function endAnswer(answer: WaitingAnswer): Passed {
  const scanner = current;
  try {
    return scanner.end(answer);
  } catch (error) {
    throw settle(scanner, error);
  }
}
