import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { selfSigned, type TestCertificate, testAuthority } from '../../gateway/certificates.fixture.ts';
import { type House, openHouse } from './house.fixture.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-tls-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode });
  return path;
}

describe('TLS towards clients', () => {
  let house: House;
  let listener: TestCertificate;
  let client: TestCertificate;
  before(async () => {
    listener = await selfSigned('127.0.0.1');
    client = await selfSigned('a client');
    house = await openHouse({
      variables: {
        PORTCULLIS_TLS_CERT: await written('cert.pem', listener.cert, 0o644),
        PORTCULLIS_TLS_KEY: await written('key.pem', listener.key),
        PORTCULLIS_TLS_CLIENT_CA: await written('client-ca.pem', client.cert, 0o644),
      },
    });
  });
  after(() => house.stop());

  interface Visit {
    readonly isResumed: boolean;
    readonly session: Buffer;
    readonly status: string;
  }

  /** One connection with one request; the session it could be resumed by. */
  async function visit(url: string, version: 'TLSv1.2' | 'TLSv1.3', session?: Buffer): Promise<Visit> {
    const { hostname, port } = new URL(url);
    const socket: TLSSocket = connect({
      host: hostname,
      port: Number(port),
      ca: listener.cert,
      ...client,
      minVersion: version,
      maxVersion: version,
      ...(session === undefined ? {} : { session }),
    });
    const sessions: Buffer[] = [];
    socket.on('session', (one: Buffer) => sessions.push(one));
    await once(socket, 'secureConnect');
    const isResumed = socket.isSessionReused();
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.write(`GET / HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
    await once(socket, 'close');
    return { isResumed, session: sessions.at(-1) ?? Buffer.of(), status: text.slice(9, 12) };
  }

  for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
    for (const which of ['gatewayUrl', 'adminUrl'] as const) {
      test(`a second connection to the ${which} resumes the session over ${version}`, async () => {
        const url = house.portcullis[which];
        const first = await visit(url, version);
        assert.equal(first.isResumed, false);
        assert.ok(first.session.length > 0, 'no session was offered');
        const second = await visit(url, version, first.session);
        assert.equal(second.isResumed, true);
        assert.equal(second.status, first.status);
      });
    }
  }

  test('a session of the gateway opens nothing at the admin part', async () => {
    const { session } = await visit(house.portcullis.gatewayUrl, 'TLSv1.3');
    assert.equal((await visit(house.portcullis.adminUrl, 'TLSv1.3', session)).isResumed, false);
  });
});

describe('mutual TLS towards a system', () => {
  let house: House;
  let front: Server;
  let certificate: string;
  const heard: string[] = [];

  before(async () => {
    const company = await testAuthority('the company');
    const gateway = await company.issue('gateway');
    certificate = await written('gateway.pem', gateway.cert, 0o644);
    let carrierPort = 0;
    const own = await company.issue('localhost');
    // Stands before the carrier and lets in only who shows a certificate of the company.
    front = createServer({ ...own, ca: company.cert, requestCert: true, rejectUnauthorized: true }, (socket) => {
      heard.push(String(socket.getPeerCertificate().subject?.CN));
      const carrier = connectTcp(carrierPort, '127.0.0.1');
      for (const one of [socket, carrier]) one.on('error', () => carrier.destroy());
      socket.pipe(carrier).pipe(socket);
    });
    front.on('tlsClientError', () => undefined);
    front.listen(0, 'localhost');
    await once(front, 'listening');
    const address = front.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const tls = [
      `clientCertificate: { file: ${certificate} }`,
      `clientKey: { file: ${await written('gateway.key', gateway.key)} }`,
      `authority: { file: ${await written('company.pem', company.cert, 0o644)} }`,
    ].join(', ');
    house = await openHouse({
      variables: { PORTCULLIS_DEMO: 'yes' },
      edit: {
        'systems.yaml': (text) =>
          text.replace(
            /url: http:\/\/127\.0\.0\.1:(\d+)\n( +)(credential: \{ type: header)/,
            (_all, at, indent, rest) => {
              carrierPort = Number(at);
              return `url: https://localhost:${port}\n${indent}tls: { ${tls} }\n${indent}${rest}`;
            },
          ),
      },
    });
    assert.ok(carrierPort > 0);
  });
  after(async () => {
    await house.stop();
    front.close();
  });

  test('the gateway shows its certificate, and trusts the private authority', async () => {
    const token = await house.token('care-desk');
    const { status, text } = await house.call('GET', '/parcel-tracking/v1/parcels/PC12345678BE', { token });
    assert.equal(status, 200, text);
    assert.deepEqual([...new Set(heard)], ['gateway']);
  });

  test('a catalog whose key does not belong to its certificate is refused, and the old one stays', async () => {
    const text = await readFile(certificate, 'utf8');
    await writeFile(certificate, (await selfSigned('another')).cert);
    const plans = join(house.company.catalogFolder, 'plans.yaml');
    await writeFile(plans, `${await readFile(plans, 'utf8')}\n# touched\n`);
    const outcome = await house.portcullis.reload();
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.faults.map(({ message }) => message).join('\n'), /does not belong to its client certificate/);
    await writeFile(certificate, text);
    assert.notEqual((await house.portcullis.reload()).kind, 'refused');
  });
});
