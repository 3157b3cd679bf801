import { connect, createServer, type Socket } from 'node:net';
import { createClient } from 'redis';

/** The Redis that the test runner found or started. */
export function testRedisUrl(): string {
  const url = process.env.PORTCULLIS_TEST_REDIS_URL;
  if (url === undefined) throw new Error('no Redis: run tests by npm test -- FILE');
  return url;
}

/** A way to that Redis that can be cut and mended. */
export interface BreakableRedis {
  readonly url: string;
  cut(): void;
  mend(): void;
  close(): void;
}

export async function breakableRedis(): Promise<BreakableRedis> {
  const { hostname, port, pathname } = new URL(testRedisUrl());
  const sockets = new Set<Socket>();
  let isCut = false;
  const proxy = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => sockets.delete(one));
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${address.port}${pathname}`,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    close() {
      proxy.close();
      breakAll();
    },
  };
}

/** A plain client of the test Redis, to look at what lies there. */
export async function withRedis<T>(use: (client: TestClient) => Promise<T>): Promise<T> {
  const client = await testClient();
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** Removes what a test has left behind. */
export async function forgetKeys(pattern: string): Promise<void> {
  await withRedis(async (client) => {
    for await (const keys of client.scanIterator({ MATCH: pattern })) if (keys.length > 0) await client.del(keys);
  });
}

type TestClient = Awaited<ReturnType<typeof testClient>>;

function testClient() {
  return createClient({ url: testRedisUrl() }).connect();
}
