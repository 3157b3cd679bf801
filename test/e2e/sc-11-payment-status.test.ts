import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../../gateway/certificates.fixture.ts';
import { jwks, KEYS, type TestIssuer, testIssuer, token } from '../../gateway/identity/tokens.fixture.ts';
import { type House, noteExchange, openHouse } from './house.fixture.ts';

const PAYMENTS = '/payment-status/v1/payments';
const OPEN_ITEMS = '/payment-status/v1/open-items';

interface BankAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** SC-11: the bank reads open items with a token bound to its certificate, by day, with accounts masked. */
describe('SC-11 payment status', async () => {
  const itself = await selfSigned('127.0.0.1');
  let house: House;
  let issuer: TestIssuer;
  let folder: string;
  const thumbprint = Buffer.from(new X509Certificate(itself.cert).fingerprint256.replaceAll(':', ''), 'hex').toString(
    'base64url',
  );
  const always = (text: string) =>
    text.replace('rate: { perSecond: 2, burst: 4 }', 'rate: { perSecond: 500, burst: 500 }');

  /** The bank has an authorization server of its own; the rest of its documents stay as they are. */
  const edit = (window: string) => ({
    'plans.yaml': always,
    'consumers.yaml': (text: string) =>
      text.replace(/- id: bank-connect\n[\s\S]*?(?=\n---)/, `- id: bank-connect\n      issuer: ${issuer.url}`),
    'payment-status/grants.yaml': (text: string) => text.replace(/window: \{[^}]*\}/, `window: { ${window} }`),
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-tls-'));
    await writeFile(join(folder, 'cert.pem'), itself.cert);
    await writeFile(join(folder, 'key.pem'), itself.key);
    issuer = await testIssuer(() => jwks(KEYS.rs256));
    await writeFile(join(folder, 'issuers.json'), JSON.stringify([{ url: issuer.url, environmentRequired: true }]));
    house = await open('from: "00:00", to: "23:59", timeZone: Europe/Brussels');
  });
  after(async () => {
    await house.stop();
    await issuer.close();
    await rm(folder, { recursive: true, force: true });
  });

  function open(window: string): Promise<House> {
    return openHouse({
      edit: edit(window),
      variables: {
        PORTCULLIS_TLS_CERT: join(folder, 'cert.pem'),
        PORTCULLIS_TLS_KEY: join(folder, 'key.pem'),
        PORTCULLIS_TLS_CLIENT_CA: join(folder, 'cert.pem'),
        PORTCULLIS_EXTERNAL_ISSUERS: join(folder, 'issuers.json'),
      },
    });
  }

  function bankToken(more: Record<string, unknown> = {}): string {
    const now = Math.floor(Date.now() / 1000);
    return token(KEYS.rs256, {
      iss: issuer.url,
      aud: 'urn:portcullis:production',
      sub: 'bank-connect',
      client_id: 'bank-connect',
      jti: `bank-${Math.random()}`,
      iat: now - 5,
      exp: now + 300,
      env: 'production',
      cnf: { 'x5t#S256': thumbprint },
      ...more,
    });
  }

  function get(
    at: House,
    path: string,
    bearer: string,
    certificate: { readonly cert: string; readonly key: string; readonly session?: Buffer } = itself,
    listen?: { session(one: Buffer): unknown; reused(reused: boolean): unknown },
  ): Promise<BankAnswer> {
    return new Promise((resolve, reject) => {
      const call = request(
        `${at.portcullis.gatewayUrl}${path}`,
        { ca: itself.cert, ...certificate, headers: { authorization: `Bearer ${bearer}` }, agent: false },
        (response) => {
          listen?.reused((response.socket as TLSSocket).isSessionReused());
          noteExchange(at.portcullis.gatewayUrl, String(response.headers['portcullis-exchange']));
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text, json: JSON.parse(text) }));
        },
      );
      call.on('error', reject);
      if (listen !== undefined) call.on('socket', (socket) => socket.on('session', listen.session));
      call.end();
    });
  }

  test('payments come with the last characters of an account and with ids instead of names', async () => {
    const { status, json, text } = await get(house, `${PAYMENTS}?limit=100`, bankToken());
    assert.equal(status, 200, text);
    const items = json.items as Record<string, unknown>[];
    assert.ok(items.length > 0);
    for (const item of items) {
      assert.ok(item.bankAccount === null || /^\*{4}.{4}$/.test(String(item.bankAccount)), String(item.bankAccount));
      assert.equal(typeof item.partnerId, 'number');
      assert.match(String(item.amount), /^\d+\.\d\d$/);
      assert.notEqual(item.state, 'draft');
    }
    for (const row of house.company.odoo.db.tables.get('res.partner.bank')?.rows.values() ?? []) {
      assert.ok(!text.includes(String(row.get('acc_number'))));
    }
  });

  test('open items are posted and unpaid', async () => {
    const { status, json, text } = await get(house, `${OPEN_ITEMS}?limit=100`, bankToken());
    assert.equal(status, 200, text);
    for (const item of json.items as Record<string, unknown>[]) {
      assert.ok(['not_paid', 'partial', 'in_payment'].includes(String(item.paymentState)));
    }
  });

  test('the same token over a connection with another certificate is 401', async () => {
    const { status, json } = await get(house, PAYMENTS, bankToken(), await selfSigned('another bank'));
    assert.equal(status, 401);
    assert.equal(json.code, 'token-invalid');
  });

  test('a resumed connection still has its certificate: the token is accepted, and nobody else can resume it', async () => {
    let session: Buffer | undefined;
    let isResumed = false;
    const reused = (is: boolean): void => {
      isResumed = is;
    };
    const hear = (one: Buffer): void => {
      session = one;
    };
    assert.equal((await get(house, PAYMENTS, bankToken(), itself, { session: hear, reused })).status, 200);
    assert.ok(session !== undefined);
    const again = { ...itself, session };
    assert.equal((await get(house, PAYMENTS, bankToken(), again, { session: hear, reused })).status, 200);
    assert.equal(isResumed, true);
    // What a session was begun with counts, not what is shown beside it.
    let foreign: Buffer | undefined;
    const hearForeign = (one: Buffer): void => {
      foreign = one;
    };
    const other = await selfSigned('another bank');
    assert.equal((await get(house, PAYMENTS, bankToken(), other, { session: hearForeign, reused })).status, 401);
    assert.ok(foreign !== undefined);
    assert.equal((await get(house, PAYMENTS, bankToken(), { ...itself, session: foreign })).status, 401);
  });

  test('a token that is not bound, or bound to another certificate, is 401', async () => {
    assert.equal((await get(house, PAYMENTS, bankToken({ cnf: undefined }))).status, 401);
    assert.equal((await get(house, PAYMENTS, bankToken({ cnf: { 'x5t#S256': 'A'.repeat(43) } }))).status, 401);
  });

  test('a token of the test environment is 401', async () => {
    assert.equal((await get(house, PAYMENTS, bankToken({ env: 'test' }))).status, 401);
    assert.equal((await get(house, PAYMENTS, bankToken({ aud: 'urn:portcullis:test' }))).status, 401);
  });

  test('the whole account number is nowhere: not in refusals, not on record', async () => {
    const refused = await get(house, `${PAYMENTS}?filter[bankAccount][eq]=BE71096123456769`, bankToken());
    assert.ok(refused.status >= 400);
    const records = JSON.stringify(await house.records());
    for (const row of house.company.odoo.db.tables.get('res.partner.bank')?.rows.values() ?? []) {
      assert.ok(!records.includes(String(row.get('acc_number'))));
      assert.ok(!refused.text.includes(String(row.get('acc_number'))));
    }
    assert.ok(!records.includes('BE71096123456769'));
  });

  test('every read is on record with purpose, count and fields', async () => {
    await get(house, `${PAYMENTS}?limit=2`, bankToken());
    const record = (await house.records()).at(-1);
    assert.equal(record?.purpose, 'Match incoming and outgoing payments');
    assert.equal(record?.records, 2);
    assert.ok(record?.returned?.includes('Payment.bankAccount'));
    assert.ok(record?.masked?.includes('Payment.bankAccount'));
  });

  test('outside its hours the bank is refused', async () => {
    // An hour that ended before now, whatever the time: the window is data, not code.
    const hour = (new Date().getUTCHours() + 2) % 24;
    const from = `${String(hour).padStart(2, '0')}:00`;
    const closed = await open(`from: "${from}", to: "${from.replace(':00', ':01')}", timeZone: UTC`);
    try {
      const { status, json } = await get(closed, PAYMENTS, bankToken());
      assert.equal(status, 403);
      assert.equal(json.code, 'outside-window');
    } finally {
      await closed.stop();
    }
  });
});
