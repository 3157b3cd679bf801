const CHUNK_BYTES = 1 << 20;
const SPARE_CHUNKS = 2;
const NEWLINE = 0x0a;
/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** Collects lines as bytes in buffers that are used again, so that a record costs one copy and no allocation. */
export class LineArena {
  #full: Buffer[] = [];
  #spare: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;
  #bytes = 0;

  /** Bytes that `take` would give. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one line made of a text, bytes, and a text. Throws, and adds nothing, where a line end stands inside. */
  add(before: string, constant: Buffer, after: string): void {
    const most = (before.length + after.length) * BYTES_PER_UNIT + constant.length + 1;
    if (most > this.#chunk.length - this.#used) this.#turn(most);
    const chunk = this.#chunk;
    let end = this.#used + chunk.write(before, this.#used, 'utf8');
    chunk.set(constant, end);
    end += constant.length;
    end += chunk.write(after, end, 'utf8');
    chunk[end] = NEWLINE;
    if (chunk.indexOf(NEWLINE, this.#used) !== end) throw new Error('a record is one line');
    this.#bytes += end + 1 - this.#used;
    this.#used = end + 1;
  }

  /** Hands over all lines in order; the buffers come back by `giveBack` once they are written. */
  take(): Buffer[] {
    const taken = this.#full;
    if (this.#used > 0) taken.push(this.#chunk.subarray(0, this.#used));
    this.#full = [];
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
    this.#bytes = 0;
    return taken;
  }

  giveBack(buffers: readonly Buffer[]): void {
    for (const { buffer, byteOffset } of buffers) {
      if (byteOffset !== 0 || buffer.byteLength !== CHUNK_BYTES || this.#spare.length >= SPARE_CHUNKS) continue;
      this.#spare.push(Buffer.from(buffer));
    }
  }

  #turn(most: number): void {
    if (this.#used > 0) this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk =
      (most <= CHUNK_BYTES ? this.#spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(most, CHUNK_BYTES));
    this.#used = 0;
  }
}
