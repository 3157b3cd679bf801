import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { selfSigned } from './certificates.fixture.ts';
import { startTestGateway, testSnapshot } from './server.fixture.ts';

/** The first record of a TLS handshake, as much of it as announces more. */
const BEGINNING = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]);

async function open(limits = {}) {
  const listener = await selfSigned('127.0.0.1');
  const tls = { cert: Buffer.from(listener.cert), key: Buffer.from(listener.key), ca: undefined };
  const gateway = await startTestGateway(testSnapshot([{ method: 'GET', path: '/things' }]), limits, tls);
  return { gateway, ca: listener.cert };
}

async function silent(port: number, bytes = Buffer.alloc(0)): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  socket.resume();
  return socket;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function secured(port: number, ca: string): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca, maxVersion: 'TLSv1.2' });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

describe('TLS connections of clients', () => {
  test('that never finish their handshake are ended', async () => {
    const { gateway } = await open({ headersTimeoutMs: 100 });
    const sockets = await Promise.all([silent(gateway.port), silent(gateway.port, BEGINNING)]);
    await Promise.all(sockets.map(closed));
    await gateway.close();
  });

  test('in their handshake do not hold up the end of the gateway', async () => {
    const { gateway } = await open();
    const socket = await silent(gateway.port, BEGINNING);
    const ended = closed(socket);
    await gateway.gateway.drain(60_000);
    await ended;
  });

  test('that negotiate again and again are ended', async () => {
    const { gateway, ca } = await open();
    const socket = await secured(gateway.port, ca);
    const ended = closed(socket);
    const again = (): void => {
      if (!socket.destroyed) socket.renegotiate({}, (error) => error === null && again());
    };
    again();
    await ended;
    await gateway.close();
  });
});
