import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessEntry, ApprovalEntry, PlaceDefinition } from '../entry.ts';
import type { EntryLists, ResolvedEntry } from '../record/entry-reader.ts';
import { matches } from './matches.ts';
import type { Question } from './question.ts';

const entry: AccessEntry = {
  type: 'access',
  place: 'p',
  exchange: 'e1',
  trace: 't1',
  time: '2026-11-20T12:00:00.000Z',
  subject: 'aaaaaaaaaaaaaaaa',
  handles: ['1111111111111111', '2222222222222222'],
  decision: 'refused',
  code: 'field-not-granted',
  verdicts: [],
  status: 403,
  bytes: 0,
  ms: 1,
};
const place: PlaceDefinition = {
  consumer: 'crm',
  client: 'crm-client',
  grant: 'g',
  purpose: 'orders',
  interface: 'customer-master',
  version: '1.2',
  operation: 'getCustomer',
  method: 'GET',
  environment: 'production',
  snapshot: 's',
};
const lists: EntryLists = {
  verdicts: [],
  returned: ['Customer.name'],
  masked: ['Customer.phone'],
  refused: ['Customer.creditLimit'],
  written: [],
  ignored: [],
  notes: [],
};
const exchange: ResolvedEntry = { index: 5, entry, place, lists, missing: [] };
const approval: ApprovalEntry = {
  type: 'approval',
  time: '2026-11-20T12:00:00.000Z',
  grant: 'g',
  digest: 'sha256:1',
  consumer: 'crm',
  interface: 'customer-master',
  until: '2027-01-01',
  purpose: 'orders',
  approvals: [],
};

/** Questions that the exchange answers, each with one that it does not. */
const PAIRS: readonly (readonly [yes: Question, no: Question])[] = [
  [{}, { types: ['change'] }],
  [{ consumer: 'crm' }, { consumer: 'wms' }],
  [{ client: 'crm-client' }, { client: 'other' }],
  [{ grant: 'g' }, { grant: 'h' }],
  [
    { interface: 'customer-master', version: '1.2' },
    { interface: 'customer-master', version: '1.3' },
  ],
  [{ operation: 'getCustomer' }, { operation: 'listCustomers' }],
  [{ purpose: 'orders' }, { purpose: 'marketing' }],
  [{ decision: 'refused', code: 'field-not-granted' }, { decision: 'allowed' }],
  [{ exchange: 'e1' }, { exchange: 'e2' }],
  [{ trace: 't1' }, { trace: 't2' }],
  [{ subjects: ['b', 'aaaaaaaaaaaaaaaa'] }, { subjects: [] }],
  [{ handles: ['2222222222222222'] }, { handles: ['3333333333333333'] }],
  [{ from: '2026-11-20T12:00:00Z' }, { from: '2026-11-20T12:00:00.001Z' }],
  [{ to: '2026-11-20T12:00:00.001Z' }, { to: '2026-11-20T12:00:00Z' }],
  [{ from: '2026-11-20', to: '2026-11-21' }, { from: '2026-11-21' }],
  [{ fields: [{ field: 'Customer.phone' }] }, { fields: [{ field: 'Customer.creditLimit' }] }],
  [{ fields: [{ field: 'Customer.creditLimit' }], fieldUse: ['refused'] }, { fieldUse: ['written'] }],
  [
    { fields: [{ interface: 'customer-master', field: 'Customer.name' }] },
    { fields: [{ interface: 'orders', field: 'Customer.name' }] },
  ],
];

describe('what a question means', () => {
  for (const [yes, no] of PAIRS) {
    test(`${JSON.stringify(yes)} is answered, ${JSON.stringify(no)} is not`, () => {
      assert.equal(matches(yes, exchange), true);
      assert.equal(matches(no, exchange), false);
    });
  }

  test('an approval is found by what it names, and by nothing that only exchanges have', () => {
    const row: ResolvedEntry = { index: 1, entry: approval, missing: [] };
    for (const asked of [{}, { consumer: 'crm' }, { grant: 'g', purpose: 'orders' }, { types: ['approval'] }]) {
      assert.equal(matches(asked, row), true, JSON.stringify(asked));
    }
    for (const asked of [
      { consumer: 'wms' },
      { decision: 'allowed' as const },
      { fields: [{ field: 'a' }] },
      { version: '1' },
    ]) {
      assert.equal(matches(asked, row), false, JSON.stringify(asked));
    }
  });
});
