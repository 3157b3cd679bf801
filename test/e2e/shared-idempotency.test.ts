import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type BreakableRedis, breakableRedis } from '../../gateway/redis.fixture.ts';
import { type Portcullis, startPortcullis } from '../../main.ts';
import { readSettings } from '../../settings.ts';
import { callUrl, clientToken, type House, openHouse } from './house.fixture.ts';

const LINE = '/transfer-execution/v1/transfer-lines/1';
const codeOf = ({ json }: { json: unknown }) => (json as { code?: string }).code;

/** R-13 over two gateways that share a Redis. */
describe('one idempotency key on two gateways', () => {
  let redis: BreakableRedis;
  let house: House;
  let second: Portcullis;
  const start = () => {
    const variables = { ...house.variables, PORTCULLIS_DATA: join(house.dataFolder, 'second') };
    return startPortcullis(readSettings(variables), variables);
  };
  before(async () => {
    redis = await breakableRedis();
    house = await openHouse({ variables: { PORTCULLIS_REDIS_URL: redis.url } });
    second = await start();
    for (const gateway of [house.portcullis, second]) await until(async () => (await ready(gateway)) === 200);
  });
  after(async () => {
    await second.stop();
    await house.stop();
    redis.close();
  });
  const scan = async (gateway: Portcullis, key: string, quantity: number) => {
    const token = await clientToken(gateway.adminUrl, 'wms-acme');
    const url = `${gateway.gatewayUrl}${LINE}`;
    return callUrl('PATCH', url, { token, body: { quantity }, headers: { 'idempotency-key': key } });
  };

  test('has one effect at the same time, and the same answer after a restart', { timeout: 30_000 }, async () => {
    const writes = () => house.company.odoo.count('stock.move.line.write');
    const key = randomUUID();
    const before = writes();
    const answers = await Promise.all(
      [house.portcullis, second, house.portcullis, second].map((gateway) => scan(gateway, key, 5)),
    );
    await second.stop();
    second = await start();
    await until(async () => (await ready(second)) === 200);
    answers.push(await scan(second, key, 5));
    for (const { status, text } of answers) {
      assert.equal(status, 200, text);
      assert.equal(text, answers[0]?.text);
    }
    assert.equal(writes() - before, 1);
    assert.equal(answers.at(-1)?.headers.get('idempotency-replayed'), 'true');
    assert.equal(codeOf(await scan(second, key, 6)), 'idempotency-key-reused');
    assert.equal(writes() - before, 1);
  });

  test('is not sent at all while Redis is away', { timeout: 30_000 }, async () => {
    const token = await clientToken(second.adminUrl, 'wms-acme');
    const before = house.company.odoo.count('stock.move.line.write');
    redis.cut();
    const send = () =>
      callUrl('PATCH', `${second.gatewayUrl}${LINE}`, {
        token,
        body: { quantity: 5 },
        headers: { 'idempotency-key': randomUUID() },
      });
    await until(async () => codeOf(await send()) === 'idempotency-unavailable');
    assert.equal(house.company.odoo.count('stock.move.line.write'), before);
    const metrics = await (await fetch(`${second.adminUrl}/metrics`)).text();
    assert.match(metrics, /^portcullis_store_up\{store="idempotency",kind="redis"\} 0$/m);
    await until(async () => (await ready(second)) === 503);
    const { checks } = (await (await fetch(`${second.adminUrl}/health/ready`)).json()) as { checks: unknown };
    assert.deepEqual(checks, {
      gateway: 'ok',
      'audit-log': 'ok',
      'audit-index': 'ok',
      catalog: 'ok',
      revocations: 'not current: a revoked token could be missed',
      limits: 'the shared counters cannot be reached',
      queues: 'ok',
      idempotency: 'the shared keys cannot be reached',
    });
    redis.mend();
    await until(async () => (await send()).status === 200);
  });
});

async function ready({ adminUrl }: Portcullis): Promise<number> {
  return (await fetch(`${adminUrl}/health/ready`)).status;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(50);
}
