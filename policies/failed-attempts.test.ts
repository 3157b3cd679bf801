import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FailedAttempts } from './failed-attempts.ts';

const NOW = Date.UTC(2026, 0, 15);
const bounds = { perPlace: 3, perLogin: 5, perNetwork: 8, withinMs: 60_000, most: 4 };

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
    for (const network of ['a', 'b', 'c', 'd', 'e']) failing(attempts, 1, 'crm', network);
    assert.ok(attempts.waitMs('crm', 'f', NOW) > 0);
    failing(attempts, 8, undefined, 'g');
    assert.ok(attempts.waitMs(undefined, 'g', NOW) > 0);
    assert.ok(attempts.waitMs('erp', 'g', NOW) > 0);
  });

  it('of others do not shut out whoever came with the right key before', () => {
    const attempts = new FailedAttempts(bounds);
    attempts.succeeded('crm', 'here');
    failing(attempts, 8, undefined, 'here');
    for (const network of ['a', 'b', 'c', 'd', 'e']) failing(attempts, 1, 'crm', network);
    assert.equal(attempts.waitMs('crm', 'here', NOW), 0);
    failing(attempts, 3, 'crm', 'here');
    assert.ok(attempts.waitMs('crm', 'here', NOW) > 0, 'its own do');
  });

  it('are remembered of so many keys and no more', () => {
    const attempts = new FailedAttempts(bounds);
    for (const network of ['a', 'b', 'c', 'd', 'e']) failing(attempts, 8, undefined, network);
    assert.equal(attempts.waitMs(undefined, 'a', NOW), 0);
    assert.ok(attempts.waitMs(undefined, 'b', NOW) > 0);
  });
});
