import type { BodyStream } from '../upstream.ts';

/** The source of a stream: may be told to wait, to go on, or that nobody wants the rest. */
export interface StreamSource {
  pause(): void;
  resume(): void;
  abandon(): void;
}

const HIGH_WATER = 256 * 1024;
const LOW_WATER = 64 * 1024;

/**
 * A long body as it arrives. Holds at most about 256 kB plus one read; the socket waits while the reader is slow.
 * Read once. Iteration throws the error that `fail` was given, after what arrived before it.
 */
export class SocketBody implements BodyStream {
  readonly #source: StreamSource;
  readonly #queue: Buffer[] = [];
  #queued = 0;
  #isPaused = false;
  #isEnded = false;
  #error: Error | undefined;
  #waiting: { resolve: (result: IteratorResult<Buffer>) => void; reject: (error: Error) => void } | undefined;

  constructor(source: StreamSource) {
    this.#source = source;
  }

  push(chunk: Buffer): void {
    if (this.#isEnded) return;
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve({ done: false, value: chunk });
      return;
    }
    this.#queue.push(chunk);
    this.#queued += chunk.length;
    if (this.#queued > HIGH_WATER && !this.#isPaused) {
      this.#isPaused = true;
      this.#source.pause();
    }
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  fail(error: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  destroy(): void {
    const wasEnded = this.#isEnded;
    this.#queue.length = 0;
    this.#queued = 0;
    this.end();
    if (!wasEnded) this.#source.abandon();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return {
      next: () => this.#next(),
      return: () => {
        this.destroy();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #next(): Promise<IteratorResult<Buffer>> {
    const chunk = this.#queue.shift();
    if (chunk !== undefined) {
      this.#queued -= chunk.length;
      if (this.#isPaused && this.#queued < LOW_WATER) {
        this.#isPaused = false;
        this.#source.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
