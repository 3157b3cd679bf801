import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { proofKey } from './dpop.fixture.ts';
import { dpopProofs } from './dpop-proof.ts';
import { proofMemory } from './proof-memory.ts';

const NOW = 1_800_000_000_000;
const SECONDS = NOW / 1000;
const key = proofKey();
const request = {
  method: 'GET',
  path: '/orders/v1/orders',
  accessToken: 'a.b.c',
  keyThumbprint: key.thumbprint,
  now: NOW,
};
const subject = { method: 'GET', url: 'https://api.example/orders/v1/orders', token: 'a.b.c', now: NOW };

function proofs(publicUrl = 'https://api.example', startedAt = NOW - 3_600_000) {
  const used = proofMemory({ lifeMs: 120_000, mostOfKey: 100, most: 1000 });
  return dpopProofs({ publicUrl: () => publicUrl, used, startedAt });
}

describe('a proof of possession', () => {
  it('holds for its request, once', () => {
    const checker = proofs();
    const proof = key.prove(subject);
    assert.equal(checker.check(proof, request), undefined);
    assert.equal(checker.check(proof, request), 'proof: used before');
    assert.equal(checker.check(key.prove(subject), request), undefined, 'the next one');
  });

  const other = proofKey();
  const hmac = (() => {
    const text = [
      { typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } },
      { htm: 'GET', htu: subject.url, iat: SECONDS, jti: 'x' },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${createHmac('sha256', 'secret').update(text).digest('base64url')}`;
  })();
  const refused: Readonly<Record<string, [proof: string, reason: RegExp]>> = {
    'no token': ['', /not a signed compact token/],
    'a symmetric key': [hmac, /algorithm/],
    'no signature algorithm': [key.prove(subject, {}, { alg: 'none' }), /algorithm/],
    'another type': [key.prove(subject, {}, { typ: 'JWT' }), /type/],
    'an extension': [key.prove(subject, {}, { crit: ['x'], x: 1 }), /critical/],
    'no key': [key.prove(subject, {}, { jwk: undefined }), /key/],
    'a key with its private part': [key.prove(subject, {}, { jwk: { ...key.jwk, d: 'x' } }), /key/],
    'the key of somebody else': [other.prove(subject), /of another key/],
    'the key named, but signed with another': [other.prove(subject, {}, { jwk: key.jwk }), /signature/],
    'another algorithm than the key has': [key.prove(subject, {}, { alg: 'RS256' }), /signature/],
    'another method': [key.prove({ ...subject, method: 'POST' }), /method/],
    'another host': [key.prove({ ...subject, url: 'https://evil.example/orders/v1/orders' }), /address/],
    'another scheme': [key.prove({ ...subject, url: 'http://api.example/orders/v1/orders' }), /address/],
    'another path': [key.prove({ ...subject, url: 'https://api.example/orders/v1/order' }), /address/],
    'no address': [key.prove(subject, { htu: undefined }), /address/],
    'another token': [key.prove({ ...subject, token: 'other' }), /of another token/],
    'no token hash': [key.prove(subject, { ath: undefined }), /of another token/],
    'no id': [key.prove(subject, { jti: '' }), /id/],
    'a long id': [key.prove(subject, { jti: 'x'.repeat(257) }), /id/],
    'no time': [key.prove(subject, { iat: undefined }), /future/],
    'a time of another type': [key.prove(subject, { iat: String(SECONDS) }), /future/],
    'the future': [key.prove(subject, { iat: SECONDS + 31 }), /future/],
    'the past': [key.prove(subject, { iat: SECONDS - 61 }), /too old/],
  };
  for (const [name, [proof, reason]] of Object.entries(refused)) {
    it(`is refused with ${name}`, () => assert.match(proofs().check(proof, request) ?? '', reason));
  }

  it('names its place in any normal form, without query', () => {
    for (const url of ['https://API.example:443/orders/v1/orders', 'https://api.example/orders/v1/orders?a=1#b']) {
      assert.equal(proofs().check(key.prove({ ...subject, url }), request), undefined, url);
    }
    const below = 'https://api.example/gateway';
    const url = 'https://api.example/gateway/orders/v1/orders';
    assert.equal(proofs(below).check(key.prove({ ...subject, url }), request), undefined);
    assert.equal(proofs(below).check(key.prove(subject), request), 'proof: address');
  });

  it('from before a restart may have been used before it', () => {
    const checker = proofs('https://api.example', NOW);
    assert.equal(checker.check(key.prove(subject, { iat: SECONDS - 1 }), request), 'proof: older than this gateway');
    assert.equal(checker.check(key.prove(subject), request), undefined);
  });
});

describe('the memory of used proofs', () => {
  it('remembers each for its life, and is bounded per key and in all', () => {
    const memory = proofMemory({ lifeMs: 1000, mostOfKey: 2, most: 3 });
    assert.ok(memory.use('a', '1', 5000));
    assert.ok(!memory.use('a', '1', 5999));
    assert.ok(!memory.use('a', '1', 6500), 'in the generation before');
    assert.ok(memory.use('a', '1', 8500), 'forgotten');
    assert.ok(memory.use('a', '2', 8500));
    assert.ok(!memory.use('a', '3', 8500), 'no more of this key');
    assert.ok(memory.use('b', '1', 8500));
    assert.ok(!memory.use('c', '1', 8500), 'no more at all');
    assert.ok(memory.use('c', '1', 9500), 'until the next generation');
  });
});
