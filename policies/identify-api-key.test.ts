import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Enforce } from '../gateway/policy.ts';
import type { Refusal } from '../gateway/problems.ts';
import type { OdooMessage } from '../odoo/front/odoo-message.ts';
import { syntheticUid } from '../odoo/front/synthetic-uid.ts';
import type { Protocol, RpcCredential, RpcRequest } from '../odoo/wire/rpc-request.ts';
import { odooObject } from '../odoo/wire/value.ts';
import type { TestExchange } from './exchange.fixture.ts';
import { grantedPlace, operationPlan } from './exchange.fixture.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { identifyApiKey } from './identify-api-key.ts';
import type { IdentifyJwtParts } from './identify-jwt.ts';
import {
  CRM_KEY,
  ERP_KEY,
  frontPlan,
  heard,
  odooExchange,
  type TestFrontOptions,
  testFront,
  testMessage,
} from './odoo-front.fixture.ts';

const DENIED = { fault: { name: 'odoo.exceptions.AccessDenied', message: 'Access Denied' } };
const UID = syntheticUid('crm');
const verified: string[] = [];
const parts: IdentifyJwtParts = {
  verifier: {
    verify(token) {
      verified.push(token);
      return { fault: 'token-expired', reason: 'expired' };
    },
  },
  revocations: undefined as never,
  proofs: { check: () => 'none' },
};

function callWith(credential: RpcCredential): RpcRequest {
  const call = {
    model: 'res.partner',
    method: 'read',
    positional: [],
    named: odooObject([]),
    form: 'positional',
  } as const;
  return { kind: 'call', database: 'distribution', credential, call };
}
const password = (secret: string, uid = UID): RpcRequest => callWith({ type: 'password', uid, secret });
const login = (secret: string, name = 'crm'): RpcRequest => ({
  kind: 'login',
  database: 'distribution',
  login: name,
  secret,
});

interface Tried {
  readonly exchange: TestExchange;
  readonly message: OdooMessage;
  readonly refusal: Refusal | undefined;
  readonly heard: unknown;
}

function gate(options: TestFrontOptions = {}, attempts = new FailedAttempts({ failures: 20 })) {
  const front = testFront(options);
  const enforce = identifyApiKey(parts, attempts).prepare(frontPlan(front)) as Enforce;
  return {
    front,
    async try(request: RpcRequest, protocol?: Protocol, headers: readonly string[] = []): Promise<Tried> {
      const message = testMessage(request, protocol);
      const exchange = odooExchange(message, { headers });
      const verdict = await enforce(exchange);
      if (verdict?.kind === 'answer') throw new Error('identification answered');
      return {
        exchange,
        message,
        refusal: verdict,
        heard: verdict === undefined ? undefined : heard(message, verdict),
      };
    },
  };
}

describe('identify-api-key', () => {
  it('has nothing to do where no front is', () => {
    assert.equal(
      identifyApiKey(parts, new FailedAttempts({ failures: 20 })).prepare(operationPlan(grantedPlace())),
      undefined,
    );
  });

  it('knows a client by its key in the place of the password, the login or the bearer', async () => {
    const { try: attempt } = gate();
    for (const request of [password(CRM_KEY), login(CRM_KEY), callWith({ type: 'bearer', secret: CRM_KEY })]) {
      const { exchange, refusal } = await attempt(request);
      assert.equal(refusal, undefined);
      assert.equal(exchange.caller?.clientId, 'crm');
      assert.equal(exchange.caller?.subject, 'crm');
      assert.deepEqual(Object.keys(exchange.caller?.claims ?? { none: 1 }), []);
    }
  });

  for (const [what, request] of [
    ['a wrong key', password('wrong')],
    ['the key of another client', password(ERP_KEY)],
    ['the user id of another client', password(CRM_KEY, syntheticUid('erp'))],
    ['a user id of Odoo', password(CRM_KEY, 2)],
    ['an access token as a password', password('a.b.c')],
  ] as const) {
    it(`refuses ${what} as Odoo refuses a wrong password`, async () => {
      const tried = await gate().try(request);
      assert.equal(tried.refusal?.code, 'token-invalid');
      assert.deepEqual(tried.heard, DENIED);
      assert.equal(tried.exchange.caller, undefined);
    });
  }

  it('answers a wrong login with false, and a wrong session with its end', async () => {
    const { try: attempt } = gate();
    for (const request of [login('wrong'), login(CRM_KEY, 'erp'), login(CRM_KEY, 'nobody')]) {
      assert.deepEqual((await attempt(request)).heard, { result: false });
    }
    for (const token of [undefined, 'made-up']) {
      const tried = await attempt(callWith({ type: 'session', token }), 'session');
      assert.deepEqual(tried.heard, {
        fault: { name: 'odoo.http.SessionExpiredException', message: 'Session expired' },
      });
    }
    const bearer = await attempt(callWith({ type: 'bearer', secret: 'wrong' }), 'json2');
    assert.deepEqual(bearer.heard, {
      fault: { name: 'werkzeug.exceptions.Unauthorized', message: 'Invalid apikey' },
    });
  });

  for (const [what, consumer] of [
    ['disabled', { status: 'disabled' }],
    ['of another environment', { environment: 'staging' }],
    ['that demands a certificate', { tokenBinding: 'mtls' }],
    ['that demands a proof', { tokenBinding: 'dpop' }],
  ] as const) {
    it(`does not let in a consumer ${what}, and says no more than to a wrong key`, async () => {
      const tried = await gate({ consumer }).try(password(CRM_KEY));
      assert.equal(tried.refusal?.code, 'token-invalid');
      assert.deepEqual(tried.heard, DENIED);
    });
  }

  it('knows a session until its key is another', async () => {
    const { front, try: attempt } = gate();
    const fingerprint = front.keys.byId('crm')?.fingerprint ?? '';
    const session = { fingerprint, database: 'distribution', expiresAt: Date.UTC(2027, 0, 1) };
    const token = front.sessions.seal(session);
    const request = callWith({ type: 'session', token });
    const known = await attempt(request, 'session');
    assert.equal(known.exchange.caller?.clientId, 'crm');
    assert.equal(known.message.database, 'distribution');
    const rotated = await gate({ crmKey: 'another-key-of-the-crm-client' }).try(request, 'session');
    assert.equal(rotated.refusal?.reason, 'session of a former key');
    const late = front.sessions.seal({ ...session, expiresAt: Date.UTC(2026, 0, 1) });
    assert.equal((await attempt(callWith({ type: 'session', token: late }), 'session')).refusal?.code, 'token-invalid');
  });

  it('gives a bearer with the form of an access token to the verifier, and no other', async () => {
    const { try: attempt } = gate();
    verified.length = 0;
    const headers = ['authorization', 'Bearer aa.bb.cc'];
    const tried = await attempt(callWith({ type: 'bearer', secret: 'aa.bb.cc' }), 'json2', headers);
    assert.equal(tried.refusal?.code, 'token-expired');
    await attempt(callWith({ type: 'bearer', secret: 'aa.bb' }), 'json2', headers);
    assert.deepEqual(verified, ['aa.bb.cc']);
  });

  it('looks at no key after too many failures, and tells in the protocol', async () => {
    const attempts = new FailedAttempts({ failures: 3 });
    const { try: attempt } = gate({}, attempts);
    for (let time = 0; time < 3; time++) await attempt(login('wrong'));
    const shut = await attempt(login(CRM_KEY));
    assert.equal(shut.refusal?.code, 'attempts-exhausted');
    assert.deepEqual(shut.heard, { result: false });
    assert.deepEqual((await attempt(password(CRM_KEY))).heard, DENIED);
    assert.equal((await attempt(login(ERP_KEY, 'erp'))).refusal, undefined, 'another login is not shut out');
  });

  it('lets in a bearer that has come from there before, whatever others have failed at', async () => {
    const { try: attempt } = gate({}, new FailedAttempts({ failures: 1 }));
    const known = callWith({ type: 'bearer', secret: CRM_KEY });
    await attempt(known, 'json2');
    for (let time = 0; time < 5; time++) await attempt(callWith({ type: 'bearer', secret: 'wrong' }), 'json2');
    assert.equal((await attempt(known, 'json2')).refusal, undefined);
    const first = await attempt(callWith({ type: 'bearer', secret: ERP_KEY }), 'json2');
    assert.equal(first.refusal?.code, 'attempts-exhausted');
  });

  it('tells a bearer after too many failures when to come back', async () => {
    const { try: attempt } = gate({}, new FailedAttempts({ failures: 1 }));
    for (let time = 0; time < 5; time++) await attempt(callWith({ type: 'bearer', secret: 'wrong' }), 'json2');
    const { message, refusal } = await attempt(callWith({ type: 'bearer', secret: CRM_KEY }), 'json2');
    assert.ok(refusal);
    assert.deepEqual(message.refuse(refusal).headers, ['retry-after', '300']);
  });
});
