import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts';

const CHUNK_BYTES = 1 << 20;
const SPARE_CHUNKS = 2;
const LENGTH_BYTES = 2;
/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** What waits to be written: entries as they stand in a bundle, each behind its length. */
export interface Gathered {
  readonly buffers: readonly Buffer[];
  readonly bytes: number;
  readonly count: number;
}

/** Collects entries as bytes in buffers that are used again, so that a record costs one copy and no allocation. */
export class EntryArena {
  #full: Buffer[] = [];
  #spare: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;
  #bytes = 0;
  #count = 0;

  /** Bytes that `take` would give. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one entry. Throws a RangeError, and adds nothing, where it is empty or longer than 65,535 bytes. */
  add(entry: string): void {
    if (entry === '' || entry.length > MOST_ENTRY_BYTES) throw new RangeError('an entry has 1 to 65,535 bytes');
    const most = entry.length * BYTES_PER_UNIT + LENGTH_BYTES;
    if (most > CHUNK_BYTES - this.#used) this.#turn();
    const length = this.#chunk.write(entry, this.#used + LENGTH_BYTES, 'utf8');
    if (length > MOST_ENTRY_BYTES) throw new RangeError('an entry has 1 to 65,535 bytes');
    this.#chunk.writeUInt16BE(length, this.#used);
    this.#used += LENGTH_BYTES + length;
    this.#bytes += LENGTH_BYTES + length;
    this.#count++;
  }

  /** Hands over all entries in order; the buffers come back by `giveBack` once they are written. */
  take(): Gathered {
    const buffers = this.#full;
    if (this.#used > 0) buffers.push(this.#chunk.subarray(0, this.#used));
    const taken = { buffers, bytes: this.#bytes, count: this.#count };
    this.#full = [];
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
    this.#bytes = 0;
    this.#count = 0;
    return taken;
  }

  giveBack({ buffers }: Gathered): void {
    for (const { buffer } of buffers) if (this.#spare.length < SPARE_CHUNKS) this.#spare.push(Buffer.from(buffer));
  }

  #turn(): void {
    this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
  }
}
