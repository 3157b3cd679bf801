import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { SystemEnvironment, UpstreamTrust } from '../../catalog/documents.ts';
import { type TestCertificate, testAuthority } from '../certificates.fixture.ts';
import { RefusalError } from '../problems.ts';
import type { UpstreamTls } from '../upstream.ts';
import { createHttpClient } from './http-client.ts';
import { openUpstreamTls } from './open-tls.ts';
import { parseOrigin } from './origin.ts';
import { createTransport } from './transport.ts';

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const company = await testAuthority('the company');
const stranger = await testAuthority('somebody else');
const gateway = await company.issue('gateway');
const renewed = await company.issue('gateway renewed');

const TRUST: UpstreamTrust = {
  clientCertificate: { env: 'CERT' },
  clientKey: { env: 'KEY' },
  authority: { env: 'CA' },
};

/** The certificates of an environment, where the secrets hold these texts. */
function opened(texts: Record<string, string>, tls: UpstreamTrust = TRUST, open = openerOf(texts)): UpstreamTls {
  const found = open({ url: 'https://erp.example', tls });
  assert.ok(found !== undefined);
  return found;
}

function openerOf(texts: Record<string, string>) {
  return openUpstreamTls((reference) => ('env' in reference ? (texts[reference.env] ?? '') : ''));
}

const textsOf = ({ cert, key }: TestCertificate, ca = company.cert) => ({ CERT: cert, KEY: key, CA: ca });

/** A system that speaks only to who has a certificate of the company, and says whom it heard. */
async function system(certificate: TestCertificate): Promise<string> {
  const server = createServer(
    { ...certificate, ca: company.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.setHeader('content-type', 'application/json').end(JSON.stringify(subject.CN));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  closers.push(() => server.close());
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

function transport() {
  const client = createHttpClient();
  closers.push(() => client.close());
  const send = createTransport(client);
  const ask = async (url: string, tls?: UpstreamTls): Promise<unknown> => {
    const request = { origin: url, method: 'GET', path: '/', headers: [], body: undefined, timeoutMs: 5000 };
    return JSON.parse(String((await send({ ...request, tls })).body));
  };
  return { client, ask };
}

const unreachable = (error: unknown) => error instanceof RefusalError && error.refusal.code === 'upstream-unavailable';

describe('certificates towards a system', () => {
  test('prove the gateway to it, and it to the gateway by the authority that is named', async () => {
    const url = await system(await company.issue('localhost'));
    const { ask } = transport();
    assert.equal(await ask(url, opened(textsOf(gateway))), 'gateway');
    await assert.rejects(ask(url, opened({ CA: company.cert }, { authority: { env: 'CA' } })), unreachable);
    await assert.rejects(ask(url), unreachable);
    const foreign = textsOf(await stranger.issue('gateway'));
    await assert.rejects(ask(url, opened(foreign)), unreachable, 'of another authority');
  });

  test('trust nobody but that authority, and only for the name that was called', async () => {
    const byStranger = await system(await stranger.issue('localhost'));
    const otherName = await system(await company.issue('erp.example'));
    const { ask } = transport();
    for (const url of [byStranger, otherName]) await assert.rejects(ask(url, opened(textsOf(gateway))), unreachable);
  });

  test('never share a connection with others to the same place', async () => {
    const url = await system(await company.issue('localhost'));
    const { client, ask } = transport();
    const [one, other] = [opened(textsOf(gateway)), opened(textsOf(renewed))];
    assert.equal(await ask(url, one), 'gateway');
    assert.equal(await ask(url, other), 'gateway renewed');
    assert.equal(await ask(url, one), 'gateway');
    assert.equal(client.to(parseOrigin(url, false, one)).connections, 1);
    assert.equal(client.to(parseOrigin(url, false, other)).connections, 1);
    assert.equal(client.to(parseOrigin(url)).connections, 0);
  });

  test('are the same as long as their texts are, and renewed with them', () => {
    const texts = textsOf(gateway);
    const open = openerOf(texts);
    const first = opened(texts, TRUST, open);
    assert.equal(opened(texts, TRUST, open), first);
    Object.assign(texts, textsOf(renewed));
    assert.notEqual(opened(texts, TRUST, open).key, first.key);
  });

  test('are told to be wrong when they are read, not when a call fails', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const locked = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
    const texts = textsOf(gateway);
    for (const [change, reason] of [
      [{ KEY: renewed.key }, /does not belong to its client certificate/],
      [{ KEY: 'word' }, /no private key in PEM/],
      [{ KEY: locked }, /without a passphrase/],
      [{ CERT: gateway.key }, /clientCertificate of the system is no certificate/],
      [{ CA: 'word' }, /authority of the system is no certificate/],
      [{ CA: company.cert.replace('MII', 'MIX') }, /authority of the system is no certificate/],
    ] as const) {
      assert.throws(
        () => opened({ ...texts, ...change }),
        (error: Error) => reason.test(error.message) && !/BEGIN|word/.test(error.message),
      );
    }
  });

  test('are none where an environment names none, and never go over plain http', () => {
    const environment: SystemEnvironment = { url: 'https://erp.example' };
    assert.equal(openerOf({})(environment), undefined);
    assert.throws(() => parseOrigin('http://localhost', false, opened(textsOf(gateway))), /no certificates/);
  });
});
