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

  add(line: string): void {
    const most = line.length * BYTES_PER_UNIT + 1;
    if (most > this.#chunk.length - this.#used) this.#turn(most);
    const written = this.#chunk.write(line, this.#used, 'utf8');
    const end = this.#used + written;
    this.#chunk[end] = NEWLINE;
    this.#used = end + 1;
    this.#bytes += written + 1;
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
