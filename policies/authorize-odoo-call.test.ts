import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Enforce, Verdict } from '../gateway/policy.ts';
import type { OdooMessage } from '../odoo/front/odoo-message.ts';
import type { OpenedDatabase } from '../odoo/front/opened-database.ts';
import { syntheticUid } from '../odoo/front/synthetic-uid.ts';
import type { Protocol, RpcRequest, UnboundCall } from '../odoo/wire/rpc-request.ts';
import { odooObject } from '../odoo/wire/value.ts';
import { answerOdooService } from './answer-odoo-service.ts';
import { authorizeOdooCall } from './authorize-odoo-call.ts';
import { grantedPlace, type TestExchange } from './exchange.fixture.ts';
import {
  CRM_KEY,
  frontPlan,
  heard,
  odooExchange,
  openedDatabase,
  servedOperation,
  testFront,
  testMessage,
} from './odoo-front.fixture.ts';

const UID = syntheticUid('crm');
const NOT_ALLOWED = {
  fault: { name: 'odoo.exceptions.AccessError', message: 'You are not allowed to access this model or method.' },
};

interface Said {
  readonly code: string;
  readonly heard: { readonly result?: unknown; readonly fault?: unknown };
  readonly headers: readonly string[];
  readonly exchange: TestExchange;
}

function say(message: OdooMessage, exchange: TestExchange, verdict: Verdict): Said {
  if (verdict === undefined) return { code: 'pass', heard: {}, headers: [], exchange };
  if (verdict.kind === 'refuse') return { code: verdict.code, heard: heard(message, verdict), headers: [], exchange };
  const { body, headers } = verdict.answer;
  return { code: 'answer', heard: JSON.parse(String(body)), headers, exchange };
}

interface Options {
  readonly protocol?: Protocol;
  readonly databases?: readonly OpenedDatabase[];
  readonly consumer?: string;
  readonly receivedAt?: number;
}

async function run(request: RpcRequest, options: Options = {}): Promise<Said> {
  const front = testFront(options.databases === undefined ? {} : { databases: options.databases });
  const message = testMessage(request, options.protocol);
  const at = options.receivedAt === undefined ? {} : { receivedAt: options.receivedAt };
  const exchange = odooExchange(message, at);
  const plan = frontPlan(front);
  const answer = answerOdooService().prepare(plan) as Enforce;
  const early = await answer(exchange);
  if (early !== undefined) return say(message, exchange, early);
  const { consumer } = grantedPlace();
  exchange.caller = {
    consumer: { ...consumer, metadata: { name: options.consumer ?? 'crm' } },
    clientId: options.consumer ?? 'crm',
    issuer: '',
    subject: 'crm',
    tokenId: '',
    claims: {},
  };
  const authorize = authorizeOdooCall().prepare(plan) as Enforce;
  return say(message, exchange, await authorize(exchange));
}

function call(model: string, method: string, more: Partial<UnboundCall> = {}, database?: string): RpcRequest {
  return {
    kind: 'call',
    database: database ?? 'distribution',
    credential: { type: 'password', uid: UID, secret: CRM_KEY },
    call: { model, method, positional: [], named: odooObject([]), form: 'positional', ...more },
  };
}

describe('authorize-odoo-call', () => {
  const operations = (['list', 'get', 'create', 'update', 'delete'] as const).map((one) => servedOperation(one));
  const databases = [openedDatabase([...operations, servedOperation('action', { method: 'action_confirm' })])];

  for (const [method, index, more] of [
    ['search_read', 0],
    ['fields_get', 0],
    ['read', 1],
    ['create', 2],
    ['write', 3],
    ['unlink', 4],
    ['web_save', 2, { positional: [[]] }],
    ['web_save', 3, { positional: [[7]] }],
    ['web_save', 2, { form: 'json2' }],
    ['web_save', 3, { form: 'json2', named: odooObject([['ids', [7]]]) }],
  ] as const) {
    it(`finds the operation of ${method} ${JSON.stringify(more ?? '')}`, async () => {
      const { code, exchange } = await run(call('res.partner', method, more), { databases });
      assert.equal(code, 'pass');
      assert.equal(exchange.granted, operations[index]?.granted);
      assert.deepEqual(exchange.facts.notes, [`odoo-call:xmlrpc/2:res.partner.${method}`]);
    });
  }

  it('finds an action by its name', async () => {
    assert.equal((await run(call('res.partner', 'action_confirm'), { databases })).code, 'pass');
    assert.equal((await run(call('res.partner', 'action_cancel'), { databases })).code, 'operation-not-granted');
  });

  it('has one answer for what is hidden, unknown, not granted or not known of this version', async () => {
    const only = [openedDatabase([servedOperation('list')])];
    for (const [model, method] of [
      ['res.partner', 'write'],
      ['res.partner', 'mapped'],
      ['res.partner', 'name_get'],
      ['res.partner', '__init__'],
      ['res.partner', 'constructor'],
      ['res.users', 'read'],
      ['ir.model', 'search'],
      ['no.such', 'search'],
      ['__proto__', 'search'],
      ['', ''],
    ] as const) {
      const said = await run(call(model, method), { databases: only });
      assert.deepEqual([said.code, said.heard], ['operation-not-granted', NOT_ALLOWED], `${model}.${method}`);
      assert.equal(said.exchange.granted, undefined);
    }
  });

  it('puts only names on record that the catalog knows', async () => {
    const notes = async (model: string, method: string) => (await run(call(model, method))).exchange.facts.notes;
    assert.deepEqual(await notes('a secret text', 'search'), ['odoo-call:xmlrpc/2:(unknown)']);
    assert.deepEqual(await notes('res.partner', 'a secret text'), ['odoo-call:xmlrpc/2:res.partner.(unknown)']);
  });

  it('has nothing for a consumer without an opened grant, and for a database that is not its own', async () => {
    assert.equal((await run(call('res.partner', 'read'), { consumer: 'erp' })).code, 'grant-missing');
    const said = await run(call('res.partner', 'read', {}, 'postgres'));
    assert.deepEqual(said.heard, { fault: { name: 'odoo.exceptions.AccessError', message: 'Database not found.' } });
    const json2 = await run(call('res.partner', 'read', {}, 'postgres'), { protocol: 'json2' });
    assert.deepEqual(json2.heard, { fault: { name: 'werkzeug.exceptions.NotFound', message: 'Database not found.' } });
  });

  it('takes the only database where none is named, and none of two', async () => {
    const request = { ...call('res.partner', 'search'), database: undefined } as RpcRequest;
    assert.equal((await run(request)).code, 'pass');
    const two = ['a', 'b'].map((name) => openedDatabase([servedOperation('list')], { name, major: 19 }));
    assert.equal((await run(request, { databases: two })).code, 'not-found');
  });

  it('counts only the grants that hold at the moment', async () => {
    const ended = servedOperation('update', { grantName: 'ended', grant: { until: '2026-06-30' } });
    const lasting = servedOperation('list', { grantName: 'lasting' });
    const both = [openedDatabase([ended, lasting])];
    const before = { databases: both, receivedAt: Date.UTC(2026, 5, 30, 12) };
    const after = { databases: both, receivedAt: Date.UTC(2026, 6, 1) };
    assert.equal((await run(call('res.partner', 'write'), before)).code, 'pass');
    assert.equal((await run(call('res.partner', 'write'), after)).code, 'operation-not-granted');
    assert.equal((await run(call('res.partner', 'search'), after)).code, 'pass');
    const alone = { ...after, databases: [openedDatabase([ended])] };
    assert.equal((await run(call('res.partner', 'write'), alone)).code, 'grant-expired');
    const window = { from: '08:00', to: '09:00', timeZone: 'UTC' };
    const shut = [openedDatabase([servedOperation('list', { grant: { window } })])];
    assert.equal((await run(call('res.partner', 'search'), { databases: shut })).code, 'outside-window');
  });

  it('answers what clients ask at login with the gateway’s own', async () => {
    const login = { kind: 'login', database: 'distribution', login: 'crm', secret: CRM_KEY } as const;
    assert.deepEqual((await run(login)).heard, { result: UID });
    const context = { lang: 'en_US', tz: 'UTC', uid: UID };
    assert.deepEqual((await run(call('res.users', 'context_get'))).heard, { result: context });
    const open = await run({ ...login, kind: 'open-session' }, { protocol: 'session' });
    const { uid, db, user_context, username } = Object(open.heard.result);
    assert.deepEqual([uid, db, user_context, username], [UID, 'distribution', context, 'crm']);
    assert.match(open.headers.join(' '), /^set-cookie session_id=[\w-]+; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/);
    const info = await run({ kind: 'session-info', token: 'x' }, { protocol: 'session' });
    assert.deepEqual([Object(info.heard.result).uid, info.headers], [UID, []]);
  });

  it('answers services without knowing who asks', async () => {
    const version = { server_version: '19.0', server_version_info: [19, 0, 0, 'final', 0, ''] };
    const full = { ...version, server_serie: '19.0', protocol_version: 1 };
    assert.deepEqual((await run({ kind: 'version', form: 'common' })).heard, { result: full });
    assert.deepEqual((await run({ kind: 'version', form: 'webclient' })).heard, { result: full });
    assert.deepEqual((await run({ kind: 'version', form: 'db' })).heard, { result: '19.0' });
    assert.deepEqual((await run({ kind: 'version', form: 'about' })).heard, { result: 'See http://openerp.com' });
    assert.deepEqual((await run({ kind: 'version', form: 'web' })).heard, {
      result: { version_info: version.server_version_info, version: '19.0' },
    });
    assert.deepEqual((await run({ kind: 'databases' })).heard, { result: ['distribution'] });
    assert.deepEqual((await run({ kind: 'database-exists', database: 'postgres' })).heard, { result: false });
    const closed = await run({ kind: 'close-session', token: undefined }, { protocol: 'session' });
    assert.match(closed.headers.join(' '), /session_id=; .*Max-Age=0/);
    const fault = { name: 'odoo.exceptions.AccessDenied', message: 'Access Denied' } as const;
    const refused = await run({ kind: 'refused', fault });
    assert.deepEqual([refused.code, refused.heard], ['not-found', { fault }]);
  });
});
