import assert from 'node:assert/strict';
import test from 'node:test';
import { authorizeGrant } from './authorize-grant.ts';
import {
  codeOf,
  type ExchangeOptions,
  exchangeAt,
  grantedPlace,
  operationPlan,
  type PlaceOptions,
} from './exchange.fixture.ts';

async function authorize(options: PlaceOptions, exchange: ExchangeOptions = {}) {
  const place = grantedPlace(options);
  const running = exchangeAt(place, exchange);
  const verdict = await authorizeGrant().prepare(running.plan)?.(running);
  return { code: codeOf(verdict), verdict, exchange: running, place };
}

test('a grant that covers the operation is what the exchange goes on with', async () => {
  const { code, exchange, place } = await authorize({});
  assert.equal(code, 'pass');
  assert.equal(exchange.granted, place);
});

test('no grant and a grant without the operation are told apart (R-05)', async () => {
  const place = grantedPlace();
  const exchange = exchangeAt(place);
  const none = { ...operationPlan(place, []) };
  const bare = { ...exchange, plan: none };
  assert.equal(codeOf(await authorizeGrant().prepare(none)?.(bare)), 'grant-missing');
  const others = { ...none, grantees: new Set(['crm']) };
  assert.equal(codeOf(await authorizeGrant().prepare(others)?.({ ...bare, plan: others })), 'operation-not-granted');
  assert.equal(bare.granted, undefined);
});

test('a caller that nobody identified gets nothing', async () => {
  const place = grantedPlace();
  const exchange = { ...exchangeAt(place), caller: undefined };
  assert.equal(codeOf(await authorizeGrant().prepare(exchange.plan)?.(exchange)), 'token-missing');
});

test('a grant holds to the end of its last day, UTC', async () => {
  const grant = { until: '2026-01-15' };
  const last = await authorize({ grant }, { receivedAt: Date.UTC(2026, 0, 15, 23, 59, 59, 999) });
  assert.equal(last.code, 'pass');
  const after = await authorize({ grant }, { receivedAt: Date.UTC(2026, 0, 16) });
  assert.equal(after.code, 'grant-expired');
  assert.equal(after.exchange.granted, undefined);
});

test('a grant whose end cannot be read grants nothing', async () => {
  await assert.rejects(authorize({ grant: { until: 'next year' } }), /needs until/);
});

test('calls outside the window are refused (SC-11: 06:00-20:00 Europe/Brussels)', async () => {
  const grant = { window: { from: '06:00', to: '20:00', timeZone: 'Europe/Brussels' } };
  const at = async (receivedAt: number) => (await authorize({ grant }, { receivedAt })).code;
  assert.equal(await at(Date.UTC(2026, 0, 15, 5, 0)), 'pass');
  assert.equal(await at(Date.UTC(2026, 0, 15, 4, 59)), 'outside-window');
  assert.equal(await at(Date.UTC(2026, 0, 15, 18, 59)), 'pass');
  assert.equal(await at(Date.UTC(2026, 0, 15, 19, 0)), 'outside-window');
  assert.equal(await at(Date.UTC(2026, 6, 15, 4, 0)), 'pass', 'summer time is an hour earlier');
});

test('an unfinished version is not served in production, a retired one is gone', async () => {
  for (const lifecycle of ['design', 'development', 'testing'] as const) {
    assert.equal((await authorize({ version: { lifecycle } })).code, 'not-found');
    assert.equal((await authorize({ version: { lifecycle } }, { environment: 'test' })).code, 'pass');
  }
  const { code, verdict } = await authorize({ version: { lifecycle: 'retired', successor: '2.0' } });
  assert.equal(code, 'version-retired');
  assert.deepEqual(verdict?.kind === 'refuse' && verdict.headers, [
    'link',
    '</customer-master/v2>; rel="successor-version"',
  ]);
});
