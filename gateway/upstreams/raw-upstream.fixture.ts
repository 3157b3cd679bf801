import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server that says exactly what a test wants, byte for byte. */
export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Request heads received so far, each with its body as far as it came with it. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** `respond` is called for every request head with the socket and the number of requests on that connection so far. */
export async function rawUpstream(
  respond: (socket: Socket, count: number, request: string) => void,
  make: (onSocket: (socket: Socket) => void) => Server = createServer,
): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server = make((socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    let count = 0;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      requests.push(text);
      const request = text;
      text = '';
      respond(socket, ++count, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A whole answer with a JSON body. */
export function jsonAnswer(body: string, status = '200 OK', headers = ''): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}
