import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OdooFloat } from '../wire/value.ts';
import { refusalOf, TOO_MUCH, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

async function asked(args: object, settings?: ShopSettings): Promise<Readonly<Record<string, unknown>>> {
  const { call, asked: calls } = openShop(settings);
  await call('res.partner', 'search', { domain: [], ...args });
  return calls[0]?.args ?? {};
}

const refused = (args: object, settings?: ShopSettings) =>
  refusalOf(openShop(settings).call('res.partner', 'search', { domain: [], ...args }));

describe('a page', () => {
  test('asks for one record more than may be answered, where the client sets no lower limit', async () => {
    const rows = [
      [undefined, 101],
      [0, 101],
      [false, 101],
      [null, 101],
      [7, 7],
      ['7', 7],
      [new OdooFloat('7.0'), 7],
      [9999, 101],
    ];
    for (const [limit, expected] of rows) assert.equal((await asked({ limit })).limit, expected);
    assert.equal((await asked({ offset: '20' })).offset, 20);
  });

  test('is refused where it is more than may be answered, and never cut', async () => {
    const settings = { access: { mostRecords: 2 } };
    for (const method of ['search', 'search_read', 'name_search']) {
      assert.equal(await refusalOf(openShop(settings).call('res.partner', method, { domain: [] })), TOO_MUCH, method);
      assert.equal(
        await refusalOf(openShop(settings).call('res.partner', method, { domain: [], limit: 2 })),
        undefined,
        method,
      );
    }
  });

  test('has counts', async () => {
    for (const limit of [-1, '1x', 1.5, true, [1], {}, 2 ** 40, 'all']) {
      assert.equal(await refused({ limit }), UNFIT, String(limit));
      assert.equal(await refused({ offset: limit }), UNFIT, String(limit));
    }
    const { call } = openShop();
    assert.equal(await call('res.partner', 'search_count', { domain: [], limit: 2 }), 2);
    assert.equal(await call('res.partner', 'search_count', { domain: [] }), 3);
  });
});
