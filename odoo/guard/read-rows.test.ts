import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OdooValue, odooObject } from '../wire/value.ts';
import { guardedDatabase } from './guarded-database.fixture.ts';

const MODELS = {
  'sale.order': { fields: { name: 'char r', partner_id: 'many2one res.partner rl' } },
  'res.partner': { fields: { name: 'char r', country_id: 'many2one res.country r' } },
} as const;

test('a link that is not shown costs as many calls as none', async () => {
  const asked = async (partner: OdooValue) => {
    const database = guardedDatabase({
      models: MODELS,
      rules: { 'res.partner': [['country_id', '=', 21]] },
      answer: ({ method }) =>
        method === 'search'
          ? []
          : [
              odooObject([
                ['id', 1],
                ['partner_id', partner],
              ]),
            ],
    });
    const rows = await database.call('sale.order', 'search_read', { domain: [], fields: ['partner_id'] });
    assert.deepEqual(rows, [{ id: 1, partner_id: false }]);
    return database.asked.length;
  };
  assert.equal(await asked([6, 'Somebody']), await asked(false));
});
