import { connect } from 'node:net';

/** One HTTP message as its bytes have it. */
export interface HttpMessage {
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const PATIENCE_MS = 10_000;
const END = '\r\n\r\n';

/** Sends bytes as they are on a connection of their own and answers the message that came back. */
export function exchangeBytes(url: string, bytes: Buffer): Promise<HttpMessage> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer in time')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const message = readMessage(Buffer.concat(chunks));
      if (message !== undefined && message.body.length === lengthOf(message)) {
        socket.destroy();
        resolve(message);
      }
    });
    socket.on('close', () => reject(new Error(`ended in the middle: ${Buffer.concat(chunks).toString()}`)));
  });
}

/** Undefined where its headers are not complete yet. */
export function readMessage(bytes: Buffer): HttpMessage | undefined {
  const end = bytes.indexOf(END);
  if (end === -1) return undefined;
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { start, headers, body: bytes.subarray(end + END.length) };
}

export function writeMessage({ start, headers, body }: HttpMessage): Buffer {
  const lines = [start, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(lines.join('\r\n') + END, 'latin1'), body]);
}

export function headerIn({ headers }: HttpMessage, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

/** Answers of the gateway say how long they are. */
function lengthOf(message: HttpMessage): number {
  return Number(headerIn(message, 'content-length'));
}
