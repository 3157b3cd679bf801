import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FieldUsage } from '../../audit/index/usage.ts';
import { compiled, demoLandscape, inFolder } from '../demo.fixture.ts';
import { Landscape } from '../landscape.ts';
import { grant, SHOP } from '../shop.fixture.ts';
import { memoryUsage, used } from '../usage.fixture.ts';
import { findFindings } from './find.ts';
import type { Finding } from './finding.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const LONG_AGO = '2025-01-01T00:00:00.000Z';

const shopRow = (told: Partial<FieldUsage>): FieldUsage =>
  used({
    consumer: 'web',
    grant: 'web-2',
    interface: 'orders',
    version: '2.0',
    operation: 'getOrder',
    field: 'Order.number',
    ...told,
  });

async function findingsOf(grants: readonly string[], rows?: readonly FieldUsage[], since: string | null = LONG_AGO) {
  return inFolder({ ...SHOP, 'grants.yaml': grants.join('---\n') }, async (folder) => {
    const landscape = new Landscape(await compiled(folder));
    const ledger = rows === undefined ? undefined : { source: memoryUsage(rows), since: since ?? undefined };
    return findFindings(landscape, ledger, 90, NOW);
  });
}

const told = (findings: readonly Finding[]): string[] => findings.map(({ code, about }) => `${code} ${about}`);
const only = (findings: readonly Finding[], code: Finding['code']): readonly Finding[] =>
  findings.filter((finding) => finding.code === code);

describe('findings of lineage', () => {
  it('name both writers of one place, and whoever writes what another system is the record of', async () => {
    const writes = 'write: {Order: [number, total]}';
    const { findings } = await findingsOf([
      grant('web-2', 'web', 2, writes),
      grant('app-1', 'app', 1, writes),
      grant('gone-2', 'gone', 2, writes),
    ]);
    const [number, total] = only(findings, 'two-writers');
    assert.deepEqual([number?.about, total?.about], ['shop/Order.number', 'shop/Order.total']);
    assert.deepEqual(
      [number?.consumers, number?.grants],
      [
        ['app', 'web'],
        ['app-1', 'web-2'],
      ],
    );
    assert.match(number?.at ?? '', /^grants\.yaml:\d+$/);
    // Of version 1.1 the books own the total, of 2.0 the shop itself.
    const [foreign, ...others] = only(findings, 'writer-not-owner');
    assert.deepEqual(others, []);
    assert.deepEqual([foreign?.consumers, foreign?.fields], [['app'], ['orders/1.1:Order.total']]);
    assert.match(foreign?.message ?? '', /team sales.*ledger \(team books\)/);
    assert.deepEqual(
      only(findings, 'owners-differ').map(({ about, fields }) => [about, fields]),
      [['shop/Order.total', ['orders/1.1:Order.total', 'orders/2.0:Order.total']]],
    );
  });

  it('do not name one consumer twice, nor one whose grant has ended', async () => {
    const ended = grant('app-1', 'app', 1, 'write: {Order: [number]}').replace('2030-12-31', '2026-01-31');
    const { findings } = await findingsOf([
      grant('web-2', 'web', 2, 'write: {Order: [number]}'),
      grant('web-1', 'web', 1, 'write: {Order: [number]}'),
      ended,
    ]);
    assert.deepEqual(only(findings, 'two-writers'), []);
  });

  it('name a grant that nobody used, and fields of another', async () => {
    const grants = [
      grant('web-2', 'web', 2, 'read: {Order: [number, total]}\n  write: {Order: [spare]}'),
      grant('app-1', 'app', 1),
    ];
    const { findings, notes } = await findingsOf(grants, [
      shopRow({}),
      shopRow({ field: 'Order.total', last: '2026-01-01T00:00:00.000Z' }),
    ]);
    assert.deepEqual(told(only(findings, 'grant-unused')), ['grant-unused app-1']);
    assert.match(findings.find(({ code }) => code === 'grant-unused')?.message ?? '', /none was used for 90 days/);
    const [fields] = only(findings, 'field-unused');
    assert.deepEqual([fields?.about, fields?.fields], ['web-2', ['orders/2.0:Order.total', 'orders/2.0:Order.spare']]);
    assert.match(fields?.message ?? '', /may read Order\.total and write Order\.spare by web-2/);
    assert.deepEqual(notes, []);
  });

  it('do not judge a grant that is younger than the time asked about, and say so', async () => {
    const young = grant(
      'web-2',
      'web',
      2,
      'approvals: [{by: somebody, role: data-owner, at: "2026-11-01"}]\n  read: {Order: [number]}',
    );
    const { findings, notes } = await findingsOf([young], []);
    assert.deepEqual(only(findings, 'grant-unused'), []);
    assert.deepEqual(notes, ['Approved within these 90 days and not judged: web-2.']);
  });

  it('name what was used and is declared no more', async () => {
    const { findings } = await findingsOf(
      [grant('web-2', 'web', 2)],
      [
        shopRow({}),
        shopRow({ field: 'Order.fax', version: '1.9' }),
        shopRow({ field: 'Order.secret', kind: 'refused' }),
      ],
    );
    const [fax, ...others] = only(findings, 'used-undeclared');
    assert.deepEqual(others, []);
    assert.deepEqual(
      [fax?.about, fax?.consumers, fax?.fields],
      ['orders:Order.fax', ['web'], ['orders/1.9:Order.fax']],
    );
  });

  it('note what is declared, granted to nobody and not seen', async () => {
    const grants = [grant('web-2', 'web', 2, 'read: {Order: [number]}')];
    const dead = async (rows?: readonly FieldUsage[]) =>
      only((await findingsOf(grants, rows)).findings, 'declared-dead').map(({ about, fields, severity }) => [
        about,
        severity,
        ...fields,
      ]);
    const old = ['orders/1.1', 'note', 'orders/1.1:Order.number', 'orders/1.1:Order.total'];
    assert.deepEqual(await dead(), [old, ['orders/2.0', 'note', 'orders/2.0:Order.total', 'orders/2.0:Order.spare']]);
    const seen = [shopRow({}), shopRow({ field: 'Order.spare' }), shopRow({ field: 'Order.total', kind: 'refused' })];
    assert.deepEqual(await dead(seen), [
      ['orders/1.1', 'note', 'orders/1.1:Order.total'],
      ['orders/2.0', 'note', 'orders/2.0:Order.total'],
    ]);
  });

  it('say nothing of what is unused where the ledger was not asked, is empty, or is too young', async () => {
    const grants = [grant('web-2', 'web', 2)];
    const cases = [
      [await findingsOf(grants), /^The ledger was not asked/],
      [await findingsOf(grants, [], null), /^The ledger holds nothing yet/],
      [
        await findingsOf(grants, [], '2026-11-01T00:00:00.000Z'),
        /^The ledger holds nothing before 2026-11-01: .* 90 days/,
      ],
    ] as const;
    for (const [{ findings, notes }, note] of cases) {
      assert.deepEqual(only(findings, 'grant-unused'), []);
      assert.match(notes[0] ?? '', note);
    }
  });

  it('are these of the demo company, by the catalog alone', async () => {
    const { findings } = await findFindings(await demoLandscape(), undefined, 90, NOW);
    assert.deepEqual(told(findings.filter(({ severity }) => severity === 'warning')), [
      'two-writers odoo/res.partner.phone',
      'two-writers odoo/stock.picking.carrier_tracking_ref',
      'writer-not-owner legacy-order-desk-customer-master-v1',
      'writer-not-owner wms-acme-transfer-execution-v1',
    ]);
  });
});
