import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AUDITOR_TOKEN, openAuditedHouse } from './audited-house.fixture.ts';
import { portcullis } from './run-command.fixture.ts';

/** An auditor who has the address, a token and the key of the log, and nothing else. */
describe('an auditor', () => {
  let house: Awaited<ReturnType<typeof openAuditedHouse>>;
  const variables = { PORTCULLIS_AUDITOR_TOKEN: AUDITOR_TOKEN };
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${house.portcullis.adminUrl}/api${path}`, {
      headers: { authorization: `Bearer ${AUDITOR_TOKEN}` },
      ...init,
    });
  before(async () => {
    house = await openAuditedHouse();
    const token = await house.token('salesforce-crm');
    for (const limit of [1, 2, 3]) await house.call('GET', `/customer-master/v1/customers?limit=${limit}`, { token });
    await house.call('GET', '/customer-master/v1/customers?fields=name,creditLimit', { token });
    await house.records();
  });
  after(() => house.stop());

  test('takes out an archive that verifies with the key alone, in every format; that is on record', async () => {
    const out = join(house.folder, 'answers.zip');
    const asked = ['--consumer', 'salesforce-crm', '--decision', 'allowed', '--format', 'csv,jsonl,ocsf,parquet'];
    const server = ['--server', house.portcullis.adminUrl, '--out', out];
    const exported = await portcullis(['audit', 'export', ...server, ...asked], variables);
    assert.equal(exported.code, 0, exported.err);
    assert.match(exported.out, /3 rows/);
    const key = join(house.dataFolder, 'audit/keys.txt');
    const verified = await portcullis(['audit', 'verify', out, '--key', key]);
    assert.equal(verified.code, 0, verified.out);
    assert.match(verified.out, /^VERIFIED/);
    const listed = await portcullis(['audit', 'list', '--data', house.dataFolder, '--last', '1', '--json']);
    const { entry } = JSON.parse(listed.out) as { entry: Record<string, unknown> };
    assert.deepEqual([entry.type, entry.actor, entry.rows], ['export', 'audit-firm', 3]);
  });

  test('reads checkpoint, tiles and proofs; reading entries is on record', async () => {
    const checkpoint = await (await get('/audit/checkpoint')).text();
    assert.equal(checkpoint, await readFile(join(house.dataFolder, 'audit/checkpoint'), 'utf8'));
    const size = Number(checkpoint.split('\n')[1]);
    for (const path of [`/audit/tile/0/000.p/${size}`, `/audit/tile/entries/000.p/${size}`, '/audit/keys']) {
      assert.equal((await get(path)).status, 200, path);
    }
    const proof = join(house.folder, 'one.tlog-proof');
    await writeFile(proof, await (await get('/audit/proof/2')).text());
    const key = join(house.dataFolder, 'audit/keys.txt');
    assert.equal((await portcullis(['audit', 'verify', proof, '--key', key])).code, 0);
    const listed = await portcullis(['audit', 'list', '--data', house.dataFolder, '--last', '2', '--json']);
    for (const line of listed.out.trim().split('\n')) {
      assert.deepEqual(JSON.parse(line).entry.type, 'audit-read', line);
    }
  });

  test('reaches nothing else: no configuration, no other part of the disk, nothing without the token', async () => {
    for (const path of ['/catalog', '/records', '/nothing', '/audit/nothing']) {
      assert.equal((await get(path)).status, 403, path);
    }
    for (const path of ['/clients/salesforce-crm/revoke', '/keys/rotate']) {
      assert.equal((await get(path, { method: 'POST' })).status, 403, path);
    }
    for (const path of ['..%2f..%2fkeys%2faudit-log.json', '0/..%2f..%2f..%2fkeys', 'entries/000.p/999', '64']) {
      assert.equal((await get(`/audit/tile/${path}`)).status, 404, path);
    }
    assert.equal((await get('/audit/checkpoint', { headers: {} })).status, 401);
    for (const [order, mend] of [
      [{ formats: ['xlsx'] }, /formats is a list of csv/],
      [{ formats: ['csv'], question: { consumers: 'x' } }, /no "consumers"; it has/],
      [{ formats: ['csv'], question: { from: 'yesterday' } }, /from is a day or a time/],
      [{ formats: ['csv'], question: { records: ['7'] } }, /such as erp\/res\.partner:7/],
    ] as const) {
      const headers = { authorization: `Bearer ${AUDITOR_TOKEN}`, 'content-type': 'application/json' };
      const response = await get('/audit/exports', { method: 'POST', headers, body: JSON.stringify(order) });
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as { detail: string }).detail, mend);
    }
  });
});

/** The same auditor asks, and the index answers: the same as the ledger itself. */
describe('questions over the admin API', () => {
  let house: Awaited<ReturnType<typeof openAuditedHouse>>;
  before(async () => {
    house = await openAuditedHouse({ PORTCULLIS_AUDIT_INDEX: 'embedded' });
    const token = await house.token('salesforce-crm');
    for (const id of [10, 10, 11]) await house.call('GET', `/customer-master/v1/customers/${id}`, { token });
    await house.call('GET', '/customer-master/v1/customers?fields=name,creditLimit', { token });
    await house.records();
  });
  after(() => house.stop());
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${AUDITOR_TOKEN}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return await fetch(`${house.portcullis.adminUrl}/api/audit/${path}`, init);
  };
  const ask = async (question: object, more: object = {}) => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const response = await post('entries', { question, ...more });
      const answer = (await response.json()) as { logs?: { indexed: number }[]; rows: Row[]; next?: object };
      // It comes up beside the gateway, and follows it.
      if (response.status === 200 && answer.rows.length > 0) return answer;
      if (response.status !== 503 && response.status !== 200) throw new Error(JSON.stringify(answer));
      if (Date.now() > deadline) throw new Error('no answer within half a minute');
      await new Promise((next) => setTimeout(next, 20));
    }
  };
  interface Row {
    readonly index: number;
    readonly entry: { readonly decision?: string; readonly type: string; readonly query?: string };
    readonly place?: { readonly consumer?: string };
    readonly lists?: { readonly returned: readonly string[] };
  }

  test('who received a field of one customer, page by page', async () => {
    const question = { fields: ['Customer.name'], records: ['odoo/res.partner:10'] };
    const first = await ask(question, { limit: 1 });
    assert.equal(first.rows.length, 1);
    assert.equal(first.rows[0]?.place?.consumer, 'salesforce-crm');
    assert.ok(first.rows[0]?.lists?.returned.includes('Customer.name'));
    const second = await ask(question, { limit: 1, after: first.next });
    assert.ok((second.rows[0]?.index ?? 0) > (first.rows[0]?.index ?? 0));
    assert.equal(second.next, undefined);
    assert.equal(
      (await post('entries', { question: { ...question, records: ['odoo/res.partner:99999'] } })).status,
      200,
    );
  });

  test('what was refused, and by whom what was used', async () => {
    const { rows } = await ask({ decision: 'refused' });
    assert.equal(rows.length, 1);
    const { usage } = (await (await post('usage', { consumer: 'salesforce-crm', field: 'Customer.name' })).json()) as {
      usage: { kind: string; exchanges: number }[];
    };
    assert.deepEqual(
      usage.map(({ kind, exchanges }) => [kind, exchanges]),
      [['returned', 3]],
    );
  });

  test('the question itself is on record, without saying whom it was about', async () => {
    const { rows } = await ask({ types: ['audit-read'] });
    const queries = rows.map(({ entry }) => entry.query ?? '');
    assert.ok(queries.some((query) => query.includes('"handles":["')));
    assert.ok(queries.every((query) => !query.includes('res.partner')));
  });
});
