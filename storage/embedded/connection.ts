import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { Engine } from './engine.ts';

/** The socket of a PostgreSQL client, with the embedded database at its other end. */
export class EmbeddedConnection extends Duplex {
  readonly #engine: Pick<Engine, 'connect' | 'kill'>;
  #port: MessagePort | undefined;
  /** Messages that have not been answered yet. */
  #open = 0;

  constructor(engine: Pick<Engine, 'connect' | 'kill'>) {
    super({ allowHalfOpen: false });
    this.#engine = engine;
  }

  /** As `net.Socket` has it: says `connect` when it is. */
  connect(): this {
    this.#engine.connect().then(
      (port) => this.#attach(port),
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  /** What else a client does to a socket; without meaning here. */
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    this.#port?.ref();
    return this;
  }
  unref(): this {
    this.#port?.unref();
    return this;
  }

  #attach(port: MessagePort): void {
    if (this.destroyed) {
      port.close();
      return;
    }
    this.#port = port;
    port.on('message', (message: Uint8Array | 'done') => {
      if (message === 'done') this.#open--;
      else this.push(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
    });
    port.on('close', () => this.destroy());
    this.emit('connect');
  }

  override _read(): void {
    // Pushed as it comes: an answer is bounded by who asks for it.
  }

  override _write(chunk: Buffer, _encoding: unknown, done: (error?: Error) => void): void {
    this.#send(chunk, done);
  }

  /** A client corks the messages of one query: PGlite has to get them as one. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #send(message: Buffer, done: (error?: Error) => void): void {
    if (this.#port === undefined) done(new Error('the embedded database is not connected'));
    else {
      this.#open++;
      this.#port.postMessage(message);
      done();
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#open > 0) this.#engine.kill();
    this.#port?.close();
    done(error);
  }
}
