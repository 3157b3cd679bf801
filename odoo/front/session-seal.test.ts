import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SessionSeal, sessionCookie } from './session-seal.ts';

const NOW = Date.UTC(2026, 0, 15);
const session = { fingerprint: 'f'.repeat(22), database: 'distribution', expiresAt: NOW + 1000 };

describe('sessions', () => {
  it('open at every gateway of one key until their time is over', () => {
    const token = new SessionSeal(Buffer.alloc(32, 1)).seal(session);
    const elsewhere = new SessionSeal(Buffer.alloc(32, 1));
    assert.deepEqual(elsewhere.open(token, NOW), session);
    assert.equal(elsewhere.open(token, NOW + 1000), undefined);
    assert.equal(new SessionSeal(Buffer.alloc(32, 2)).open(token, NOW), undefined);
  });

  it('do not open where a single character was changed', () => {
    const seal = new SessionSeal(Buffer.alloc(32, 1));
    const token = seal.seal(session);
    for (let at = 0; at < token.length - 1; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      assert.equal(seal.open(token.slice(0, at) + other + token.slice(at + 1), NOW), undefined, `at ${at}`);
    }
    for (const odd of ['', 'x', '../..', 'A'.repeat(40), 'A'.repeat(5000)])
      assert.equal(seal.open(odd, NOW), undefined);
  });

  it('are cookies that scripts and other sites do not get, and end by an empty one', () => {
    assert.deepEqual(sessionCookie('abc', true), [
      'set-cookie',
      'session_id=abc; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure',
    ]);
    assert.deepEqual(sessionCookie(undefined, false), [
      'set-cookie',
      'session_id=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    ]);
  });
});
