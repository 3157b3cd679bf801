import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandContext } from '../../assembly/command-context.ts';
import type { ShapeDetail } from '../../audit/questions/shape-details.ts';
import type { Summary } from '../../audit/questions/summarize.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { denials, maskings } from './denials.ts';
import { grantUses } from './grant-uses.ts';
import { parties } from './parties.ts';

const CRM = 'salesforce-crm-customer-master-v1';
const place = {
  consumer: 'salesforce-crm',
  grant: CRM,
  purpose: 'sales',
  approvers: ['head-of-sales'],
  interface: 'customer-master',
  version: '1.2',
  operation: 'getCustomer',
};

function summary(detail: Partial<ShapeDetail>, day: number, exchanges = 1): Summary {
  const nothing = { returned: [], masked: [], refused: [], written: [] };
  const time = (hour: number) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
  return { detail: { type: 'access', place, ...nothing, ...detail }, exchanges, first: time(1), last: time(2) };
}

async function demoCatalog(): Promise<Catalog> {
  const settings = {
    catalogFolder: '',
    dataFolder: '',
    auditIndex: 'off',
    environment: 'production',
    publicUrl: '',
    tokenUrl: '',
  };
  const { catalog } = await commandContext(settings, '0', {}).compileFolder(
    'examples/distribution/catalog',
    'production',
  );
  return catalog;
}

describe('recipients', () => {
  it('are told by consumer and grant, with whom to ask', async () => {
    const catalog = await demoCatalog();
    const other = { ...place, consumer: 'gone-shop', grant: 'gone', approvers: ['somebody-else'] };
    const found = parties(catalog, (_of, field) => field !== 'CustomerPage.next', [
      summary({ returned: ['Customer.name', 'Customer.email'], masked: ['Customer.email'] }, 3, 2),
      summary(
        {
          place: { ...place, version: '1.3', operation: 'listCustomers' },
          returned: ['Customer.phone', 'CustomerPage.next'],
        },
        5,
      ),
      summary({ place: { ...place, purpose: 'marketing' }, returned: ['Customer.name'] }, 4),
      summary({ place: other, returned: ['Customer.name'] }, 9),
    ]);
    assert.deepEqual(
      found.map(({ consumer, exchanges, first, last }) => [consumer, exchanges, first.slice(8, 13), last.slice(8, 13)]),
      [
        ['gone-shop', 1, '09T01', '09T02'],
        ['salesforce-crm', 4, '03T01', '05T02'],
      ],
    );
    assert.equal(found[0]?.owner, undefined);
    assert.deepEqual(found[1]?.owner, {
      ...{ team: 'crm-platform', title: 'CRM platform' },
      ...{ email: 'crm-platform@distribution.example', contact: '#crm-platform' },
    });
    assert.deepEqual(
      found[1]?.uses.map(({ purpose, versions, operations, received, masked, exchanges }) => [
        purpose,
        versions,
        operations,
        received,
        masked,
        exchanges,
      ]),
      [
        [
          'sales',
          ['1.2', '1.3'],
          ['getCustomer', 'listCustomers'],
          ['Customer.name', 'Customer.phone'],
          ['Customer.email'],
          3,
        ],
        ['marketing', ['1.2'], ['getCustomer'], ['Customer.name'], [], 1],
      ],
    );
  });

  it('of a field that went out in clear once are not told that it was masked', async () => {
    const [party] = parties(await demoCatalog(), () => true, [
      summary({ returned: ['Customer.email'], masked: ['Customer.email'] }, 3),
      summary({ returned: ['Customer.email'] }, 4),
    ]);
    assert.deepEqual(
      party?.uses.map(({ received, masked }) => [received, masked]),
      [[['Customer.email'], []]],
    );
  });
});

describe('grants', () => {
  it('are told with their use, unused ones first, and those that are gone', async () => {
    const catalog = await demoCatalog();
    const uses = grantUses(catalog, 'production', [
      summary({ decision: 'allowed' }, 3, 5),
      summary({ decision: 'refused' }, 9, 2),
      summary({ place: { ...place, grant: 'gone', consumer: 'x', interface: 'y' }, decision: 'allowed' }, 4, 7),
      summary({ place: {}, decision: 'refused' }, 4, 7),
    ]);
    assert.equal(uses.length, catalog.grants.size + 1);
    assert.ok(uses.slice(0, -2).every(({ last, exchanges }) => last === undefined && exchanges === 0));
    const [crm, gone] = uses.slice(-2);
    assert.deepEqual([crm?.grant, crm?.exchanges, crm?.refused, crm?.last?.slice(0, 10)], [CRM, 5, 2, '2026-11-03']);
    assert.deepEqual([gone?.grant, gone?.consumer, gone?.until, gone?.exchanges], ['gone', 'x', undefined, 7]);
    assert.deepEqual(grantUses(catalog, 'development', []), []);
  });
});

describe('denials and maskings', () => {
  it('are told by whom and why, most often first', () => {
    const refused = [
      summary({ code: 'field-not-granted', refused: ['Customer.vat'] }, 3),
      summary({ code: 'field-not-granted', refused: ['Customer.creditLimit'] }, 4, 2),
      summary({ code: 'token-invalid', place: {} }, 4, 9),
    ];
    assert.deepEqual(
      denials(refused).map(({ consumer, code, fields, exchanges }) => [consumer, code, fields, exchanges]),
      [
        ['', 'token-invalid', [], 9],
        ['salesforce-crm', 'field-not-granted', ['Customer.creditLimit', 'Customer.vat'], 3],
      ],
    );
    const masked = [summary({ masked: ['Customer.vat'] }, 3), summary({ masked: ['Customer.phone'] }, 4)];
    assert.deepEqual(
      maskings(masked).map(({ grant, fields, exchanges }) => [grant, fields, exchanges]),
      [[CRM, ['Customer.phone', 'Customer.vat'], 2]],
    );
  });
});
