import { ChunkedBody } from '../http1/chunked-body.ts';
import { MessageFault } from '../http1/header-fields.ts';
import type { RequestHeaders } from './request-head.ts';

/** Collects one request's body, at most `limit` bytes of it. */
export class RequestBody {
  readonly limit: number;
  readonly #chunks: ChunkedBody | undefined;
  readonly #pieces: Buffer[] = [];
  #length = 0;
  #remaining: number;

  constructor(headers: RequestHeaders, limit: number) {
    this.limit = limit;
    this.#remaining = headers.contentLength;
    if (headers.chunked) this.#chunks = new ChunkedBody((bytes, start, end) => this.#keep(bytes.subarray(start, end)));
  }

  get isWhole(): boolean {
    return this.#chunks === undefined ? this.#remaining === 0 : this.#chunks.done;
  }

  /**
   * Takes what belongs to the body and returns where it ended in `bytes`, which are kept and must not change afterwards.
   * Throws MessageFault, `body-too-large` among others.
   */
  take(bytes: Buffer): number {
    if (this.#chunks !== undefined) return this.#chunks.read(bytes, 0, bytes.length);
    const end = Math.min(bytes.length, this.#remaining);
    this.#remaining -= end;
    this.#keep(bytes.subarray(0, end));
    return end;
  }

  /** All bytes, once the body is whole. */
  bytes(): Buffer {
    return this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#length);
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > this.limit) throw new MessageFault('body-too-large');
    this.#pieces.push(piece);
  }
}
