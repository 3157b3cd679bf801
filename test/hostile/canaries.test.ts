import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, test } from 'node:test';
import { ZipFile } from 'yazl';
import { isAccess, resolvedEntries } from '../../audit/record/entry-reader.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { clientToken } from '../e2e/house.fixture.ts';
import { CANARIES, type Sink, sightings } from './canaries.fixture.ts';
import { DESK_KEY } from './order-desk.fixture.ts';
import { type Planted, plantedRequests } from './planted-requests.fixture.ts';
import { type Poison, type ServedCompany, serveCompany } from './served-company.fixture.ts';
import { answerOf, filesBelow } from './sinks.fixture.ts';

const ADMIN_TOKEN = 'demo-admin-token-known-to-everybody';
const AUDITOR = { authorization: 'Bearer demo-auditor-token-known-to-everybody' };
/** Secrets of the systems around the gateway, which it knows and must not tell either. */
const KNOWN = { carrierKey: 'demo-carrier-key', clientSecret: 'demo-salesforce-crm', deskKey: DESK_KEY };

const everything = Object.values(CANARIES).join(' | ');
const quoted = JSON.stringify(everything);
/** What a system may say when it fails, and when it does not. */
const POISONS: readonly Poison[] = [
  ...[400, 401, 403, 404, 409, 422, 429, 500, 502, 503].map((status) => ({
    status,
    type: 'application/json',
    body: `{"name": "odoo.exceptions.ValidationError", "message": ${quoted}, "arguments": [${quoted}], "debug": ${quoted}}`,
    more: encodeURIComponent(everything),
  })),
  { status: 500, type: 'text/html', body: `<h1>${everything}</h1>` },
  { status: 500, type: 'text/html', body: `<h1>${everything}</h1>`, path: /\/write$/ },
  { status: 200, type: 'text/html', body: `<h1>${everything}</h1>` },
  { status: 200, type: 'application/json', body: `{"result": ${quoted}, ` },
  { status: 200, type: 'application/json', body: `[{"id": 10, "name": ${quoted}, "email": ${quoted}}]` },
  { status: 200, type: 'application/json', body: `[{"id": ${quoted}, "name": ${quoted}}]` },
  { status: 200, type: 'application/json', body: `{"trackingNumber": ${quoted}, "status": ${quoted}, ${quoted}: 1}` },
  { status: 200, type: `application/json; charset=${encodeURIComponent(everything)}`, body: quoted },
];

describe('what is planted in every input', () => {
  let served: ServedCompany;
  let token: string;
  const heard: { readonly request: Planted; readonly status: number; readonly text: string }[] = [];

  before(async () => {
    served = await serveCompany({});
    token = await clientToken(served.adminUrl, 'salesforce-crm');
  });
  after(() => served.close());

  async function send(request: Planted): Promise<void> {
    const { at, method, path, headers = {}, body } = request;
    const url = `${at === 'gateway' ? served.gatewayUrl : served.adminUrl}${path}`;
    const response = await fetch(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
    heard.push({ request, status: response.status, text: await response.text() });
  }

  /** What is no HTTP, or not yet a request. */
  async function sendRaw(text: string): Promise<void> {
    const { hostname, port } = new URL(served.gatewayUrl);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.end(text);
    socket.resume();
    await once(socket, 'close');
  }

  test('was planted everywhere: every kind of end is on record', async () => {
    for (const canary of Object.values(CANARIES)) {
      for (const request of plantedRequests(canary, token)) await send(request);
      await sendRaw(`GET /${canary} HTTP/1.1\r\nhost: ${canary}\r\n${canary}: ${canary}\r\n\r\n`);
      await sendRaw(`${canary}\r\n\r\n`);
    }
    const auth = { authorization: `Bearer ${token}` };
    const desk = plantedRequests('name', token).filter(({ name }) => name === 'json-rpc execute_kw');
    const care = { authorization: `Bearer ${await clientToken(served.adminUrl, 'care-desk')}` };
    for (const poison of POISONS) {
      served.poison(poison);
      for (const path of ['/customer-master/v1/customers', '/customer-master/v1/customers/10']) {
        await send({ name: path, at: 'gateway', method: 'GET', path, headers: auth });
      }
      const body = '{"phone": "1"}';
      const headers = { ...auth, 'content-type': 'application/json' };
      await send({
        name: 'PATCH',
        at: 'gateway',
        method: 'PATCH',
        path: '/customer-master/v1/customers/11',
        headers,
        body,
      });
      const path = '/parcel-tracking/v1/parcels/PC12345678BE';
      await send({ name: path, at: 'gateway', method: 'GET', path, headers: care });
      for (const request of desk.slice(0, 6)) await send(request);
    }
    served.poison(undefined);

    const codes = new Set((await records()).map(({ code = 'none' }) => code));
    for (const code of [
      ...['none', 'token-invalid', 'not-found', 'parameter-invalid', 'parameter-unknown', 'field-not-granted'],
      ...['field-not-writable', 'body-invalid', 'request-malformed', 'record-not-found', 'upstream-failed'],
      ...['upstream-answer-invalid', 'upstream-refused', 'business-rule', 'outcome-unknown'],
    ]) {
      assert.ok(codes.has(code), `nothing ended by ${code}: ${[...codes].join(' ')}`);
    }
  });

  async function records() {
    const log = await openFolderReader(join(served.dataFolder, 'audit'));
    const found: { code?: string }[] = [];
    for await (const { entry } of resolvedEntries(log.entries(0, (await log.checkpoint()).size))) {
      if (isAccess(entry)) found.push(entry);
    }
    return found;
  }

  test('is found in no sink while the gateway runs', async () => {
    const { adminUrl } = served;
    const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const answers = [
      answerOf(`${adminUrl}/metrics`),
      answerOf(`${adminUrl}/health/live`),
      answerOf(`${adminUrl}/health/ready`),
      answerOf(`${adminUrl}/api/catalog`, admin),
      answerOf(`${adminUrl}/api/records?limit=1000`, admin),
    ];
    const sinks = [await exported(), ...(await Promise.all(answers)), ...(await sinksAtRest())];
    assert.ok(sinks.length > 12, `only ${sinks.length} sinks`);
    assert.deepEqual(sightings({ ...CANARIES, ...KNOWN, token }, sinks), []);
  });

  test('is told by no refusal to somebody else than its sender', () => {
    const secrets = { ...KNOWN, token };
    for (const { request, status, text } of heard) {
      if (status < 400) continue;
      const sink = { name: `${request.method} ${request.path} (${request.name})`, content: Buffer.from(text) };
      assert.deepEqual(sightings(secrets, [sink]), []);
    }
    // What a system answered is told to nobody but in granted fields.
    const poisoned = heard.slice(-POISONS.length * 10).filter(({ status }) => status >= 400);
    assert.ok(poisoned.length > POISONS.length);
    const sinks = poisoned.map(({ request, text }) => ({ name: request.name, content: Buffer.from(text) }));
    assert.deepEqual(sightings(CANARIES, sinks), []);
  });

  test('is found in no sink after the gateway has ended', async () => {
    await served.end();
    assert.deepEqual(sightings({ ...CANARIES, ...KNOWN, token }, await sinksAtRest()), []);
  });

  async function sinksAtRest(): Promise<Sink[]> {
    return [{ name: 'output', content: Buffer.from(served.output()) }, ...(await filesBelow(served.dataFolder))];
  }

  /** An archive of everything, asked for with canaries in the question; it lands in the data folder. */
  async function exported(): Promise<Sink> {
    const order = {
      question: { records: Object.values(CANARIES).map((canary) => `odoo/res.partner:${canary}`) },
      formats: ['csv', 'jsonl', 'ocsf', 'parquet'],
    };
    const headers = { ...AUDITOR, 'content-type': 'application/json' };
    for (const question of [order.question, {}]) {
      const body = JSON.stringify({ ...order, question });
      const begun = await fetch(`${served.adminUrl}/api/audit/exports`, { method: 'POST', headers, body });
      const { id } = (await begun.json()) as { id: string };
      assert.equal(begun.status, 202);
      const url = `${served.adminUrl}/api/audit/exports/${id}`;
      for (;;) {
        const state = (await (await fetch(url, { headers: AUDITOR })).json()) as { state: string };
        assert.notEqual(state.state, 'failed');
        if (state.state !== 'done') continue;
        const archive = await fetch(`${url}/archive`, { headers: AUDITOR });
        await writeFile(join(served.dataFolder, `${id}.zip`), Buffer.from(await archive.arrayBuffer()));
        break;
      }
    }
    return answerOf(`${served.adminUrl}/api/audit/checkpoint`, AUDITOR);
  }
});

describe('the search itself', () => {
  test('finds a canary in any form, in files and in archives', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-canary-'));
    try {
      const { text, iban } = CANARIES;
      const forms: Record<string, Buffer> = {
        plain: Buffer.from(`before ${text} after`),
        upper: Buffer.from(iban.toLowerCase()),
        json: Buffer.from(JSON.stringify({ text })),
        ascii: Buffer.from(
          JSON.stringify(text).replaceAll('ë', '\\u00eb').replaceAll('“', '\\u201c').replaceAll('”', '\\u201d'),
        ),
        url: Buffer.from(`https://x.example/?q=${encodeURIComponent(text)}`),
        form: Buffer.from(new URLSearchParams({ q: text }).toString()),
        hex: Buffer.from(Buffer.from(text).toString('hex')),
        utf16: Buffer.from(text, 'utf16le'),
        ...Object.fromEntries(
          ['', 'x', 'xy'].map((lead) => [
            `base64${lead}`,
            Buffer.from(Buffer.from(`${lead}${text}!`).toString('base64')),
          ]),
        ),
      };
      for (const [name, content] of Object.entries(forms)) await writeFile(join(folder, name), content);
      await writeZip(join(folder, 'zip'), 'inner.txt', Buffer.from(text.repeat(100)));
      const found = sightings(CANARIES, await filesBelow(folder));
      for (const name of [...Object.keys(forms), 'zip']) {
        assert.ok(
          found.some(({ sink }) => sink === name || sink === `${name}: inner.txt`),
          name,
        );
      }
      await writeFile(join(folder, 'clean'), 'nothing here');
      assert.ok(found.every(({ sink }) => sink !== 'clean'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function writeZip(path: string, name: string, content: Buffer): Promise<void> {
  const zip = new ZipFile();
  zip.addBuffer(content, name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
