import type { Socket } from 'node:net';
import type { Refusal } from '../problems.ts';
import { ClientGone, type Reply } from '../reply.ts';
import { answerStart } from './answer-head.ts';
import type { RequestHeaders } from './request-head.ts';

/** Who is at the other end. */
export interface Peer {
  readonly remoteAddress: string;
  /** SHA-256 of the client certificate (DER), base64url, when the connection carries one. */
  readonly certificateThumbprint: string | undefined;
}

/** What a request asks of its connection. */
export interface RequestConnection extends Peer {
  readonly socket: Socket;
  readBody(request: ClientRequest, limit: number): Buffer | Promise<Buffer | Refusal>;
  /** Whether the answer to this request is the connection's last. */
  closesAfter(request: ClientRequest): boolean;
  /** The whole answer has been handed over; `closes` is what the client was told. */
  finish(request: ClientRequest, closes: boolean): void;
  /** Resolves when the socket has taken what was written; rejects with ClientGone when it closes. */
  drained(): Promise<void>;
  /** To be called back when something that was written has left. */
  readonly onProgress: () => void;
}

/** Above this, copying costs more than a second buffer in the write. */
const ONE_WRITE_BYTES = 16 * 1024;
/** A long answer is written in pieces, so that it shows whether the client takes any of it. */
const PIECE_BYTES = 64 * 1024;
const LINE_END = Buffer.from('\r\n');
const LAST_CHUNK = '0\r\n\r\n';

/** One request as it stands on its connection, and the way back for its answer. */
export class ClientRequest implements Reply {
  readonly method: string;
  /** Origin-form target; '' where the request could not be read. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Why the request could not be read: it is answered with that and nothing else. */
  readonly refusal: Refusal | undefined;
  /** Called once when the answer has been handed over or the connection is lost. */
  onOver: (() => void) | undefined = undefined;
  readonly #connection: RequestConnection;
  readonly #isVersion10: boolean;
  #isChunked = false;
  #isOver = false;

  constructor(
    connection: RequestConnection,
    line: { readonly method: string; readonly target: string; readonly isVersion10: boolean },
    headers: RequestHeaders,
    refusal: Refusal | undefined,
  ) {
    this.#connection = connection;
    this.method = line.method;
    this.target = line.target;
    this.#isVersion10 = line.isVersion10;
    this.headers = headers;
    this.refusal = refusal;
  }

  get peer(): Peer {
    return this.#connection;
  }

  /** Whole body, or a refusal: longer than `limit` bytes, malformed, too slow, or broken off. No body: an empty buffer. */
  readBody(limit: number): Buffer | Promise<Buffer | Refusal> {
    return this.#connection.readBody(this, limit);
  }

  send(status: number, lines: string, body: Buffer): void {
    if (this.#isOver) return;
    const isBodiless = status === 204 || status === 304;
    const closes = this.#connection.closesAfter(this);
    let head = answerStart(status, Date.now()) + lines;
    if (!isBodiless) head += `content-length: ${body.length}\r\n`;
    head += closes ? 'connection: close\r\n\r\n' : '\r\n';
    const { socket } = this.#connection;
    const hasBody = body.length > 0 && !isBodiless && this.method !== 'HEAD';
    if (hasBody && body.length > ONE_WRITE_BYTES) {
      socket.write(head, 'latin1');
      this.#writeFrom(body, 0, closes);
      return;
    }
    // As one text, head and body leave in a single write instead of a gathered one; latin1 keeps every byte as it is.
    socket.write(hasBody ? head + body.toString('latin1') : head, 'latin1');
    this.#connection.finish(this, closes);
  }

  open(status: number, lines: string): void {
    if (this.#isOver) return;
    this.#isChunked = !this.#isVersion10;
    const closes = this.#connection.closesAfter(this) || this.#isVersion10;
    const framing = `${this.#isChunked ? 'transfer-encoding: chunked\r\n' : ''}${closes ? 'connection: close\r\n' : ''}`;
    this.#connection.socket.write(`${answerStart(status, Date.now())}${lines}${framing}\r\n`, 'latin1');
  }

  write(chunk: Buffer): Promise<void> | undefined {
    if (this.#isOver) return Promise.reject(new ClientGone());
    if (chunk.length === 0 || this.method === 'HEAD') return undefined;
    return this.#writeChunk(chunk) ? undefined : this.#connection.drained();
  }

  end(last: Buffer): void {
    if (this.#isOver) return;
    const { socket } = this.#connection;
    socket.cork();
    if (this.method !== 'HEAD') {
      if (last.length > 0) this.#writeChunk(last);
      if (this.#isChunked) socket.write(LAST_CHUNK, 'latin1');
    }
    socket.uncork();
    this.#connection.finish(this, this.#connection.closesAfter(this) || this.#isVersion10);
  }

  destroy(): void {
    if (!this.#isOver) this.#connection.socket.destroy();
  }

  /** The connection has no more to do with this request. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onOver?.();
  }

  #writeFrom(body: Buffer, from: number, closes: boolean): void {
    if (this.#isOver) return;
    const { socket, onProgress } = this.#connection;
    const to = from + PIECE_BYTES;
    if (to >= body.length) {
      socket.write(body.subarray(from), onProgress);
      this.#connection.finish(this, closes);
      return;
    }
    socket.write(body.subarray(from, to), () => {
      onProgress();
      this.#writeFrom(body, to, closes);
    });
  }

  #writeChunk(chunk: Buffer): boolean {
    const { socket, onProgress } = this.#connection;
    if (!this.#isChunked) return socket.write(chunk, onProgress);
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    socket.write(chunk, onProgress);
    const isRoom = socket.write(LINE_END);
    socket.uncork();
    return isRoom;
  }
}
