import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCatalogFiles } from '../../../catalog/load-folder.ts';
import { type Finding, findImpacts } from './find-impacts.ts';
import { governedVersions } from './governed-interfaces.ts';
import { knownFromContracts } from './known-from-contracts.ts';
import type { KnownModels } from './known-models.ts';
import { knownModelsIn } from './read-document.ts';
import { renamedField, renamedModel } from './renames.ts';
import { CATALOG_FILES, MODELS_18, MODELS_19 } from './upgrade.fixture.ts';

const files = new Map(Object.entries(CATALOG_FILES).map(([path, text]) => [path, Buffer.from(text)]));
const { catalog, faults } = loadCatalogFiles(files, '/catalog', '2026-11-25');
const versions = governedVersions(catalog, new Set(['erp']));

function known(text: string): KnownModels {
  const [models] = knownModelsIn('models.yaml', text);
  assert.ok(models !== undefined);
  return models;
}

const findings = findImpacts(versions, known(MODELS_18), known(MODELS_19));

function found(kind: string, field: string): Finding {
  const finding = findings.find(({ change }) => change.kind === kind && 'field' in change && change.field === field);
  assert.ok(finding !== undefined, `${kind} ${field}`);
  return finding;
}

const impacts = ({ impacts: all }: Finding) =>
  all.map(({ version, breaking, operations, fields, grants }) => ({
    version,
    breaking,
    operations: operations.join(' '),
    fields: fields.join(' '),
    grants: grants.map(({ grant }) => grant).join(' '),
  }));

test('a renamed field breaks the version that names it for one Odoo, and not the one that names it for both', () => {
  assert.deepEqual(faults, []);
  const unit = found('field-gone', 'product_uom');
  assert.ok(unit.breaking);
  assert.deepEqual(unit.change, {
    kind: 'field-gone',
    model: 'sale.order.line',
    field: 'product_uom',
    likely: { name: 'product_uom_id', by: 'table', changed: false },
    told: undefined,
  });
  assert.deepEqual(impacts(unit), [
    {
      version: '1.0',
      breaking: true,
      operations: 'createLine listLines',
      fields: 'Line.unitId',
      grants: 'shop-orders',
    },
    { version: '2.0', breaking: false, operations: 'createLine listLines', fields: 'Line.unitId', grants: '' },
  ]);
  const [first, second] = unit.impacts;
  assert.deepEqual(first?.alias, { '18': 'product_uom', '19': 'product_uom_id' });
  assert.deepEqual({ ...first?.owners }, { business: 'sales', technical: 'it', steward: 'finance' });
  assert.deepEqual(first?.grants, [{ grant: 'shop-orders', consumer: 'shop', owner: 'sales' }]);
  assert.equal(second?.alias, undefined);
});

test('a removed field is told with what became of it, and a document may say that it is not there', () => {
  const packaging = found('field-gone', 'product_packaging_id');
  assert.ok('told' in packaging.change && packaging.change.told?.includes('units of measure'));
  assert.deepEqual(
    packaging.impacts.map(({ version, breaking, alias }) => [version, breaking, alias]),
    [
      ['1.0', true, { '18': 'product_packaging_id', '19': null }],
      ['2.0', false, undefined],
    ],
  );
});

test('fields behind relations are found where a record is read through them', () => {
  assert.deepEqual(impacts(found('field-gone', 'mobile'))[0], {
    version: '1.0',
    breaking: true,
    operations: 'createLine listLines',
    fields: 'Customer.phone',
    grants: 'shop-orders',
  });
  const city = found('type-changed', 'city');
  assert.equal(city.breaking, false, 'char and text are one to a contract');
  assert.deepEqual(city.impacts[0]?.fields, ['Line.city']);
});

test("an operation's own domain concerns every grant of the operation", () => {
  const [note] = impacts(found('type-changed', 'note'));
  assert.deepEqual(note, {
    version: '1.0',
    breaking: true,
    operations: 'listLines',
    fields: '',
    grants: 'shop-orders desk-orders',
  });
});

test('values break who names them: removed ones always, added ones where answers are checked', () => {
  const state = found('selection-changed', 'state');
  assert.deepEqual(
    state.impacts.map(({ breaking }) => breaking),
    [true, true],
  );
  const kind = found('selection-changed', 'display_type');
  assert.deepEqual(
    kind.impacts.map(({ version, breaking }) => [version, breaking]),
    [
      ['1.0', false],
      ['2.0', true],
    ],
  );
});

test('an order by what can no longer be sorted by breaks the list', () => {
  assert.deepEqual(impacts(found('not-sortable', 'state'))[0]?.breaking, true);
});

test('a new required field is told of the operations that create, and breaks nothing for certain', () => {
  const batch = found('field-new', 'batch_id');
  assert.equal(batch.breaking, false);
  assert.deepEqual(batch.impacts[0]?.operations, ['createLine']);
});

test('what touches no contract has no impact, and a likely name is found by likeness', () => {
  assert.deepEqual(found('type-changed', 'qty_hint').impacts, []);
  const custom = found('field-gone', 'x_loyality').change;
  assert.ok('likely' in custom);
  assert.deepEqual(custom.likely, { name: 'x_loyalty', by: 'similarity', changed: false });
});

test('what breaks comes first, and nothing is said of a version that is retired', () => {
  const order = findings.map(({ breaking }) => breaking);
  assert.deepEqual(
    order,
    [...order].sort((a, b) => Number(b) - Number(a)),
  );
  assert.ok(!findings.some(({ impacts: all }) => all.some(({ version }) => version === '0.9')));
});

test('without a document of the catalog, what contracts name must be there', () => {
  const named = knownFromContracts(versions, 18, ['erp']);
  const gone = findImpacts(versions, named, known(MODELS_19)).filter(({ breaking }) => breaking);
  assert.deepEqual(
    gone.map(({ change }) => ('field' in change ? `${change.model}.${change.field}` : change.model)),
    ['res.partner.mobile', 'sale.order.line.product_packaging_id', 'sale.order.line.product_uom'],
  );
});

test('the same database differs in nothing', () => {
  assert.deepEqual(findImpacts(versions, known(MODELS_18), known(MODELS_18)), []);
});

test('renames are followed over several versions, and only within those asked for', () => {
  assert.deepEqual(renamedField('stock.move.line', 'product_uom_qty', 15, 17), {
    name: 'quantity',
    since: 17,
    changed: true,
  });
  assert.equal(renamedField('stock.move.line', 'product_uom_qty', 15, 16)?.name, 'reserved_uom_qty');
  assert.equal(renamedField('sale.order.line', 'tax_id', 16, 18), undefined);
  assert.equal(renamedField('product.product', 'detailed_type', 17, 18)?.name, 'type');
  assert.equal(renamedModel('stock.quant.package', 18, 19)?.name, 'stock.package');
  assert.equal(renamedModel('stock.quant.package', 19, 20), undefined);
});
