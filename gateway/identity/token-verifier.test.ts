import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { importPKCS8, SignJWT } from 'jose';
import { trustedIssuers } from './issuers.ts';
import { tokenVerifier } from './token-verifier.ts';
import {
  AUDIENCE,
  compact,
  encode,
  goodClaims,
  hmacToken,
  ISSUER,
  jwkOf,
  jwks,
  KEYS,
  NOW,
  token,
} from './tokens.fixture.ts';

const { rs256, ps256, es256, edDsa, foreign } = KEYS;
const keySets = { current: jwks(rs256, es256, edDsa) };
const issuers = trustedIssuers({
  embedded: { url: ISSUER, audience: AUDIENCE, publicKeys: () => keySets.current },
});
const seconds = NOW / 1000;

function outcome(text: string, verifier = tokenVerifier(issuers, 'test')): string {
  const result = verifier.verify(text, NOW);
  assert.ok(!(result instanceof Promise), 'answered at once');
  return 'fault' in result ? `${result.fault}: ${result.reason}` : 'verified';
}

const header = (more: Record<string, unknown> = {}) => ({ alg: 'RS256', typ: 'at+jwt', kid: 'rs', ...more });
const withClaims = (more: Record<string, unknown>) => token(rs256, goodClaims(more));
const without = (name: string) => {
  const { [name]: _, ...rest } = goodClaims();
  return token(rs256, rest);
};
const texts = (head: string, payload: string) => compact(head, payload, rs256);
const good = token(rs256);
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.');

const BAD: Record<string, [token: string, expected: RegExp]> = {
  'alg none without signature': [`${encode('{"alg":"none","typ":"at+jwt"}')}.${goodPayload}.`, /signed compact/],
  'alg none with a signature': [token(rs256, goodClaims(), { alg: 'none' }), /algorithm/],
  'alg None': [token(rs256, goodClaims(), { alg: 'None' }), /algorithm/],
  'alg as number': [token(rs256, goodClaims(), { alg: 256 }), /algorithm/],
  'alg missing': [texts('{"typ":"at+jwt","kid":"rs"}', JSON.stringify(goodClaims())), /algorithm/],
  'HS256 with the public key as PEM': [hmacToken(rs256.publicKey.export({ type: 'spki', format: 'pem' })), /algorithm/],
  'HS256 with the public key as JWK': [hmacToken(JSON.stringify(jwkOf(rs256))), /algorithm/],
  'ES256 asked of an RSA key': [token(rs256, goodClaims(), { alg: 'ES256' }), /no such key/],
  'PS256 declared, RS256 signed': [token(rs256, goodClaims(), { alg: 'PS256' }), /signature/],
  'typ JWT': [token(rs256, goodClaims(), { typ: 'JWT' }), /type/],
  'typ missing': [texts('{"alg":"RS256","kid":"rs"}', JSON.stringify(goodClaims())), /type/],
  'typ as number': [token(rs256, goodClaims(), { typ: 1 }), /type/],
  'crit unknown': [token(rs256, goodClaims(), { crit: ['x'], x: 1 }), /critical/],
  'crit empty': [token(rs256, goodClaims(), { crit: [] }), /critical/],
  'b64 false': [token(rs256, goodClaims(), { b64: false }), /critical/],
  'kid huge': [token(rs256, goodClaims(), { kid: 'k'.repeat(300) }), /key id/],
  'kid of a megabyte': [token(rs256, goodClaims(), { kid: 'k'.repeat(1_000_000) }), /longer/],
  'kid with a path': [token(rs256, goodClaims(), { kid: '../../etc/passwd' }), /no such key/],
  'kid with SQL': [token(rs256, goodClaims(), { kid: "' or 1=1 --" }), /no such key/],
  'kid of Object.prototype': [token(rs256, goodClaims(), { kid: '__proto__' }), /no such key/],
  'kid as number': [token(rs256, goodClaims(), { kid: 1 }), /key id/],
  'kid empty': [token(rs256, goodClaims(), { kid: '' }), /key id/],
  'kid missing, several keys': [texts('{"alg":"RS256","typ":"at+jwt"}', JSON.stringify(goodClaims())), /no such key/],
  'foreign key under our kid': [token(foreign, goodClaims(), { kid: 'rs' }), /signature/],
  'embedded jwk': [token(foreign, goodClaims(), { jwk: jwkOf(foreign) }), /no such key/],
  'embedded jwk under our kid': [token(foreign, goodClaims(), { kid: 'rs', jwk: jwkOf(foreign) }), /signature/],
  'jku and x5u': [
    token(foreign, goodClaims(), { kid: 'rs', jku: 'https://evil.test/keys', x5u: 'https://evil.test/x' }),
    /signature/,
  ],
  x5c: [token(foreign, goodClaims(), { kid: 'rs', x5c: ['MIIB'] }), /signature/],
  'duplicate header name': [texts('{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"rs"}', '{}'), /unique/],
  'duplicate claim': [texts(JSON.stringify(header()), `{"exp":1,${JSON.stringify(goodClaims()).slice(1)}`), /unique/],
  'duplicate claim, escaped': [
    texts(JSON.stringify(header()), `{"\\u0065xp":1,${JSON.stringify(goodClaims()).slice(1)}`),
    /unique/,
  ],
  'duplicate nested claim': [texts(JSON.stringify(header()), `{"cnf":{"jkt":"a","jkt":"b"}}`), /unique/],
  'claims not an object': [texts(JSON.stringify(header()), '[]'), /JSON object/],
  'claims not JSON': [texts(JSON.stringify(header()), '{"a":'), /JSON object/],
  'claims nested a thousand deep': [
    texts(JSON.stringify(header()), `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`),
    /JSON object/,
  ],
  'claims not UTF-8': [
    `${goodHeader}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${goodSignature}`,
    /JSON/,
  ],
  'claims with a byte order mark': [texts(JSON.stringify(header()), `\ufeff${JSON.stringify(goodClaims())}`), /JSON/],
  'iss missing': [without('iss'), /issuer/],
  'iss of another': [withClaims({ iss: 'https://evil.test' }), /issuer/],
  'iss with a slash more': [withClaims({ iss: `${ISSUER}/` }), /issuer/],
  'iss as list': [withClaims({ iss: [ISSUER] }), /issuer/],
  'iss __proto__': [withClaims({ iss: '__proto__' }), /issuer/],
  'aud missing': [without('aud'), /audience/],
  'aud of another': [withClaims({ aud: 'urn:other' }), /audience/],
  'aud a longer string': [withClaims({ aud: `${AUDIENCE}.evil.test` }), /audience/],
  'aud list without ours': [withClaims({ aud: ['urn:other'] }), /audience/],
  'aud list with a non-string': [withClaims({ aud: [AUDIENCE, 1] }), /audience/],
  'exp missing': [without('exp'), /times/],
  'exp a string': [withClaims({ exp: String(seconds + 60) }), /times/],
  'exp infinite': [
    texts(JSON.stringify(header()), JSON.stringify(goodClaims({ exp: 0 })).replace('"exp":0', '"exp":1e999')),
    /times/,
  ],
  'exp negative': [withClaims({ exp: -1 }), /times/],
  'exp in the past': [withClaims({ exp: seconds - 31 }), /token-expired/],
  'life of a year': [withClaims({ exp: seconds + 31_536_000 }), /lives too long/],
  'nbf in the future': [withClaims({ nbf: seconds + 31 }), /not valid yet/],
  'nbf a string': [withClaims({ nbf: '0' }), /times/],
  'iat missing': [without('iat'), /times/],
  'iat in the future': [withClaims({ iat: seconds + 31 }), /future/],
  'iat a string': [withClaims({ iat: '1' }), /times/],
  'client missing': [without('client_id'), /client/],
  'client not a string': [withClaims({ client_id: 7 }), /client/],
  'client other than azp': [withClaims({ azp: 'another' }), /client/],
  'sub missing': [without('sub'), /subject/],
  'jti missing': [without('jti'), /token id/],
  'jti empty': [withClaims({ jti: '' }), /token id/],
  'env missing': [without('env'), /environment/],
  'env of another': [withClaims({ env: 'production' }), /environment/],
  'env as list': [withClaims({ env: ['test'] }), /environment/],
  'cnf a string': [withClaims({ cnf: 'x' }), /confirmation/],
  'payload exchanged': [
    `${goodHeader}.${encode(JSON.stringify(goodClaims({ sub: 'boss' })))}.${goodSignature}`,
    /signature/,
  ],
  'header exchanged': [`${encode(JSON.stringify(header({ x: 1 })))}.${goodPayload}.${goodSignature}`, /signature/],
  'signature empty': [`${goodHeader}.${goodPayload}.`, /signed compact/],
  'signature cut': [`${goodHeader}.${goodPayload}.${goodSignature.slice(0, -4)}`, /signature|canonical/],
  'signature with unused bits set': [respell(good), /canonical/],
  padding: [`${good}==`, /signed compact/],
  JWE: [`${encode('{"alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF"}')}.a.b.c.d`, /signed compact/],
  'PBES2 with two billion rounds': [
    texts('{"alg":"PBES2-HS256+A128KW","p2c":2147483648,"typ":"at+jwt"}', JSON.stringify(goodClaims())),
    /algorithm/,
  ],
  'two dots missing': ['abc', /signed compact/],
  'four parts': [`${good}.x`, /signed compact/],
  'white space': [`${goodHeader}.${goodPayload} .${goodSignature}`, /signed compact/],
  'ES256 signature in DER': [derSigned(), /signature/],
};

/** The same signature bytes in another base64url spelling: 256 bytes leave four unused bits in the last character. */
function respell(text: string): string {
  const last = text.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(last) + 1]}`;
}

function derSigned(): string {
  const [head = '', payload = '', signature = ''] = token(es256).split('.');
  const raw = Buffer.from(signature, 'base64url');
  const der = Buffer.concat([
    Buffer.from([0x30, 0x44, 2, 32]),
    raw.subarray(0, 32),
    Buffer.from([2, 32]),
    raw.subarray(32),
  ]);
  return `${head}.${payload}.${der.toString('base64url')}`;
}

describe('tokenVerifier', () => {
  for (const [name, [text, expected]] of Object.entries(BAD)) {
    it(`refuses: ${name}`, () => {
      const result = outcome(text);
      assert.match(result, expected);
      assert.match(result, /^token-(invalid|expired)/);
    });
  }

  for (const key of [rs256, ps256, es256, edDsa]) {
    it(`accepts ${key.algorithm}`, () => assert.equal(outcome(token(key)), 'verified'));
  }

  it('accepts what an independent library signed', async () => {
    const pem = es256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const signed = await new SignJWT(goodClaims())
      .setProtectedHeader({ alg: 'ES256', typ: 'application/at+jwt', kid: 'es' })
      .sign(await importPKCS8(pem, 'ES256'));
    assert.equal(outcome(signed), 'verified');
  });

  it('gives the claims as null-prototype data, a claim named __proto__ included', () => {
    const text = texts(
      JSON.stringify(header()),
      `{"__proto__":{"admin":true},${JSON.stringify(goodClaims()).slice(1)}`,
    );
    const result = tokenVerifier(issuers, 'test').verify(text, NOW);
    assert.ok(!(result instanceof Promise) && !('fault' in result));
    assert.equal(Object.getPrototypeOf(result.claims), null);
    assert.equal(result.claims.admin, undefined);
    assert.equal(result.clientKey, ' web-shop');
  });

  it('reads bindings', () => {
    const read = (cnf: unknown) => {
      const result = tokenVerifier(issuers, 'test').verify(withClaims({ cnf }), NOW);
      assert.ok(!(result instanceof Promise) && !('fault' in result));
      return [result.certificateThumbprint, result.keyThumbprint, result.boundOtherwise];
    };
    const jkt = 'k'.repeat(43);
    assert.deepEqual(read(undefined), [undefined, undefined, false]);
    assert.deepEqual(read({ 'x5t#S256': 'abc' }), ['abc', undefined, false]);
    assert.deepEqual(read({ jkt }), [undefined, jkt, false]);
    assert.deepEqual(read({ jkt: 'abc' }), [undefined, undefined, true]);
    assert.deepEqual(read({ 'x5t#S256': 'abc', jkt }), [undefined, undefined, true]);
    assert.deepEqual(read({}), [undefined, undefined, true]);
  });

  it('needs no key id when the issuer has one key', () => {
    const one = trustedIssuers({ embedded: { url: ISSUER, audience: AUDIENCE, publicKeys: () => jwks(rs256) } });
    const text = texts('{"alg":"RS256","typ":"at+jwt"}', JSON.stringify(goodClaims()));
    assert.equal(outcome(text, tokenVerifier(one, 'test')), 'verified');
  });

  it('keeps to the algorithms of the issuer', () => {
    const only = trustedIssuers({
      embedded: { url: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], publicKeys: () => jwks(rs256, es256) },
    });
    const verifier = tokenVerifier(only, 'test');
    assert.match(outcome(token(rs256), verifier), /algorithm/);
    assert.equal(outcome(token(es256), verifier), 'verified');
    const symmetric = ['HS256'] as unknown as ['RS256'];
    assert.throws(
      () =>
        trustedIssuers({
          embedded: { url: ISSUER, audience: AUDIENCE, algorithms: symmetric, publicKeys: () => ({}) },
        }),
      /HS256 is not allowed/,
    );
  });

  it('forgets a cached token when it expires and when its key is removed', () => {
    const verifier = tokenVerifier(issuers, 'test');
    assert.equal(outcome(good, verifier), 'verified');
    assert.equal(verifier.verify(good, NOW), verifier.verify(good, NOW));
    const late = verifier.verify(good, NOW + 620_000);
    assert.ok('fault' in late && late.fault === 'token-expired');
    assert.equal(outcome(good, verifier), 'verified');
    const before = keySets.current;
    keySets.current = jwks(es256, edDsa);
    assert.match(outcome(good, verifier), /no such key/);
    keySets.current = before;
  });

  it('ignores keys that are too weak, symmetric or for encryption', () => {
    const weak = {
      keys: [
        { kty: 'oct', k: 'c2VjcmV0', kid: 'a' },
        { ...jwkOf(rs256), use: 'enc' },
        { ...jwkOf(es256), alg: 'ES384' },
      ],
    };
    const verifier = tokenVerifier(
      trustedIssuers({ embedded: { url: ISSUER, audience: AUDIENCE, publicKeys: () => weak } }),
      'test',
    );
    for (const key of [rs256, es256]) assert.match(outcome(token(key), verifier), /no such key/);
  });

  it('never throws and never accepts a changed token', () => {
    const verifier = tokenVerifier(issuers, 'test');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_.=+/ \n{"é'), (at, character) => {
        const changed = good.slice(0, at) + character + good.slice(at + 1);
        return changed === good || outcome(changed, verifier) !== 'verified';
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => outcome(text, verifier) !== 'verified'));
  });

  it('does not mix up two tokens with the same end', () => {
    const verifier = tokenVerifier(issuers, 'test');
    assert.equal(outcome(good, verifier), 'verified');
    const twin = `${goodHeader}.${encode(JSON.stringify(goodClaims({ sub: 'boss' })))}.${goodSignature}`;
    assert.match(outcome(twin, verifier), /signature/);
    assert.equal(outcome(good, verifier), 'verified');
  });
});
