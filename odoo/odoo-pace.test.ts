import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { OdooHosting } from '../catalog/documents.ts';
import { createUpstreams } from '../gateway/upstreams/layers.ts';
import { FakeClock } from '../gateway/upstreams/turn-clock.fixture.ts';
import { type BenchAnswer, type GrantRules, startBench, type Version } from './odoo-upstream.fixture.ts';

const ORDERS: GrantRules = {
  read: { Order: ['id', 'number', 'lines'], OrderLine: ['productId', 'quantity'] },
};
const CUSTOMER: GrantRules = { read: { Customer: ['id', 'name'] }, write: { Customer: ['name', 'email'] } };

/** Passes every request on to the stand-in and sees when each comes, and how many are there at once. */
async function startWatch(clock: FakeClock) {
  const cameAt: number[] = [];
  let there = 0;
  let mostAtOnce = 0;
  let target = '';
  const server = createServer((incoming, outgoing) => {
    cameAt.push(clock.now());
    mostAtOnce = Math.max(mostAtOnce, ++there);
    const onward = request(
      `${target}${incoming.url}`,
      { method: 'POST', headers: incoming.headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on('end', () => there--);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  return {
    cameAt,
    mostAtOnce: () => mostAtOnce,
    async urlOf(standIn: string): Promise<string> {
      target = standIn;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** A stand-in behind a watch, called at the pace of a clock that goes on whenever no call is under way. */
async function startPaced(context: TestContext, version: Version, hosting: OdooHosting) {
  const clock = new FakeClock();
  const upstreams = createUpstreams({ clock });
  const watch = await startWatch(clock);
  const bench = await startBench(version, {}, { hosting, upstreams, urlOf: watch.urlOf });
  context.after(async () => {
    upstreams.close();
    await bench.close();
    await watch.close();
  });
  return {
    bench,
    watch,
    async all(exchanges: readonly Promise<BenchAnswer>[]): Promise<readonly BenchAnswer[]> {
      let isDone = false;
      const answers = Promise.all(exchanges).finally(() => {
        isDone = true;
      });
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        if (upstreams.stats().every(({ calls }) => calls?.active === 0)) await clock.advance(50);
      }
      return answers;
    },
  };
}

describe('the pace of an Odoo', () => {
  for (const version of [16, 19] as const) {
    test(`online: no two calls at once and one a second, related records and logins included (${version})`, async (context) => {
      const paced = await startPaced(context, version, { type: 'online' });
      const answers = await paced.all([
        paced.bench.call('listOrders', ORDERS, { limit: 3 }),
        paced.bench.call('updateCustomer', CUSTOMER, { id: 11, body: { name: 'Renamed' } }),
        paced.bench.call('getCustomer', CUSTOMER, { id: 12 }),
      ]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200],
      );
      const { cameAt } = paced.watch;
      // Three for the list, three for the update, one for the record; over JSON-RPC one login for all.
      assert.equal(cameAt.length, version === 16 ? 8 : 7);
      for (const [index, at] of cameAt.slice(1).entries()) assert.ok(at - (cameAt[index] ?? 0) >= 1000, cameAt.join());
      assert.equal(paced.watch.mostAtOnce(), 1);
    });
  }

  test('prefork: as many at once as there are workers, and no more', async (context) => {
    const paced = await startPaced(context, 19, { type: 'prefork', workers: 3 });
    const answers = await paced.all(
      Array.from({ length: 12 }, (_, index) => paced.bench.call('getCustomer', CUSTOMER, { id: 10 + index })),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 12);
    assert.equal(paced.watch.mostAtOnce(), 3);
  });

  test('who cannot be served in time is refused at once, and Odoo hears nothing of it', async (context) => {
    const paced = await startPaced(context, 19, { type: 'online' });
    const calls = Array.from({ length: 20 }, () => paced.bench.call('getCustomer', CUSTOMER, { id: 11 }));
    const answers = await paced.all(calls);
    const refused = answers.filter(({ code }) => code === 'upstream-busy');
    assert.ok(refused.length >= 11 && refused.length <= 13, String(refused.length));
    assert.equal(paced.watch.cameAt.length, 20 - refused.length);
    const [name, seconds] = refused[0]?.refusal?.headers ?? [];
    assert.equal(name, 'retry-after');
    assert.ok(Number(seconds) >= 7 && Number(seconds) <= 8, seconds);
  });

  test('leaves an Odoo alone for as long as it asks', async (context) => {
    const paced = await startPaced(context, 19, { type: 'online' });
    paced.bench.odoo.failures.push({ kind: 'busy' });
    const [first] = await paced.all([paced.bench.call('getCustomer', CUSTOMER, { id: 11 })]);
    assert.equal(first?.code, 'upstream-busy');
    const [second] = await paced.all([paced.bench.call('getCustomer', CUSTOMER, { id: 11 })]);
    assert.equal(second?.status, 200);
    assert.ok((paced.watch.cameAt[1] ?? 0) >= 7000, paced.watch.cameAt.join());
  });
});
