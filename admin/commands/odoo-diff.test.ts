import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEMO_API_KEY, DEMO_LOGIN, demoData, demoUsers } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import { type StandIn, startStandInOdoo } from '../../examples/stand-in-odoo/start.ts';
import { CATALOG_FILES, MODELS_18, MODELS_19 } from '../../odoo/import/compare/upgrade.fixture.ts';
import { runCommand } from './command-run.fixture.ts';

const VARIABLES = { ERP_KEY: DEMO_API_KEY };

describe('odoo diff between documents', () => {
  let folder: string;
  const diff = (...more: string[]) => runCommand(['odoo', 'diff', '--catalog', join(folder, 'catalog'), ...more]);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-diff-'));
    const files = { ...CATALOG_FILES, 'models/erp.yaml': MODELS_18 };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'catalog', path)), { recursive: true });
      await writeFile(join(folder, 'catalog', path), text);
    }
    await writeFile(join(folder, 'new.yaml'), MODELS_19);
    await writeFile(join(folder, 'old.yaml'), MODELS_18);
    await writeFile(join(folder, 'none.yaml'), 'kind: Other\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('names interface, version, operations, fields, grants and owners of what breaks, and what to write', async () => {
    const { code, out, err } = await diff('--models', join(folder, 'new.yaml'));
    assert.equal(code, 1, err);
    const golden = new URL('golden/odoo-diff.txt', import.meta.url);
    assert.equal(out, await readFile(golden, 'utf8'));
  });

  it('says the same to machines, with all changes where they are asked for', async () => {
    const { code, out } = await diff('--models', join(folder, 'new.yaml'), '--json', '--all');
    const { ok, from, to, breaking, findings } = JSON.parse(out);
    assert.deepEqual([code, ok, from, to], [1, false, 18, 19]);
    assert.equal(breaking, findings.filter((finding: { breaking: boolean }) => finding.breaking).length);
    const unit = findings.find(({ change }: { change: { field?: string } }) => change.field === 'product_uom');
    assert.deepEqual(unit.impacts[0].alias, { '18': 'product_uom', '19': 'product_uom_id' });
    assert.ok(findings.some(({ impacts }: { impacts: unknown[] }) => impacts.length === 0));
  });

  it('is content with the same database', async () => {
    const { code, out } = await diff('--models', join(folder, 'old.yaml'));
    assert.deepEqual([code, out.trimEnd().split('\n').at(-1)], [0, 'Nothing breaks.']);
  });

  it('says what it needs', async () => {
    const cases: readonly (readonly [args: string[], said: RegExp])[] = [
      [[], /^Name either a live database/],
      [['--models', 'a', '--url', 'b'], /^Name either a live database/],
      [['--models', join(folder, 'none.yaml')], /must hold one document of kind OdooModels/],
      [['--models', join(folder, 'missing.yaml')], /cannot be read/],
      [['--models', join(folder, 'new.yaml'), '--system', 'wms'], /has no document of kind OdooModels for wms/],
    ];
    for (const [args, said] of cases) {
      const { code, err } = await diff(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, said);
    }
  });
});

describe('odoo diff of an imported Odoo 18 with a live Odoo 19', () => {
  let older: StandIn;
  let newer: StandIn;
  let folder: string;
  before(async () => {
    older = await startStandInOdoo({ version: 18, data: demoData(18), users: demoUsers() });
    newer = await startStandInOdoo({ version: 19, data: demoData(19), users: demoUsers() });
    folder = await mkdtemp(join(tmpdir(), 'portcullis-upgrade-'));
    const imported = await runCommand(
      [
        ...['odoo', 'import', '--url', older.url, '--database', older.database, '--login', DEMO_LOGIN],
        ...['--key-env', 'ERP_KEY', '--models', 'res.partner,sale.order,sale.order.line', '--out', folder],
      ],
      VARIABLES,
    );
    assert.equal(imported.code, 0, imported.err);
    const company = (CATALOG_FILES['company.yaml'] ?? '')
      .replace('name: erp }', 'name: odoo }')
      .split('kind: Interface')[0];
    await writeFile(join(folder, 'company.yaml'), `${company?.replace(/---\napiVersion: portcullis\/v1\n$/, '')}`);
    await writeFile(join(folder, 'grant.yaml'), GRANT);
  });
  after(async () => {
    await older.close();
    await newer.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('finds every rename and removal with the interface, its version and the grant', async () => {
    const live = ['--url', newer.url, '--database', newer.database, '--key-env', 'ERP_KEY'];
    const { code, out, err } = await runCommand(['odoo', 'diff', ...live, '--catalog', folder, '--json'], VARIABLES);
    assert.equal(code, 1, err);
    const told = JSON.parse(out).findings.filter(({ breaking }: { breaking: boolean }) => breaking);
    const lines = told.map(
      ({ change, impacts: [impact] }: { change: Record<string, unknown>; impacts: Record<string, unknown>[] }) => ({
        gone: `${change.model}.${change.field}`,
        interface: `${impact?.interface} ${impact?.version}`,
        alias: impact?.alias,
        grants: impact?.grants,
      }),
    );
    const grants = [{ grant: 'shop-lines', consumer: 'shop', owner: 'sales' }];
    assert.deepEqual(lines, [
      { gone: 'res.partner.mobile', interface: 'partners 1.0', alias: { '18': 'mobile', '19': null }, grants: [] },
      {
        gone: 'sale.order.line.product_uom',
        interface: 'sales-order-lines 1.0',
        alias: { '18': 'product_uom', '19': 'product_uom_id' },
        grants,
      },
      {
        gone: 'sale.order.line.tax_id',
        interface: 'sales-order-lines 1.0',
        alias: { '18': 'tax_id', '19': 'tax_ids' },
        grants: [],
      },
    ]);
  });

  it('holds once the contract names the field for both versions', async () => {
    const path = join(folder, 'sales-order-lines/sales-order-lines-1.0.yaml');
    const text = await readFile(path, 'utf8');
    const aliased = text
      .replaceAll(/odoo: product_uom\b/g, 'odoo: { "18": product_uom, "19": product_uom_id }')
      .replaceAll(/odoo: tax_id\b/g, 'odoo: { "18": tax_id, "19": tax_ids }');
    await writeFile(path, aliased);
    const live = ['--url', newer.url, '--database', newer.database, '--key-env', 'ERP_KEY'];
    const { out } = await runCommand(['odoo', 'diff', ...live, '--catalog', folder], VARIABLES);
    assert.match(
      out,
      /\nholds {4}sale\.order\.line\.product_uom is gone, renamed to product_uom_id; the contracts name it for both versions\n/,
    );
    assert.match(out, /\n1 change breaks something\.\n$/);
  });
});

const GRANT = `
apiVersion: portcullis/v1
kind: Grant
metadata: { name: shop-lines }
spec:
  consumer: shop
  interface: sales-order-lines
  major: 1
  plan: plan
  purpose: sell
  until: "2030-12-31"
  operations: [listSalesOrderLines]
  read: { SalesOrderLine: [id, unitOfMeasureId] }
`;
