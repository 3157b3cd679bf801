import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import type { FieldUsage } from '../../audit/index/usage.ts';
import { DEMO_CATALOG, inFolder } from '../../lineage/demo.fixture.ts';
import { readFlowchart } from '../../lineage/mermaid-grammar.fixture.ts';
import { grant, SHOP } from '../../lineage/shop.fixture.ts';
import { memoryUsage, used } from '../../lineage/usage.fixture.ts';
import type { OpenUsage } from './command.ts';
import { type CommandRun, runCommand } from './command-run.fixture.ts';

// Grants of the example end one by one: these tests are always of the same day.
mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-25T12:00:00Z') });

const DAY_MS = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
/** Seen within the last days. */
const RECENT = { first: ago(20), last: ago(2) };

/** Opens an index with these rows, and tells which folder was asked for and whether it was closed. */
function indexOf(rows: readonly FieldUsage[]) {
  const seen = { folder: '', closed: 0 };
  const open: OpenUsage = {
    source: memoryUsage(rows),
    since: ago(400),
    close: () => {
      seen.closed += 1;
      return Promise.resolve();
    },
  };
  const openUsage = (folder: string): Promise<OpenUsage> => {
    seen.folder = folder;
    return Promise.resolve(open);
  };
  return { seen, openUsage };
}

const demo = (args: readonly string[], rows?: readonly FieldUsage[]): Promise<CommandRun> =>
  runCommand([...args, '--catalog', DEMO_CATALOG], {}, rows === undefined ? {} : indexOf(rows));

describe('lineage', () => {
  it('tells both ways, and says that nothing is known of what was used', async () => {
    const { code, out, err } = await demo(['lineage', 'customer-master:Customer.email']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /Where it comes from\n└─ customer\.email\n {3}└─ odoo\/res\.partner\.email\n/);
    assert.match(out, /Who gets it\n└─ salesforce-crm \(Salesforce; crm-platform, #crm-platform\)/);
    assert.match(out, /what was really used is not told here\.\n$/);
  });

  it('tells what was used where it is asked to, and closes the index', async () => {
    const { seen, openUsage } = indexOf([used(RECENT)]);
    const args = ['lineage', 'Customer.email', '--observed', '--data', '/data', '--catalog', DEMO_CATALOG];
    const { code, out } = await runCommand(args, {}, { openUsage });
    assert.equal(code, 0);
    assert.match(out, /seen: 10 exchanges, 100 records/);
    assert.deepEqual(seen, { folder: '/data', closed: 1 });
  });

  it('goes on without an index, and says how to have one', async () => {
    const { code, out, err } = await demo(['lineage', 'Customer.email', '--observed']);
    assert.equal(code, 0);
    assert.match(err, /no index of a ledger here.*--data/);
    assert.match(out, /what was really used is not told here/);
  });

  it('asks only for the days that it is told', async () => {
    const rows = [used({ first: ago(40), last: ago(30) })];
    assert.match((await demo(['lineage', 'Customer.email', '--observed', '--days', '7'], rows)).out, /not seen/);
    assert.match((await demo(['lineage', 'Customer.email', '--observed'], rows)).out, /seen: 10 exchanges/);
  });

  it('gives machines the graph', async () => {
    const { out } = await demo(
      ['lineage', 'bank-connect', '--format', 'json', '--observed'],
      [
        used({
          ...RECENT,
          consumer: 'bank-connect',
          grant: 'bank-connect-payment-status-v1',
          interface: 'payment-status',
          field: 'Payment.bankAccount',
        }),
        used({ ...RECENT, consumer: 'bank-connect', grant: 'gone' }),
      ],
    );
    const { subject, nodes, edges, observed } = JSON.parse(out);
    assert.deepEqual(subject, { kind: 'consumer', name: 'bank-connect' });
    const read = edges.find(
      ({ kind, from }: { kind: string; from: string }) => kind === 'reads' && from.endsWith('Payment.bankAccount'),
    );
    assert.deepEqual([read.masks, read.observed.exchanges], [['last-4'], 10]);
    const ids = new Set(nodes.map(({ id }: { id: string }) => id));
    for (const { from, to } of edges) assert.ok(ids.has(from) && ids.has(to));
    assert.deepEqual(
      observed.outside.map(({ grant: name }: FieldUsage) => name),
      ['gone'],
    );
  });

  it('draws', async () => {
    const { out } = await demo(['lineage', 'customer-master', '--format', 'mermaid']);
    assert.ok(readFlowchart(out.trimEnd()).nodes.size > 40);
  });

  it('gives OpenLineage one event a line', async () => {
    const { out } = await demo(['lineage', 'carrier-hub', '--format', 'openlineage', '--names', 'addresses']);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(events.length, 5);
    assert.deepEqual(events[0].inputs[0], { namespace: 'odoo://127.0.0.1:8069', name: 'distribution.stock.picking' });
  });

  it('takes every form of a name', async () => {
    const names = [
      ...['res.partner.email', 'odoo/res.partner.email', 'odoo-finance/res.partner.email', 'Customer.email'],
      ...['customer-master:Customer.email', 'customer-master/1.2:Customer.email', 'customer-master/v1:Customer.email'],
      ...['customer.email', 'customer-master', 'customer-master/1.2', 'customer-master/1', 'res.partner'],
      ...['care-desk', 'parcel-carrier', 'care-desk-parcel-tracking-v1', 'res.partner.credit_limit'],
      ...['Parcel.status', 'parcel-carrier/Parcel.status', 'Parcel'],
    ];
    for (const name of names) assert.equal((await demo(['lineage', name])).code, 0, name);
  });

  it('suggests what an unknown name may have meant', async () => {
    const cases = [
      ['customer-mastr', 'customer-master'],
      ['res.partner.emial', 'res.partner.email'],
      ['customer-master:Customer.emai', 'customer-master:Customer.email'],
      ['salesforce-cmr', 'salesforce-crm'],
      ['customer.emial', 'customer.email'],
    ] as const;
    for (const [asked, meant] of cases) {
      const { code, err } = await demo(['lineage', asked]);
      assert.equal(code, 2);
      assert.match(
        err,
        new RegExp(`Nothing in the catalog of production is called "${asked}"; did you mean "${meant}"\\?`),
      );
    }
    assert.match((await demo(['lineage', 'odoo', '--kind', 'consumer'])).err, /"odoo" is no consumer but a system\./);
    assert.match((await demo(['lineage', 'zzzzzzzz'])).err, /is called "zzzzzzzz"\.\n/);
  });

  it('asks which is meant where a name means several', async () => {
    const files = {
      ...SHOP,
      'house.yaml': `${SHOP['house.yaml']}---\napiVersion: portcullis/v1\nkind: System\nmetadata: {name: web}\nspec: {type: http, owner: sales, environments: {production: {url: "https://web.example"}}}\n`,
    };
    await inFolder({ ...files, 'grants.yaml': grant('web-2', 'web', 2) }, async (folder) => {
      const { code, err } = await runCommand(['lineage', 'web', '--catalog', folder]);
      assert.equal(code, 2);
      assert.match(err, /"web" may be one of: consumer, system; say which with --kind\./);
      const { out } = await runCommand(['lineage', 'web', '--kind', 'consumer', '--catalog', folder]);
      assert.match(out, /web-2 on orders v2/);
    });
  });

  it('refuses what it does not understand', async () => {
    for (const args of [
      ['lineage'],
      ['lineage', 'a', 'b'],
      ['lineage', 'pim', '--format', 'svg'],
      ['lineage', 'pim', '--kind', 'thing'],
      ['lineage', 'pim', '--days', '0'],
      ['lineage', 'pim', '--names', 'mine'],
      ['lineage', 'findings', 'all'],
    ]) {
      assert.equal((await demo(args)).code, 2, args.join(' '));
    }
  });

  it('tells no name in a form that moves the cursor', async () => {
    const { err } = await demo(['lineage', 'pim\u001b[2J\u202e']);
    assert.doesNotMatch(err, /\u001b|\u202e/);
  });
});

describe('lineage findings', () => {
  it('tells codes, places and mends, and counts them', async () => {
    const { code, out } = await demo(['lineage', 'findings']);
    assert.equal(code, 1);
    assert.match(
      out,
      /^warning two-writers {7}customer-master\/grants\.yaml:\d+ odoo\/res\.partner\.phone may be written by/,
    );
    assert.match(out, /The ledger was not asked/);
    assert.match(out, /\n4 warnings, 8 notes\n$/);
  });

  it('asks the ledger where there is one', async () => {
    const { out } = await demo(['lineage', 'findings', '--json', '--days', '30'], [used(RECENT)]);
    const { ok, days, findings, notes } = JSON.parse(out);
    assert.deepEqual([ok, days], [false, 30]);
    const unused = findings.filter(({ code }: { code: string }) => code === 'grant-unused');
    assert.ok(unused.some(({ about }: { about: string }) => about === 'counter-display-product-availability-v1'));
    assert.ok(Array.isArray(notes));
  });

  it('is content where there is nothing to find', async () => {
    await inFolder({ ...SHOP, 'grants.yaml': grant('web-1', 'web', 1) }, async (folder) => {
      const files = await runCommand(['lineage', 'findings', '--catalog', folder]);
      // Two versions disagree about who owns the total.
      assert.match(files.out, /owners-differ/);
    });
    const agreed = { ...SHOP, '1.1.yaml': (SHOP['1.1.yaml'] ?? '').replace(', systemOfRecord: ledger', '') };
    await inFolder({ ...agreed, 'grants.yaml': grant('web-1', 'web', 1) }, async (folder) => {
      const { code, out } = await runCommand(['lineage', 'findings', '--catalog', folder]);
      assert.deepEqual([code, out.trimEnd().split('\n').at(-1)], [0, '0 warnings, 2 notes']);
    });
  });
});

describe('can-i-retire', () => {
  it('answers by its exit code, and with the evidence', async () => {
    const no = await demo(['can-i-retire', 'product-availability/1.4']);
    assert.equal(no.code, 1);
    assert.match(no.out, /^No: product-availability\/1\.4\n/);
    assert.match(no.out, /counter-display \(warehouse-operations, shift leader, telephone 4520; production\)/);
    assert.match(no.out, /deprecated on 2026-09-01; sunset on 2027-03-31; successor 2\.0/);
    const unknown = await demo(['can-i-retire', 'customer-master', '--field', 'Customer.vat']);
    assert.equal(unknown.code, 3);
    assert.match(unknown.out, /^Not known: customer-master:Customer\.vat\n/);
    const yes = await demo(['can-i-retire', 'customer-master', '--field', 'Customer.vat'], [used(RECENT)]);
    assert.equal(yes.code, 0);
    assert.match(yes.out, /^Yes: .*\n {2}Nobody holds a grant on it\.\n {2}Nobody used it in the last 90 days\./);
  });

  it('tells machines the same', async () => {
    const { code, out } = await demo(
      ['can-i-retire', 'customer-master/1.2', '--field', 'Customer.email', '--json', '--days', '30'],
      [used(RECENT)],
    );
    const { answer, days, grants, callers, evidence } = JSON.parse(out);
    assert.deepEqual([code, answer, days, grants.length, callers.length], [1, 'no', 30, 1, 1]);
    assert.deepEqual([grants[0].uses, grants[0].observed.exchanges], [['reads', 'writes'], 10]);
    assert.ok(evidence.since < evidence.from);
  });

  it('looks into all environments of a catalog, whichever is the default', async () => {
    await inFolder({ ...SHOP, 'grants.yaml': grant('test-3', 'web-test', 3) }, async (folder) => {
      const { code, out } = await runCommand(['can-i-retire', 'orders/3.0', '--catalog', folder]);
      assert.equal(code, 1);
      assert.match(out, /web-test \(sales, #sales; staging\)/);
    });
  });

  it('suggests what an unknown name may have meant', async () => {
    const cases = [
      [['customer-mastr'], /no interface "customer-mastr" in the catalog; did you mean "customer-master"\?/],
      [['customer-master/3'], /customer-master has no version "3"; it has 1\.2\./],
      [
        ['customer-master', '--field', 'Customer.emial'],
        /has no field "Customer\.emial"; did you mean "Customer\.email"\?/,
      ],
      [[], /Name one interface/],
      [['a', 'b'], /Name one interface/],
    ] as const;
    for (const [args, message] of cases) {
      const { code, err } = await demo(['can-i-retire', ...args]);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });

  it('says what is wrong with a faulty catalog', async () => {
    await inFolder({ ...SHOP, 'interface.yaml': 'apiVersion: portcullis/v1\nkind: Nothing\n' }, async (folder) => {
      const { code, err } = await runCommand(['can-i-retire', 'orders', '--catalog', folder]);
      assert.equal(code, 1);
      assert.match(err, /has faults: mend them first/);
    });
  });
});
