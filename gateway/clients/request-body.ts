import { ChunkedBody } from '../http1/chunked-body.ts';
import { MessageFault } from '../http1/header-fields.ts';
import type { RequestHeaders } from './request-head.ts';

const FIRST_BYTES = 4096;

/** Collects one request's body, at most `limit` bytes of it, in memory of that size whatever pieces it comes in. */
export class RequestBody {
  readonly limit: number;
  readonly #chunks: ChunkedBody | undefined;
  #held: Buffer;
  #length = 0;
  #remaining: number;

  /** `headers.contentLength` is within the limit. */
  constructor(headers: RequestHeaders, limit: number) {
    this.limit = limit;
    this.#remaining = headers.contentLength;
    if (headers.chunked) this.#chunks = new ChunkedBody((bytes, start, end) => this.#keep(bytes, start, end));
    // What a client only announces takes no memory yet.
    this.#held = Buffer.allocUnsafe(Math.min(FIRST_BYTES, headers.chunked ? limit : headers.contentLength));
  }

  get isWhole(): boolean {
    return this.#chunks === undefined ? this.#remaining === 0 : this.#chunks.done;
  }

  /** Takes what belongs to the body and returns where it ended in `bytes`. Throws MessageFault, `body-too-large` among others. */
  take(bytes: Buffer): number {
    if (this.#chunks !== undefined) return this.#chunks.read(bytes, 0, bytes.length);
    const end = Math.min(bytes.length, this.#remaining);
    this.#remaining -= end;
    this.#keep(bytes, 0, end);
    return end;
  }

  /** All bytes, once the body is whole. */
  bytes(): Buffer {
    return this.#held.subarray(0, this.#length);
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.limit) throw new MessageFault('body-too-large');
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.limit, Math.max(length, this.#held.length * 2)));
      this.#held.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#length, start, end);
    this.#length = length;
  }
}
