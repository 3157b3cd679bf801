import { isUtf8 } from 'node:buffer';

/** Checks bytes that come in chunks for well-formed UTF-8 (RFC 3629); a sequence may be cut by a chunk's end. */
export class Utf8Check {
  readonly #carried = Buffer.alloc(8);
  #length = 0;

  reset(): void {
    this.#length = 0;
  }

  /** False where the chunk cannot belong to UTF-8 text. */
  accepts(chunk: Buffer): boolean {
    let start = 0;
    while (this.#length > 0 && start < chunk.length) {
      this.#carried[this.#length++] = chunk[start++] as number;
      if (this.#length < sequenceLength(this.#carried[0] as number)) continue;
      if (!isUtf8(this.#carried.subarray(0, this.#length))) return false;
      this.#length = 0;
    }
    const cut = cutSequence(chunk, start);
    for (let i = chunk.length - cut; i < chunk.length; i++) this.#carried[this.#length++] = chunk[i] as number;
    return isUtf8(start === 0 && cut === 0 ? chunk : chunk.subarray(start, chunk.length - cut));
  }

  /** True when no sequence is left open. */
  get complete(): boolean {
    return this.#length === 0;
  }
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

/** Bytes at the chunk's end that begin a sequence which goes on in the next chunk. */
function cutSequence(chunk: Buffer, start: number): number {
  for (let back = 1; back <= 3 && chunk.length - back >= start; back++) {
    const byte = chunk[chunk.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}
