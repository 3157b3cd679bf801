import assert from 'node:assert/strict';
import test from 'node:test';
import { STAGES } from '../gateway/policy.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { systemClock } from './limit-store.ts';
import { MemoryIdempotency } from './memory-idempotency.ts';
import { createMemoryLimits } from './memory-limits.ts';
import { policyTable } from './table.ts';

const table = policyTable({
  verifier: { verify: () => ({ fault: 'token-invalid', reason: 'none' }) },
  revocations: undefined as never,
  proofs: { check: () => 'none' },
  attempts: new FailedAttempts({ failures: 20 }),
  limits: createMemoryLimits(systemClock),
  idempotency: new MemoryIdempotency(() => 0),
  maskKey: Buffer.alloc(32),
});

test('policies stand in the order of their stages, each once', () => {
  const stages = table.map(({ stage }) => STAGES.indexOf(stage));
  assert.deepEqual(
    stages,
    stages.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(table.map(({ name }) => name)).size, table.length);
});

test('what must come before something else does', () => {
  const at = (name: string): number => {
    const index = table.findIndex((policy) => policy.name === name);
    assert.notEqual(index, -1, name);
    return index;
  };
  const pairs = [
    ['identify-jwt', 'restrict-network'],
    ['answer-odoo-service', 'identify-api-key'],
    ['identify-api-key', 'restrict-network'],
    ['restrict-network', 'authorize-grant'],
    ['restrict-network', 'authorize-odoo-call'],
    ['authorize-grant', 'limit-rate'],
    ['limit-rate', 'limit-quota'],
    ['validate-request', 'guard-written-fields'],
    ['guard-written-fields', 'validate-body'],
    ['guard-query-fields', 'validate-body'],
    ['validate-body', 'require-idempotency-key'],
    ['require-idempotency-key', 'apply-record-filter'],
    ['validate-response', 'select-fields'],
  ] as const;
  for (const [before, after] of pairs) assert.ok(at(before) < at(after), `${before} before ${after}`);
});
