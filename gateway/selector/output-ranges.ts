const NOTHING = Buffer.alloc(0);
const FIRST_SIZE = 16 * 1024;
const KEEP_SIZE = 4 * 1024 * 1024;
/** Below this a loop is quicker than a call. */
const SHORT = 48;

/**
 * What leaves, gathered from ranges of the chunk under the hand. Ranges that touch become one, so that a run of granted
 * members is copied at once; nothing is copied before it must.
 */
export class OutputRanges {
  protected chunk: Buffer = NOTHING;
  /** The chunk again, to be read by words. */
  protected view = new DataView(this.chunk.buffer, 0, 0);
  protected pendingStart = 0;
  protected pendingEnd = 0;
  private output = Buffer.allocUnsafeSlow(FIRST_SIZE);
  private length = 0;

  protected openOutput(chunk: Buffer): void {
    this.chunk = chunk;
    this.view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    this.pendingStart = this.pendingEnd = -1;
    this.length = 0;
  }

  /** Everything since `openOutput`, as a buffer of its own. */
  protected takeOutput(): Buffer {
    this.flush();
    const taken = Buffer.allocUnsafe(this.length);
    this.output.copy(taken, 0, 0, this.length);
    if (this.output.length > KEEP_SIZE) this.output = Buffer.allocUnsafeSlow(FIRST_SIZE);
    return taken;
  }

  /** Lets go of the answer: a scanner that waits for its next one holds nothing of the last. */
  forget(): void {
    this.openOutput(NOTHING);
  }

  protected emitRange(start: number, end: number): void {
    if (start === this.pendingEnd) {
      this.pendingEnd = end;
      return;
    }
    this.flush();
    this.pendingStart = start;
    this.pendingEnd = end;
  }

  /** Bytes that do not stand in the chunk. */
  protected emitBytes(bytes: Uint8Array, start: number, end: number): void {
    this.flush();
    this.pendingStart = this.pendingEnd = -1;
    this.copy(bytes, start, end);
  }

  protected emitByte(byte: number): void {
    this.flush();
    this.pendingStart = this.pendingEnd = -1;
    if (this.length === this.output.length) this.grow(1);
    this.output[this.length++] = byte;
  }

  protected emitText(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.emitBytes(bytes, 0, bytes.length);
  }

  private flush(): void {
    if (this.pendingEnd > this.pendingStart) this.copy(this.chunk, this.pendingStart, this.pendingEnd);
  }

  private copy(from: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.length + length > this.output.length) this.grow(length);
    if (length < SHORT) {
      const output = this.output;
      let at = this.length;
      for (let i = start; i < end; i++) output[at++] = from[i] as number;
    } else {
      this.output.set(from.subarray(start, end), this.length);
    }
    this.length += length;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.output.length * 2, this.length + needed));
    this.output.copy(larger, 0, 0, this.length);
    this.output = larger;
  }
}
