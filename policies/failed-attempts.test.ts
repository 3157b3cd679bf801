import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FailedAttempts } from './failed-attempts.ts';

const NOW = Date.UTC(2026, 0, 15);
const bounds = { failures: 3, withinMs: 60_000, most: 50 };

function failing(attempts: FailedAttempts, times: number, login: string | undefined, network: string): void {
  for (let time = 0; time < times; time++) attempts.failed(login, network, NOW);
}

describe('failed attempts', () => {
  it('of one login from one network are bounded, until their time is over', () => {
    const attempts = new FailedAttempts(bounds);
    failing(attempts, 2, 'crm', 'here');
    assert.equal(attempts.waitMs('crm', 'here', NOW), 0);
    failing(attempts, 1, 'crm', 'here');
    assert.equal(attempts.waitMs('crm', 'here', NOW + 1000), 59_000);
    assert.equal(attempts.waitMs('crm', 'here', NOW + 60_000), 0);
    assert.equal(attempts.waitMs('erp', 'here', NOW), 0, 'another login may still be tried');
  });

  it('of one login are bounded wherever they come from, of one network whatever the login', () => {
    const attempts = new FailedAttempts(bounds);
    for (let at = 0; at < 29; at++) failing(attempts, 1, 'crm', `network ${at}`);
    assert.equal(attempts.waitMs('crm', 'f', NOW), 0);
    failing(attempts, 1, 'crm', 'e');
    assert.ok(attempts.waitMs('crm', 'f', NOW) > 0);
    failing(attempts, 15, undefined, 'g');
    assert.ok(attempts.waitMs(undefined, 'g', NOW) > 0);
    assert.ok(attempts.waitMs('erp', 'g', NOW) > 0);
  });

  it('of others do not shut out whoever came with the right key before', () => {
    const attempts = new FailedAttempts(bounds);
    attempts.succeeded('crm', 'here');
    failing(attempts, 15, undefined, 'here');
    for (let at = 0; at < 30; at++) failing(attempts, 1, 'crm', `network ${at}`);
    assert.equal(attempts.waitMs('crm', 'here', NOW), 0);
    failing(attempts, 3, 'crm', 'here');
    assert.ok(attempts.waitMs('crm', 'here', NOW) > 0, 'its own do');
  });

  it('are remembered of so many keys and no more', () => {
    const attempts = new FailedAttempts({ ...bounds, most: 4 });
    for (const network of ['a', 'b', 'c', 'd', 'e']) failing(attempts, 15, undefined, network);
    assert.equal(attempts.waitMs(undefined, 'a', NOW), 0);
    assert.ok(attempts.waitMs(undefined, 'b', NOW) > 0);
  });
});
