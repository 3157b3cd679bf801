import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusalOf } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

const SENT = {
  ...{ lang: 'nl_BE', tz: 'Europe/Brussels', uid: 1, su: true, active_test: false, default_secret_ref: 'x' },
  ...{ show_vat: true, bin_size: true, tracking_disable: true, allowed_company_ids: [1, 2] },
};

async function sentOn(context: object, access: ShopSettings['access'] = {}, model = 'res.partner') {
  const { call, asked, facts } = openShop({ access });
  await call(model, 'search', { domain: [] }, { context });
  return { context: { ...asked[0]?.context }, ignored: facts.ignored };
}

describe('the context', () => {
  test('keeps the language, the time zone, granted keys and granted companies', async () => {
    const contextKeys = new Set(['active_test', 'show_vat', 'uid']);
    const { context, ignored } = await sentOn(SENT, { contextKeys, companies: [2, 3] });
    const kept = { lang: 'nl_BE', tz: 'Europe/Brussels', active_test: false, allowed_company_ids: [2] };
    assert.deepEqual(context, kept);
    for (const name of ['uid', 'su', 'default_secret_ref']) assert.ok(ignored.has(`context.${name}`), name);
  });

  test('names no companies where the grant names none, and never others than it names', async () => {
    const { context } = await sentOn(SENT);
    assert.deepEqual(context, { lang: 'nl_BE', tz: 'Europe/Brussels' });
    assert.deepEqual((await sentOn({}, { companies: [3] })).context, { allowed_company_ids: [3] });
    assert.equal(await refusalOf(sentOn(SENT, { companies: [3] })), 'AccessError operation-not-granted');
  });

  test('has no language and no time zone that is none', async () => {
    const { context } = await sentOn({ lang: '../../x', tz: "'; drop" });
    assert.deepEqual(context, {});
  });

  test('is the fixed one of the operation wherever that says something', async () => {
    const contextKeys = new Set(['active_test']);
    const { context } = await sentOn({ active_test: true }, { contextKeys }, 'sale.order');
    assert.deepEqual(context, { active_test: false });
  });
});
