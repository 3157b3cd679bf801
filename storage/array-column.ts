/** Types of elements by their numbers in PostgreSQL's catalog (pg_type.oid). */
const ELEMENT = { bytea: 17, bigint: 20, smallint: 21, int: 23, timestamptz: 1184 } as const;
type Element = keyof typeof ELEMENT;

const HEAD_BYTES = 20;
const NULL_LENGTH = -1;
/** 2000-01-01, from which PostgreSQL counts, in milliseconds since 1970. */
const EPOCH_MS = 946_684_800_000;
const HIGH = 2 ** 32;

/**
 * A column of many rows as one parameter: an array in PostgreSQL's own binary form (array_recv), so that neither side
 * makes text of it. `INSERT … SELECT * FROM unnest($1::bigint[], …)` takes it as it is.
 */
export class ArrayColumn {
  readonly #element: Element;
  #bytes: Buffer;
  #at = HEAD_BYTES;
  #length = 0;
  #hasNull = false;

  constructor(element: Element, rows = 1024) {
    this.#element = element;
    this.#bytes = Buffer.allocUnsafe(HEAD_BYTES + rows * 12);
  }

  get length(): number {
    return this.#length;
  }

  /** A safe integer. */
  bigint(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeInt32BE(Math.floor(value / HIGH), at);
    this.#bytes.writeUInt32BE(value - Math.floor(value / HIGH) * HIGH, at + 4);
  }

  /** 64 bits as 16 hexadecimal digits; what is none of that becomes null. */
  hex(digits: string): void {
    const at = this.#room(8);
    if (digits.length !== 16 || this.#bytes.write(digits, at, 8, 'hex') !== 8) {
      this.#at = at - 4;
      this.#length--;
      this.null();
    }
  }

  int(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
  }

  smallint(value: number): void {
    const at = this.#room(2);
    this.#bytes.writeInt16BE(value, at);
  }

  /** Milliseconds since 1970. */
  timestamptz(ms: number): void {
    this.bigint((ms - EPOCH_MS) * 1000);
  }

  bytea(value: Buffer): void {
    const at = this.#room(value.length);
    value.copy(this.#bytes, at);
  }

  null(): void {
    this.#grow(4);
    this.#at = this.#bytes.writeInt32BE(NULL_LENGTH, this.#at);
    this.#length++;
    this.#hasNull = true;
  }

  /** The parameter. Nothing may be added afterwards. */
  parameter(): Buffer {
    const bytes = this.#bytes;
    bytes.writeInt32BE(this.#length === 0 ? 0 : 1, 0);
    bytes.writeInt32BE(this.#hasNull ? 1 : 0, 4);
    bytes.writeInt32BE(ELEMENT[this.#element], 8);
    if (this.#length === 0) return bytes.subarray(0, 12);
    bytes.writeInt32BE(this.#length, 12);
    bytes.writeInt32BE(1, 16);
    return bytes.subarray(0, this.#at);
  }

  /** Writes the head of the next element; where its bytes belong. The buffer is another one afterwards. */
  #room(size: number): number {
    this.#grow(4 + size);
    const at = this.#bytes.writeInt32BE(size, this.#at);
    this.#at = at + size;
    this.#length++;
    return at;
  }

  #grow(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
