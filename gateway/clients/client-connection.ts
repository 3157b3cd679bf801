import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CR, LF, MessageFault } from '../http1/header-fields.ts';
import { type Refusal, refuse } from '../problems.ts';
import { ClientGone } from '../reply.ts';
import { ClientRequest, type RequestConnection } from './client-request.ts';
import { type HeadLimits, HeadReader } from './head-reader.ts';
import { RequestBody } from './request-body.ts';
import type { RequestHeaders } from './request-head.ts';
import { bodyRefusal, bodyTooLarge, headRefusal } from './request-refusals.ts';

/** Bounds of a connection; times in milliseconds. */
export interface ConnectionLimits extends HeadLimits {
  /** For a whole head, from its first byte (or from the connection) on. */
  readonly headersTimeoutMs: number;
  /** For a whole body, and for a client to take something of its answer. */
  readonly requestTimeoutMs: number;
  /** How long a connection without a request is kept. */
  readonly keepAliveMs: number;
}

/** What a connection tells its listener. */
export interface ConnectionHost {
  readonly limits: ConnectionLimits;
  readonly isDraining: boolean;
  onRequest(request: ClientRequest): void;
  onClosed(connection: ClientConnection): void;
  /** Hears of a failure of our own; the client learns nothing of it. */
  onFault(error: unknown): void;
}

const NOTHING = Buffer.alloc(0);
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
/** Bytes that a client may send ahead of its turn before it is made to wait. */
const MOST_AHEAD = 64 * 1024;
/** Requests of one connection that are read in one turn of the event loop: the others have their turn, too. */
const IN_A_ROW = 64;
/** After a last answer the client's bytes are still taken, so that a reset does not overtake the answer. */
const LINGER_BYTES = 1024 * 1024;
const LINGER_MS = 2000;

const NO_LINE = { method: '', target: '', isVersion10: false } as const;
const NO_HEADERS: RequestHeaders = Object.freeze({
  raw: Object.freeze([]),
  contentLength: -1,
  chunked: false,
  close: true,
  expectsContinue: false,
});

/** Where the body of the request under way stands. */
type BodyState = 'none' | 'unread' | 'reading' | 'read' | 'broken';

/**
 * One client's connection: reads one request after the other (RFC 9112 §9.3), gives each to its host and reads on when
 * its answer has been handed over. Bounded in time and memory whatever the client does.
 */
export class ClientConnection implements RequestConnection {
  readonly socket: Socket;
  readonly #host: ConnectionHost;
  readonly #reader: HeadReader;
  /** Bytes that were read and belong to nobody yet. */
  #pending: Buffer = NOTHING;
  #request: ClientRequest | undefined;
  #bodyState: BodyState = 'none';
  #body: { readonly content: RequestBody; readonly settle: (result: Buffer | Refusal) => void } | undefined;
  #isPumping = false;
  #isLingering = false;
  #lingered = 0;
  /** Start of what is waited for now: a first byte, a head, a body, the next request, the end of lingering. */
  #since = Date.now();
  #isFresh = true;
  #isHeadBegun = false;
  #isClosed = false;
  #unsent = 0;
  #unsentSince = 0;
  #progress = 0;
  #progressSeen = 0;
  #thumbprint: string | undefined;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.#host = host;
    this.#reader = new HeadReader(host.limits);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#pump());
    // Not every error ends a socket by itself: of renegotiations without end TLS only tells.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onClose());
  }

  get remoteAddress(): string {
    return this.socket.remoteAddress ?? '';
  }

  get certificateThumbprint(): string | undefined {
    this.#thumbprint ??= thumbprintOf(this.socket);
    return this.#thumbprint;
  }

  readonly onProgress = (): void => {
    this.#progress++;
  };

  /** Ends what has outlived its time; called every second. */
  check(now: number): void {
    const { headersTimeoutMs, requestTimeoutMs, keepAliveMs } = this.#host.limits;
    if (this.#isStalled(now, requestTimeoutMs)) this.socket.destroy();
    // As long as an answer leaves, nothing else is waited for.
    if (this.socket.writableLength > 0 && this.#body === undefined) this.#since = now;
    const waited = now - this.#since;
    if (this.#isLingering) {
      if (waited > LINGER_MS) this.socket.destroy();
    } else if (this.#body !== undefined) {
      if (waited > requestTimeoutMs) this.#failBody(refuse('request-timeout'));
    } else if (this.#request === undefined) {
      if (this.#isHeadBegun) {
        if (waited > headersTimeoutMs) this.#refuse(refuse('request-timeout'));
      } else if (waited > (this.#isFresh ? headersTimeoutMs : keepAliveMs)) this.socket.destroy();
    }
  }

  /** Ends the connection now where no request has begun on it; an answer that is still leaving is left to leave. */
  closeIfIdle(): void {
    if (this.#request !== undefined || this.#isHeadBegun || this.#isLingering) return;
    if (this.socket.writableLength > 0) this.#linger();
    else this.socket.destroy();
  }

  readBody(request: ClientRequest, limit: number): Buffer | Promise<Buffer | Refusal> {
    if (request !== this.#request || this.#bodyState !== 'unread') return NOTHING;
    const { headers } = request;
    if (this.#isClosed) {
      this.#bodyState = 'broken';
      return Promise.resolve(endedEarly());
    }
    if (headers.contentLength > limit) {
      this.#bodyState = 'broken';
      return Promise.resolve(bodyTooLarge(limit));
    }
    const content = new RequestBody(headers, limit);
    try {
      this.#pending = this.#pending.subarray(content.take(this.#pending));
    } catch (error) {
      this.#bodyState = 'broken';
      return Promise.resolve(this.#refusalOf(error, (fault) => bodyRefusal(fault, limit)));
    }
    if (content.isWhole) {
      this.#bodyState = 'read';
      return content.bytes();
    }
    this.#bodyState = 'reading';
    this.#since = Date.now();
    if (headers.expectsContinue) this.socket.write(CONTINUE, 'latin1');
    this.#letFlow();
    return new Promise((settle) => {
      this.#body = { content, settle };
    });
  }

  /** Also where the rest of the request's body would be in the way. */
  closesAfter({ headers }: ClientRequest): boolean {
    if (headers.close || this.#host.isDraining) return true;
    if (this.#bodyState === 'unread') return headers.chunked || this.#pending.length < headers.contentLength;
    return this.#bodyState === 'reading' || this.#bodyState === 'broken';
  }

  finish(request: ClientRequest, closes: boolean): void {
    if (request !== this.#request) return;
    if (!closes && this.#bodyState === 'unread') this.#pending = this.#pending.subarray(request.headers.contentLength);
    this.#request = undefined;
    this.#bodyState = 'none';
    this.#since = Date.now();
    if (closes) this.#linger();
    request.over();
    this.#pump();
  }

  drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { socket } = this;
      const onDrain = (): void => {
        socket.off('close', onClose);
        resolve();
      };
      const onClose = (): void => {
        socket.off('drain', onDrain);
        reject(new ClientGone());
      };
      socket.once('drain', onDrain);
      socket.once('close', onClose);
    });
  }

  #onData(chunk: Buffer): void {
    if (this.#isLingering) {
      this.#lingered += chunk.length;
      if (this.#lingered > LINGER_BYTES) this.socket.destroy();
      return;
    }
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (this.#body !== undefined) this.#feedBody();
    else if (this.#request === undefined) this.#pump();
    // Whatever the bytes wait for, it is not for the client to fill the memory meanwhile.
    if (this.#body === undefined && this.#pending.length > MOST_AHEAD) this.socket.pause();
  }

  /** Reads requests until one waits for its answer. A loop, so that requests in a row need no stack. */
  #pump(): void {
    if (this.#isPumping || this.#isClosed) return;
    this.#isPumping = true;
    let left = IN_A_ROW;
    while (this.#pending.length > 0 && this.#request === undefined && !this.#isLingering) {
      // A client that does not read its answers gets no further ones.
      if (this.socket.writableNeedDrain || !this.#readRequest()) break;
      if (--left === 0) {
        setImmediate(() => this.#pump());
        break;
      }
    }
    this.#isPumping = false;
    const isWaiting = this.#request !== undefined || this.socket.writableNeedDrain;
    if (!isWaiting && this.#pending.length <= MOST_AHEAD) this.#letFlow();
  }

  /** False where the head is not whole yet. */
  #readRequest(): boolean {
    // RFC 9112 §2.2: an empty line before a request, as some clients leave behind a body, is passed over. It begins none.
    if (this.#pending[0] === CR && (this.#pending.length === 1 || this.#pending[1] === LF)) {
      if (this.#pending.length === 1) return false;
      this.#pending = this.#pending.subarray(2);
      return true;
    }
    let head: ReturnType<HeadReader['read']>;
    try {
      head = this.#reader.read(this.#pending);
    } catch (error) {
      this.#refuse(this.#refusalOf(error, headRefusal));
      return true;
    }
    if (head === undefined) {
      if (!this.#isHeadBegun) this.#since = Date.now();
      this.#isHeadBegun = true;
      return false;
    }
    this.#pending = head.end === this.#pending.length ? NOTHING : this.#pending.subarray(head.end);
    this.#begin(new ClientRequest(this, head.line, head.headers, undefined));
    return true;
  }

  #begin(request: ClientRequest): void {
    this.#isFresh = false;
    this.#isHeadBegun = false;
    this.#request = request;
    if (request.headers.chunked || request.headers.contentLength > 0) this.#bodyState = 'unread';
    this.#host.onRequest(request);
  }

  /** What came is no request: it is answered in our form, then the connection ends. */
  #refuse(refusal: Refusal): void {
    this.#pending = NOTHING;
    this.#begin(new ClientRequest(this, NO_LINE, NO_HEADERS, refusal));
  }

  /** Whatever it is, it ends this request and nothing else. */
  #refusalOf(error: unknown, describe: (fault: MessageFault) => Refusal): Refusal {
    if (error instanceof MessageFault) return describe(error);
    this.#host.onFault(error);
    return refuse('internal-error');
  }

  #feedBody(): void {
    const body = this.#body;
    if (body === undefined) return;
    try {
      this.#pending = this.#pending.subarray(body.content.take(this.#pending));
    } catch (error) {
      this.#failBody(this.#refusalOf(error, (fault) => bodyRefusal(fault, body.content.limit)));
      return;
    }
    if (!body.content.isWhole) return;
    this.#body = undefined;
    this.#bodyState = 'read';
    body.settle(body.content.bytes());
  }

  #failBody(refusal: Refusal): void {
    const body = this.#body;
    this.#body = undefined;
    this.#bodyState = 'broken';
    body?.settle(refusal);
  }

  #letFlow(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  #linger(): void {
    this.#isLingering = true;
    this.#pending = NOTHING;
    this.socket.end();
    this.#letFlow();
  }

  #isStalled(now: number, patienceMs: number): boolean {
    const unsent = this.socket.writableLength;
    if (unsent === 0 || unsent !== this.#unsent || this.#progress !== this.#progressSeen) {
      this.#unsent = unsent;
      this.#progressSeen = this.#progress;
      this.#unsentSince = now;
      return false;
    }
    return now - this.#unsentSince > patienceMs;
  }

  #onClose(): void {
    this.#isClosed = true;
    if (this.#body !== undefined) this.#failBody(endedEarly());
    this.#request?.over();
    this.#host.onClosed(this);
  }
}

function endedEarly(): Refusal {
  return refuse('request-malformed', 'The request body ended early.');
}

function thumbprintOf(socket: Socket): string | undefined {
  const { encrypted, getPeerCertificate } = socket as Partial<TLSSocket>;
  if (encrypted !== true || getPeerCertificate === undefined) return undefined;
  // Of a connection that is gone there is nothing to be had, whatever the declaration says.
  const raw = (getPeerCertificate.call(socket) as { readonly raw?: Buffer } | null)?.raw;
  return raw === undefined ? undefined : createHash('sha256').update(raw).digest('base64url');
}
