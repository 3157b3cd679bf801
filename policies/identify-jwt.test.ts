import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsumerDocument, ConsumerSpec } from '../catalog/documents.ts';
import type { Exchange } from '../gateway/exchange.ts';
import { proofKey } from '../gateway/identity/dpop.fixture.ts';
import { dpopProofs } from '../gateway/identity/dpop-proof.ts';
import { trustedIssuers } from '../gateway/identity/issuers.ts';
import { proofMemory } from '../gateway/identity/proof-memory.ts';
import { memoryRevocations, type RevocationList } from '../gateway/identity/revocations.ts';
import { tokenVerifier } from '../gateway/identity/token-verifier.ts';
import {
  AUDIENCE,
  goodClaims,
  ISSUER,
  jwks,
  KEYS,
  NOW,
  testIssuer,
  token,
} from '../gateway/identity/tokens.fixture.ts';
import type { OperationPlan } from '../gateway/plan.ts';
import type { Verdict } from '../gateway/policy.ts';
import { problemStatus, type Refusal } from '../gateway/problems.ts';
import { identifyJwt } from './identify-jwt.ts';

const { rs256 } = KEYS;
const keys = jwks(rs256);
const good = token(rs256);

function consumer(more: Partial<ConsumerSpec> = {}): ConsumerDocument {
  return {
    apiVersion: 'portcullis/v1',
    kind: 'Consumer',
    metadata: { name: 'web-shop' },
    spec: { owner: 'commerce', environment: 'test', clients: [{ id: 'web-shop' }], ...more },
  };
}

interface Request {
  readonly headers?: readonly string[];
  readonly query?: string;
  readonly consumer?: ConsumerDocument | undefined;
  readonly thumbprint?: string;
}

function exchangeOf(request: Request): Exchange {
  const known = 'consumer' in request ? request.consumer : consumer();
  return {
    receivedAt: NOW,
    rawHeaders: request.headers ?? ['Host', 'api.test', 'Authorization', `Bearer ${good}`],
    query: request.query ?? '',
    method: 'GET',
    path: '/orders',
    certificateThumbprint: request.thumbprint,
    snapshot: { environment: 'test', clients: new Map(known === undefined ? [] : [[' web-shop', known]]) },
    caller: undefined,
  } as unknown as Exchange;
}

const key = proofKey();
const URL_OF_CALL = 'https://api.test/orders';

function proofs() {
  const used = proofMemory({ lifeMs: 120_000, mostOfKey: 10, most: 10 });
  return dpopProofs({ publicUrl: () => 'https://api.test', used, startedAt: 0 });
}

const embedded = { url: ISSUER, audience: AUDIENCE, publicKeys: () => keys };

function run(request: Request, revocations: RevocationList = memoryRevocations()) {
  const verifier = tokenVerifier(trustedIssuers({ embedded }), 'test');
  const enforce = identifyJwt({ verifier, revocations, proofs: proofs() }).prepare({} as OperationPlan);
  assert.ok(enforce !== undefined);
  const exchange = exchangeOf(request);
  return { exchange, verdict: enforce(exchange) };
}

function refusalOf(verdict: Verdict | Promise<Verdict>): Refusal {
  assert.ok(verdict !== undefined && 'kind' in verdict && verdict.kind === 'refuse');
  return verdict;
}

const bearer = (text: string) => ['Authorization', `Bearer ${text}`];
const bound = (cnf: unknown) => bearer(token(rs256, goodClaims({ cnf })));
const toKey = token(rs256, goodClaims({ cnf: { jkt: key.thumbprint } }));
const proof = (of = toKey) => key.prove({ method: 'GET', url: URL_OF_CALL, token: of, now: NOW });
const dpop = (text: string, ...proven: string[]) => [
  'Authorization',
  `DPoP ${text}`,
  ...proven.flatMap((one) => ['DPoP', one]),
];

const REFUSED: Record<string, [Request, code: string, challenge: RegExp]> = {
  'no token': [{ headers: ['Host', 'x'] }, 'token-missing', /^Bearer realm="portcullis"$/],
  'two headers': [{ headers: [...bearer(good), ...bearer(good)] }, 'request-malformed', /error="invalid_request"/],
  'two headers in other case': [
    { headers: ['authorization', `Bearer ${good}`, 'AUTHORIZATION', 'Basic eDp5'] },
    'request-malformed',
    /error="invalid_request"/,
  ],
  'token in the query': [{ headers: [], query: `access_token=${good}` }, 'request-malformed', /invalid_request/],
  'token in header and query': [{ query: `limit=1&ACCESS_TOKEN=${good}` }, 'request-malformed', /invalid_request/],
  'basic authentication': [{ headers: ['Authorization', 'Basic eDp5'] }, 'token-invalid', /invalid_token/],
  'two tokens in one header': [
    { headers: ['Authorization', `Bearer ${good}, Bearer ${good}`] },
    'token-invalid',
    /invalid_token/,
  ],
  'token bound to a key, sent as bearer': [
    { headers: [...bearer(toKey), 'DPoP', proof()] },
    'token-invalid',
    /^Bearer .*error="invalid_token"/,
  ],
  'token bound to a key, without proof': [
    { headers: dpop(toKey) },
    'token-invalid',
    /^DPoP .*algs="[^"]*ES256[^"]*", error="invalid_dpop_proof"/,
  ],
  'token bound to a key, with two proofs': [
    { headers: dpop(toKey, proof(), proof()) },
    'token-invalid',
    /^DPoP .*error="invalid_dpop_proof"/,
  ],
  'token bound to a key, with the proof of another': [
    {
      headers: dpop(toKey, proofKey().prove({ method: 'GET', url: URL_OF_CALL, token: toKey, now: NOW })),
    },
    'token-invalid',
    /invalid_dpop_proof/,
  ],
  'unbound token with a proof': [
    { headers: dpop(good, proof(good)) },
    'token-invalid',
    /^DPoP .*error="invalid_token"/,
  ],
  'unbound token of a consumer that must prove': [
    { consumer: consumer({ tokenBinding: 'dpop' }) },
    'token-invalid',
    /invalid_token/,
  ],
  'certificate-bound token of a consumer that must prove': [
    { consumer: consumer({ tokenBinding: 'dpop' }), headers: bound({ 'x5t#S256': 'a' }), thumbprint: 'a' },
    'token-invalid',
    /invalid_token/,
  ],
  'DPoP scheme': [{ headers: ['Authorization', `DPoP ${good}`] }, 'token-invalid', /invalid_token/],
  'scheme alone': [{ headers: ['Authorization', 'Bearer '] }, 'token-invalid', /invalid_token/],
  'empty header': [{ headers: ['Authorization', ''] }, 'token-invalid', /invalid_token/],
  'not a token': [{ headers: bearer('abc') }, 'token-invalid', /invalid_token/],
  'expired token': [
    { headers: bearer(token(rs256, goodClaims({ exp: NOW / 1000 - 60 }))) },
    'token-expired',
    /invalid_token/,
  ],
  'unknown client': [{ consumer: undefined }, 'token-invalid', /invalid_token/],
  'disabled consumer': [{ consumer: consumer({ status: 'disabled' }) }, 'token-invalid', /invalid_token/],
  'consumer of another environment': [
    { consumer: consumer({ environment: 'production' }) },
    'token-invalid',
    /invalid_token/,
  ],
  'client named __proto__': [
    { headers: bearer(token(rs256, goodClaims({ client_id: '__proto__' }))) },
    'token-invalid',
    /invalid_token/,
  ],
  'DPoP-bound token as bearer': [{ headers: bound({ jkt: 'x' }) }, 'token-invalid', /invalid_token/],
  'bound token without certificate': [{ headers: bound({ 'x5t#S256': 'a' }) }, 'token-invalid', /invalid_token/],
  'bound token with another certificate': [
    { headers: bound({ 'x5t#S256': 'a' }), thumbprint: 'b' },
    'token-invalid',
    /invalid_token/,
  ],
  'unbound token of a consumer that must bind': [
    { consumer: consumer({ tokenBinding: 'mtls' }), thumbprint: 'a' },
    'token-invalid',
    /invalid_token/,
  ],
};

describe('identifyJwt', () => {
  for (const [name, [request, code, challenge]] of Object.entries(REFUSED)) {
    it(`refuses: ${name}`, () => {
      const { exchange, verdict } = run(request);
      const refusal = refusalOf(verdict);
      assert.equal(refusal.code, code);
      assert.ok([400, 401].includes(problemStatus(refusal.code)));
      assert.equal(exchange.caller, undefined);
      const [header, value = ''] = refusal.headers ?? [];
      assert.equal(header, 'www-authenticate');
      assert.match(value, challenge);
      assert.ok(refusal.reason === undefined || !value.includes(refusal.reason), 'the reason is for the record');
    });
  }

  it('sets the caller, at once', () => {
    const { exchange, verdict } = run({ headers: ['authorization', `bearer  ${good}`] });
    assert.equal(verdict, undefined);
    assert.equal(exchange.caller?.consumer.metadata.name, 'web-shop');
    assert.equal(exchange.caller?.clientId, 'web-shop');
    assert.equal(exchange.caller?.issuer, '');
    assert.equal(exchange.caller?.tokenId, 'token-1');
  });

  it('accepts a bound token over its certificate', () => {
    const request = {
      headers: bound({ 'x5t#S256': 'a' }),
      thumbprint: 'a',
      consumer: consumer({ tokenBinding: 'mtls' }),
    };
    assert.equal(run(request).verdict, undefined);
  });

  it('accepts a token bound to a key with a proof of it, and each proof once', () => {
    const verifier = tokenVerifier(trustedIssuers({ embedded }), 'test');
    const parts = { verifier, revocations: memoryRevocations(), proofs: proofs() };
    const enforce = identifyJwt(parts).prepare({} as OperationPlan);
    const request = { headers: dpop(toKey, proof()), consumer: consumer({ tokenBinding: 'dpop' }) };
    const exchange = exchangeOf(request);
    assert.equal(enforce?.(exchange), undefined);
    assert.equal(exchange.caller?.clientId, 'web-shop');
    const again = refusalOf(enforce?.(exchangeOf(request)));
    assert.equal(again.reason, 'proof: used before');
  });

  it('refuses a revoked token, and any token while revocations are unknown', async () => {
    const revocations = memoryRevocations();
    await revocations.revokeClient(' web-shop', NOW);
    assert.equal(refusalOf(run({}, revocations).verdict).code, 'token-revoked');
    const unknown = refusalOf(run({}, { ...revocations, check: () => 'unknown' }).verdict);
    assert.equal(problemStatus(unknown.code), 503);
  });

  it('keeps clients of two issuers with one name apart, and waits for keys', async () => {
    const issuer = await testIssuer(() => keys);
    try {
      const verifier = tokenVerifier(
        trustedIssuers({ embedded, external: [{ url: issuer.url, audience: AUDIENCE }] }),
        'test',
      );
      const enforce = identifyJwt({ verifier, revocations: memoryRevocations(), proofs: proofs() }).prepare(
        {} as OperationPlan,
      );
      const exchange = exchangeOf({ headers: bearer(token(rs256, goodClaims({ iss: issuer.url }))) });
      const verdict = enforce?.(exchange);
      assert.ok(verdict instanceof Promise);
      assert.equal(refusalOf(await verdict).reason, 'unknown client');
    } finally {
      await issuer.close();
    }
  });
});
