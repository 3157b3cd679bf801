import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ClientConnection, type ConnectionHost, type ConnectionLimits } from './client-connection.ts';
import type { ClientRequest } from './client-request.ts';

export const TEST_LIMITS: ConnectionLimits = {
  headerBytes: 16 * 1024,
  headerCount: 100,
  targetBytes: 8 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 65_000,
};

/** One request as a connection understood it. */
export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** A connection whose client is the test, without a network between them. */
export interface TestConnection {
  readonly connection: ClientConnection;
  readonly socket: Duplex;
  /** Requests whose bodies were read whole, in order. */
  readonly read: ReadRequest[];
  /** Requests that were refused before or while they were read, by problem code. */
  readonly refused: string[];
  /** All that was handed to the client so far. */
  sent(): string;
  /** Gives bytes to the connection and lets all that waits run. */
  push(text: string | Buffer): Promise<void>;
  /** The client takes what was written first, where it takes nothing by itself. */
  take(): Promise<void>;
  readonly isClosed: boolean;
}

export interface TestConnectionOptions {
  readonly limits?: Partial<ConnectionLimits>;
  readonly bodyBytes?: number;
  readonly isDraining?: boolean;
  /** Default: reads the body and answers 200 with an empty object. */
  readonly onRequest?: (request: ClientRequest) => void;
  /** Bytes are taken at once; false: when the test says so. */
  readonly takes?: boolean;
}

export function testConnection(options: TestConnectionOptions = {}): TestConnection {
  const sent: Buffer[] = [];
  const held: (() => void)[] = [];
  const read: ReadRequest[] = [];
  const refused: string[] = [];
  let isClosed = false;
  const socket = new Duplex({
    allowHalfOpen: false,
    read() {},
    write(chunk: Buffer, _encoding, done) {
      sent.push(chunk);
      if (options.takes !== false) done();
      else held.push(done);
    },
  });
  const answer = (request: ClientRequest): void => {
    if (request.refusal !== undefined) {
      refused.push(request.refusal.code);
      request.send(400, '', Buffer.from('{}'));
      return;
    }
    const finish = (body: Buffer | { readonly code: string }): void => {
      const isRead = Buffer.isBuffer(body);
      if (!isRead) refused.push(body.code);
      else {
        const { method, target, headers } = request;
        read.push({ method, target, headers: headers.raw, body: body.toString('latin1') });
      }
      request.send(isRead ? 200 : 400, '', Buffer.from('{}'));
    };
    const body = request.readBody(options.bodyBytes ?? 1024 * 1024);
    if (body instanceof Promise) void body.then(finish);
    else finish(body);
  };
  const host: ConnectionHost = {
    limits: { ...TEST_LIMITS, ...options.limits },
    isDraining: options.isDraining ?? false,
    onRequest: options.onRequest ?? answer,
    onClosed: () => {
      isClosed = true;
    },
    onFault: (error) => {
      throw error;
    },
  };
  // A Duplex has all of a Socket that a connection asks for.
  const connection = new ClientConnection(socket as unknown as Socket, host);
  return {
    connection,
    socket,
    read,
    refused,
    sent: () => Buffer.concat(sent).toString('latin1'),
    async push(text) {
      socket.push(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
      await settled();
    },
    async take() {
      held.shift()?.();
      await settled();
    },
    get isClosed() {
      return isClosed;
    },
  };
}

/** After some turns of the event loop nothing is left that waits for nothing. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
