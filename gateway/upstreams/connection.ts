import type { Socket } from 'node:net';
import { MessageFault } from '../http1/header-fields.ts';
import type { BodyStream } from '../upstream.ts';
import { SocketBody, type StreamSource } from './body-stream.ts';
import { type DialOptions, dial, speaksHttp1 } from './dial.ts';
import { flushAtEndOfTurn } from './end-of-turn.ts';
import type { Origin } from './origin.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseParser, type ResponseSink } from './response-parser.ts';
import { UpstreamError, type UpstreamErrorKind } from './upstream-error.ts';

/** What came back. A body up to the call's `wholeBytes` is one Buffer. */
export interface HttpResponse {
  readonly status: number;
  readonly head: ResponseHead;
  readonly body: Buffer | BodyStream;
}

/** One request under way, from the queue for a connection to the end of its body. */
export interface Call {
  readonly method: string;
  /** Changes nothing: may be sent again. */
  readonly isSafe: boolean;
  /** Request line and header lines without the final empty line. */
  readonly head: string;
  readonly body: Buffer | undefined;
  readonly wholeBytes: number;
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly owner: { readonly signal: AbortSignal } | undefined;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: UpstreamError) => void;
}

/** What a connection tells its pool. */
export interface ConnectionHost {
  readonly dial: DialOptions;
  /** Ready for the next call. */
  onIdle(connection: Connection): void;
  onClosed(connection: Connection): void;
  /** A call that changes nothing met a kept connection that had just been closed: it is to be sent over a new one. */
  onStale(call: Call): void;
}

const READ_BYTES = 64 * 1024;
/** Every read is copied or parsed before the next one, in one turn of the loop: all sockets read into the same bytes. */
const READ_BUFFER = Buffer.allocUnsafeSlow(READ_BYTES);
const EMPTY = Buffer.alloc(0);
/** A call younger than this is not asked whether its owner has gone. */
const ABORT_CHECK_AFTER_MS = 50;

/** One socket to one origin, one call at a time; anything unexpected on it ends it. */
export class Connection implements ResponseSink, StreamSource {
  readonly bornAt: number;
  idleSince: number;
  readonly #host: ConnectionHost;
  readonly #origin: Origin;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  #isOpen = false;
  #isClosed = false;
  #call: Call | undefined;
  #deadline = 0;
  #sent = false;
  #answered = false;
  #isReused = false;
  #isPaused = false;
  #head: ResponseHead | undefined;
  #chunks: Buffer[] = [];
  #received = 0;
  #stream: SocketBody | undefined;

  constructor(origin: Origin, host: ConnectionHost, call: Call) {
    this.#origin = origin;
    this.#host = host;
    this.bornAt = call.startedAt;
    this.idleSince = call.startedAt;
    this.#parser = new ResponseParser(this);
    this.#take(call);
    this.#socket = dial(
      origin,
      {
        buffer: READ_BUFFER,
        callback: (length) => {
          this.#onRead(length);
          return true;
        },
      },
      host.dial,
    );
    this.#socket.once(origin.isTls ? 'secureConnect' : 'connect', () => this.#onOpen());
    this.#socket.on('error', (error) => this.#fail(this.#isOpen ? 'lost' : 'connect', error.message));
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('close', () => {
      this.#fail(this.#isOpen ? 'lost' : 'connect', 'the connection was closed');
      this.#close();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends the next call; only for an idle connection. */
  run(call: Call): void {
    this.#isReused = true;
    this.#take(call);
    flushAtEndOfTurn(this);
  }

  /** Sends the call that was taken, unless it has ended meanwhile. */
  flush(): void {
    if (this.#call !== undefined && !this.#sent && !this.#isClosed) this.#send(this.#call);
  }

  /** Ends what has outlived its time; called every few milliseconds. */
  check(now: number, idleTimeoutMs: number): void {
    const call = this.#call;
    if (call === undefined) {
      if (now - this.idleSince > idleTimeoutMs) this.#close();
    } else if (now > this.#deadline && !this.#isPaused) {
      this.#fail('timeout', 'the upstream did not answer in time');
    } else if (call.owner !== undefined && now - call.startedAt > ABORT_CHECK_AFTER_MS && call.owner.signal.aborted) {
      this.#fail('aborted', 'the caller gave up');
    }
  }

  close(): void {
    this.#fail('aborted', 'the gateway is closing');
    this.#close();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#deadline = Date.now() + (this.#call?.timeoutMs ?? 0);
    this.#socket.resume();
  }

  abandon(): void {
    this.#call = undefined;
    this.#stream = undefined;
    this.#close();
  }

  onHead(head: ResponseHead): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#head = head;
    if (head.contentLength > call.maxBodyBytes && call.method !== 'HEAD') {
      this.#fail('too-large', 'the answer announces more bytes than allowed');
    } else if (head.contentLength > call.wholeBytes && call.method !== 'HEAD') this.#beginStream(call, head);
  }

  onBody(buffer: Buffer, start: number, end: number): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#received += end - start;
    if (this.#received > call.maxBodyBytes) {
      this.#fail('too-large', 'the answer has more bytes than allowed');
      return;
    }
    const chunk = Buffer.allocUnsafe(end - start);
    buffer.copy(chunk, 0, start, end);
    if (this.#stream !== undefined) {
      this.#deadline = Date.now() + call.timeoutMs;
      this.#stream.push(chunk);
      return;
    }
    this.#chunks.push(chunk);
    if (this.#received > call.wholeBytes && this.#head !== undefined) this.#beginStream(call, this.#head);
  }

  #take(call: Call): void {
    this.#call = call;
    this.#deadline = call.startedAt + call.timeoutMs;
    this.#sent = false;
    this.#answered = false;
    this.#head = undefined;
    this.#received = 0;
    this.#stream = undefined;
    this.#parser.begin(call.method === 'HEAD');
  }

  #onOpen(): void {
    this.#isOpen = true;
    const call = this.#call;
    if (call === undefined) return;
    if (!speaksHttp1(this.#socket)) this.#fail('connect', 'the upstream does not speak HTTP/1.1');
    else this.#send(call);
  }

  #send(call: Call): void {
    this.#sent = true;
    const { body } = call;
    if (body === undefined) {
      this.#socket.write(`${call.head}\r\n`, 'latin1');
      return;
    }
    const head = `${call.head}content-length: ${body.length}\r\n\r\n`;
    if (body.length <= READ_BYTES) {
      // One write, one packet: head and body in the same bytes.
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, 0, 'latin1');
      body.copy(bytes, head.length);
      this.#socket.write(bytes);
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
  }

  #onRead(length: number): void {
    if (this.#isClosed) return;
    if (this.#call === undefined || !this.#sent) {
      // Nobody asked: an answer to nothing would be taken for the answer to the next call.
      this.#fail('invalid', 'bytes came before the request');
      this.#close();
      return;
    }
    this.#answered = true;
    try {
      const at = this.#parser.read(READ_BUFFER, 0, length);
      if (this.#parser.done && this.#call !== undefined) this.#complete(at < length);
    } catch (error) {
      // Whatever it is, it ends this call and nothing else.
      const cause = error instanceof MessageFault ? error.message : String(error);
      this.#fail('invalid', `the answer is not valid HTTP/1.1: ${cause}`);
    }
  }

  #onEnd(): void {
    if (this.#call !== undefined && this.#head !== undefined && this.#parser.finish()) this.#complete(true);
    else this.#fail('lost', 'the upstream ended the connection');
    this.#close();
  }

  #beginStream(call: Call, head: ResponseHead): void {
    const stream = new SocketBody(this);
    this.#stream = stream;
    for (const chunk of this.#chunks) stream.push(chunk);
    this.#chunks = [];
    this.#deadline = Date.now() + call.timeoutMs;
    call.resolve({ status: head.status, head, body: stream });
  }

  /** `isSpent`: nothing may be sent on this connection again, because bytes followed the answer, say. */
  #complete(isSpent: boolean): void {
    const call = this.#call;
    const head = this.#head;
    if (call === undefined || head === undefined) return;
    const stream = this.#stream;
    const chunks = this.#chunks;
    this.#call = undefined;
    this.#head = undefined;
    this.#stream = undefined;
    if (stream !== undefined) stream.end();
    else {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : chunks.length === 0 ? EMPTY : Buffer.concat(chunks);
      if (chunks.length > 0) this.#chunks = [];
      call.resolve({ status: head.status, head, body });
    }
    // An answer before the whole request was read leaves the rest of it in the way of the next one.
    if (isSpent || head.close || this.#isPaused || this.#socket.writableLength > 0) this.#close();
    else this.#host.onIdle(this);
  }

  #fail(kind: UpstreamErrorKind, message: string): void {
    const call = this.#call;
    if (call === undefined) return;
    const stream = this.#stream;
    this.#call = undefined;
    this.#stream = undefined;
    this.#chunks = [];
    if (kind === 'lost' && this.#isReused && !this.#answered && call.isSafe) {
      this.#close();
      this.#host.onStale(call);
      return;
    }
    const error = new UpstreamError(kind, `${this.#origin.key}: ${message}`, this.#sent, this.#answered);
    if (stream === undefined) call.reject(error);
    else stream.fail(error);
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#host.onClosed(this);
  }
}
