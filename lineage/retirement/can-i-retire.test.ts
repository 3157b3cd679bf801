import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FieldUsage } from '../../audit/index/usage.ts';
import { compiled, inFolder } from '../demo.fixture.ts';
import { Landscape } from '../landscape.ts';
import { grant, SHOP } from '../shop.fixture.ts';
import { retirementText } from '../text/retirement-text.ts';
import { memoryUsage, used } from '../usage.fixture.ts';
import { canIRetire, versionsMeant } from './can-i-retire.ts';
import type { Retirement } from './retirement.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const LONG_AGO = '2025-01-01T00:00:00.000Z';

interface Asked {
  readonly grants?: readonly string[];
  readonly version?: string;
  readonly field?: string;
  readonly days?: number;
  /** Absent: there is no ledger. */
  readonly rows?: readonly FieldUsage[];
  readonly since?: string;
}

async function ask({ grants = [], version, field, days = 90, rows, since = LONG_AGO }: Asked): Promise<Retirement> {
  return inFolder({ ...SHOP, 'grants.yaml': grants.join('---\n') }, async (folder) => {
    const snapshots = await Promise.all(['production', 'staging'].map((environment) => compiled(folder, environment)));
    const landscapes = snapshots.map((snapshot) => new Landscape(snapshot));
    const [first] = landscapes;
    const spec = first?.catalog.interfaces.get('orders')?.document.spec;
    assert.ok(first !== undefined && spec !== undefined);
    const question = {
      interface: 'orders',
      days,
      ...(version === undefined ? {} : { version }),
      ...(field === undefined ? {} : { field }),
    };
    const ledger = rows === undefined ? undefined : { source: memoryUsage(rows), since };
    return canIRetire(first.catalog, landscapes, question, versionsMeant(spec, version), ledger, NOW);
  });
}

const row = (told: Partial<FieldUsage> = {}): FieldUsage =>
  used({
    consumer: 'web',
    grant: 'web-2',
    interface: 'orders',
    version: '2.0',
    operation: 'getOrder',
    field: 'Order.number',
    ...told,
  });

describe('whether something can be retired', () => {
  it('is a no while a grant is in force, with whom to ask, whether it was used or not', async () => {
    const grants = [grant('web-2', 'web', 2), grant('app-1', 'app', 1)];
    for (const rows of [undefined, [], [row()]]) {
      const {
        answer,
        grants: held,
        next,
      } = await ask({ grants, version: '2.0', ...(rows === undefined ? {} : { rows }) });
      assert.equal(answer, 'no');
      assert.deepEqual(
        held.map((one) => [one.grant, one.consumer, one.owner, one.until, one.state, one.environment]),
        [['web-2', 'web', { team: 'sales', contact: '#sales' }, '2030-12-31', 'in force', 'production']],
      );
      assert.ok(
        next.some((step) => step.includes('sales, #sales')),
        next.join('\n'),
      );
    }
  });

  it('is a no while somebody calls, even when nobody may any more', async () => {
    const { answer, callers, reasons } = await ask({
      version: '2.0',
      rows: [row({ consumer: 'lost', grant: 'lost-2' })],
    });
    assert.equal(answer, 'no');
    assert.deepEqual(
      callers.map(({ consumer, owner, observed }) => [consumer, owner, observed.last]),
      [['lost', undefined, '2026-11-20T08:00:00.000Z']],
    );
    assert.deepEqual(reasons, [
      'Nobody holds a grant on it.',
      '1 consumer used it in the last 90 days, last on 2026-11-20.',
    ]);
  });

  it('is a yes when nobody may and the ledger saw nobody through all of the time', async () => {
    const ended = grant('web-2', 'web', 2).replace('2030-12-31', '2026-11-24');
    const disabled = grant('gone-2', 'gone', 2);
    const old = row({ first: '2026-01-01T00:00:00.000Z', last: '2026-02-01T00:00:00.000Z' });
    const { answer, reasons, grants } = await ask({
      grants: [ended, disabled],
      version: '2.0',
      rows: [old, row({ version: '1.1' })],
    });
    assert.equal(answer, 'yes');
    assert.deepEqual(
      grants.map(({ grant: name, state }) => [name, state]),
      [
        ['gone-2', 'consumer disabled'],
        ['web-2', 'ended'],
      ],
    );
    assert.deepEqual(reasons, ['No grant on it is in force any more.', 'Nobody used it in the last 90 days.']);
  });

  it('counts the last day of a grant', async () => {
    const lastDay = grant('web-2', 'web', 2).replace('2030-12-31', '2026-11-25');
    assert.equal((await ask({ grants: [lastDay], version: '2.0', rows: [] })).answer, 'no');
  });

  it('is not known without a ledger, with an empty one, and with one that does not reach back so far', async () => {
    const without = await ask({ version: '2.0' });
    assert.deepEqual([without.answer, without.evidence], ['unknown', undefined]);
    assert.match(without.next.join(), /PORTCULLIS_DATA/);
    const young = await ask({ version: '2.0', rows: [], since: '2026-11-20T00:00:00.000Z' });
    assert.equal(young.answer, 'unknown');
    assert.match(young.reasons.join(), /holds nothing before 2026-11-20/);
    assert.equal((await ask({ version: '2.0', rows: [], since: '2026-11-20T00:00:00.000Z', days: 3 })).answer, 'yes');
  });

  it('is a yes for what is retired already, and for what answers nowhere, whatever was seen before', async () => {
    const grants = [grant('web-1', 'web', 1)];
    assert.equal((await ask({ grants, version: '0.9' })).answer, 'yes');
    // 1.1 answers for all of major 1.
    const superseded = await ask({ grants, version: '1.0', rows: [row({ version: '1.0', grant: 'web-1' })] });
    assert.deepEqual([superseded.answer, superseded.grants], ['yes', []]);
    assert.equal((await ask({ grants, version: '1.1', rows: [] })).answer, 'no');
  });

  it('looks into every environment', async () => {
    const grants = [grant('test-3', 'web-test', 3)];
    const { answer, grants: held, versions } = await ask({ grants, version: '3.0', rows: [] });
    assert.equal(answer, 'no');
    assert.deepEqual(
      held.map(({ environment }) => environment),
      ['staging'],
    );
    assert.deepEqual(versions, [{ version: '3.0', lifecycle: 'testing', served: ['staging'] }]);
  });

  it('of a whole interface looks at every version', async () => {
    const { versions, grants, answer } = await ask({
      grants: [grant('web-2', 'web', 2), grant('app-1', 'app', 1)],
      rows: [],
    });
    assert.equal(answer, 'no');
    assert.deepEqual(
      versions.map(({ version }) => version),
      ['0.9', '1.0', '1.1', '2.0', '3.0'],
    );
    assert.deepEqual(
      grants.map((one) => one.grant),
      ['app-1', 'web-2'],
    );
  });

  it('of one field looks at who reads, writes or filters by it', async () => {
    const grants = [
      grant('web-2', 'web', 2, 'read: {Order: [number, total]}'),
      grant('app-2', 'app', 2, 'write: {Order: [number]}'),
    ];
    const of = (field: string) => ask({ grants, version: '2.0', field, rows: [row()] });
    const number = await of('Order.number');
    assert.deepEqual(
      number.grants.map(({ grant: name, uses, observed }) => [name, uses, observed?.exchanges]),
      [
        ['app-2', ['writes'], 0],
        ['web-2', ['reads'], 10],
      ],
    );
    const total = await of('Order.total');
    assert.deepEqual([total.answer, total.grants.map((one) => one.grant), total.callers], ['no', ['web-2'], []]);
    assert.deepEqual([(await of('Order.spare')).answer], ['yes']);
  });

  it('counts an exchange once, however many fields it moved', async () => {
    const rows = [
      row({ exchanges: 5 }),
      row({ exchanges: 9, field: 'Order.total' }),
      row({ exchanges: 2, operation: 'updateOrder', kind: 'written' }),
    ];
    const { callers } = await ask({ version: '2.0', rows });
    assert.equal(callers[0]?.observed.exchanges, 11);
  });

  it('does not take a refused attempt for use', async () => {
    assert.equal((await ask({ version: '2.0', rows: [row({ kind: 'refused' })] })).answer, 'yes');
  });

  it('says what consumers were promised, and what is still to be told to them', async () => {
    const old = await ask({ version: '1.1', rows: [] });
    assert.deepEqual(old.versions, [
      {
        version: '1.1',
        lifecycle: 'deprecated',
        served: ['production', 'staging'],
        deprecated: '2026-06-01',
        sunset: '2027-06-01',
        successor: '2.0',
      },
    ]);
    assert.deepEqual(old.next, ['Version 1.1 was promised until 2027-06-01.']);
    const current = await ask({ version: '2.0', rows: [] });
    assert.deepEqual(current.next, [
      'Version 2.0 is in production: deprecate it with a sunset date before it is retired.',
    ]);
  });

  it('is told to people with all of its evidence', async () => {
    const text = retirementText(
      await ask({ grants: [grant('web-2', 'web', 2), grant('app-2', 'app', 2)], version: 'v2', rows: [row()] }),
    );
    assert.equal(
      text,
      `No: orders/v2
  2 consumers may use it, by 2 grants in force.
  1 consumer used it in the last 90 days, last on 2026-11-20.

Versions
└─ 2.0: production; answers in production, staging

Who may use it
├─ app (sales, #sales; production)
│     by app-2 until 2030-12-31
│     getOrder, updateOrder
│     not seen
└─ web (sales, #sales; production)
      by web-2 until 2030-12-31
      getOrder, updateOrder
      seen: at least 10 exchanges, 100 records, 2026-11-01 to 2026-11-20

Who used it, 2026-08-27 to 2026-11-25
└─ web (sales, #sales)
      by web-2 on orders/2.0
      at least 10 exchanges, 100 records, 2026-11-01 to 2026-11-20

Next
  Move web away first: sales, #sales.
  app did not use it for 90 days. Ask sales, #sales whether app needs it; if not, end the grant app-2.
  Version 2.0 is in production: deprecate it with a sunset date before it is retired.`,
    );
  });
});
