import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Database } from './database.ts';
import { RECORDED_VALUES, secretsAmong } from './hidden-values.fixture.ts';
import {
  LEAK_USER,
  LEAK_VERSIONS,
  type LeakVector,
  type LeakVersion,
  leakData,
  leakIds,
  leakVectors,
} from './leak-target.fixture.ts';
import { OdooError } from './odoo-error.ts';
import { pythonJson } from './python-float.ts';
import { execute } from './services.ts';

// What protects against a leak is tested elsewhere; here the stand-in must leak, or those tests would prove nothing.

const ELSEWHERE: Readonly<Record<string, string>> = {
  message_post: 'needs a mail server, which the recorded 16 to 18 had not',
};

function run(version: LeakVersion, { call }: LeakVector): { readonly value?: unknown; readonly error?: string } {
  const db = new Database(version, leakData(version), () => '2026-11-20 17:02:08.000000');
  const site = { db, database: 'leaky', users: [LEAK_USER], sessions: new Map(), heard: () => undefined };
  try {
    const value = execute(site, 'jsonrpc', LEAK_USER, call.model, call.method, call.args, call.kwargs);
    return { value: JSON.parse(pythonJson(value)) };
  } catch (error) {
    if (error instanceof OdooError) return { error: error.pythonName };
    throw error;
  }
}

/** Where a record could not be made while recording, the vector asks for no id at all. */
const namesNobody = ({ call }: LeakVector) => JSON.stringify(call.args).includes('[[null]');

const secretsIn = (value: unknown) => {
  const text = JSON.stringify(value) ?? '';
  return secretsAmong(RECORDED_VALUES).filter((secret) => text.includes(secret));
};

/** Ids of the recorded target among the ids that an answer about its model lists. */
function targetsIn(version: LeakVersion, model: string, value: unknown): number[] {
  const { partner, child, order } = leakIds(version);
  const ids = Array.isArray(value) && value.every((id) => typeof id === 'number') ? value : [];
  return (model === 'res.partner' ? [partner, child] : [order]).filter((id) => ids.includes(id));
}

for (const version of LEAK_VERSIONS) {
  describe(`the leaks of Odoo ${version} without a gateway`, () => {
    for (const vector of leakVectors(version)) {
      if (Object.hasOwn(ELSEWHERE, vector.vector) || namesNobody(vector)) continue;
      test(vector.vector, () => {
        const { value, error } = run(version, vector);
        assert.equal(error, vector.error?.name);
        if (vector.error !== undefined) return;
        const told = secretsIn(value);
        const kept = secretsIn(vector.result).filter((secret) => !told.includes(secret));
        assert.deepEqual(kept, []);
        const targets = targetsIn(version, vector.call.model, vector.result);
        if (targets.length > 0)
          assert.ok(targetsIn(version, vector.call.model, value).some((id) => targets.includes(id)));
        if (typeof vector.result === 'string' && vector.result.startsWith('res.')) assert.equal(value, vector.result);
        if (Array.isArray(vector.result) && vector.result.length > 0) assert.notDeepEqual(value, []);
        if (typeof vector.result === 'number' && vector.result > 0) assert.ok(Number(value) > 0);
      });
    }
    test('create takes hidden values from the context', () => {
      const db = new Database(version, leakData(version), () => '2026-11-20 17:02:08.000000');
      const site = { db, database: 'leaky', users: [LEAK_USER], sessions: new Map(), heard: () => undefined };
      const context = { default_ref: 'INJ', default_user_id: 2 };
      const id = execute(site, 'jsonrpc', LEAK_USER, 'res.partner', 'create', [{ name: 'New' }], { context });
      assert.equal(db.value('res.partner', Number(id), 'ref'), 'INJ');
      assert.equal(db.value('res.partner', Number(id), 'user_id'), 2);
    });
  });
}
