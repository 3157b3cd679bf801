import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessEntry } from '../entry.ts';
import type { ResolvedEntry } from './entry-reader.ts';
import { formatEntry } from './format-entry.ts';

const ENTRY: AccessEntry = {
  type: 'access',
  time: '2026-11-20T12:00:00.005Z',
  place: 'p',
  exchange: 'e1',
  trace: 't',
  decision: 'refused',
  code: 'field-not-granted',
  verdicts: [],
  records: 1,
  status: 403,
  bytes: 10,
  ms: 1.2,
};
const LISTS = {
  verdicts: [],
  returned: [],
  masked: [],
  refused: ['Customer.margin'],
  written: [],
  ignored: [],
  notes: [],
};
const ACCESS: ResolvedEntry = {
  index: 7,
  entry: ENTRY,
  place: {
    consumer: 'webshop',
    interface: 'customer-master',
    version: '1.2',
    operation: 'getCustomer',
    method: 'GET',
    environment: 'production',
    snapshot: 's',
  },
  lists: LISTS,
  missing: [],
};

describe('an entry for people', () => {
  test('is one short line', () => {
    assert.equal(
      formatEntry(ACCESS),
      '2026-11-20T12:00:00.005Z  webshop  customer-master/1.2 getCustomer  refused field-not-granted  403  1.2 ms  1 record  refused Customer.margin',
    );
    const gap = formatEntry({
      index: 0,
      entry: { type: 'gap', time: 'T', cause: 'torn-write', bytes: 7 },
      missing: [],
    });
    assert.equal(gap, 'T  GAP  torn-write  7 bytes cut');
    const many = formatEntry({ ...ACCESS, lists: { ...LISTS, returned: Array(100).fill('Customer.name') } });
    assert.equal(many.length, 160);
    assert.ok(many.endsWith('…'));
  });

  test('says what is in it, whatever its kind', () => {
    const time = 'T';
    const lines = [
      { type: 'epoch', time, format: 1, origin: 'o', environment: 'production', software: '1.0' },
      {
        type: 'change',
        time,
        to: `sha256:${'a'.repeat(64)}`,
        environment: 'p',
        documents: ['added Plan/x d'],
        count: 1,
      },
      {
        type: 'approval',
        time,
        grant: 'g',
        digest: 'd',
        consumer: 'crm',
        interface: 'i',
        until: 'never',
        purpose: 'p',
        approvals: [{ by: 'ann', role: 'owner', at: '2026-01-01' }],
      },
      { type: 'key-rotation', time, of: 'handles', from: '2026-10', to: '2026-11' },
      { type: 'erasure', time, actor: 'ann', reason: 'case-7', months: ['2026-10', '2026-11'] },
      { type: 'prune', time, actor: 'ann', minimum: 256, before: '2025-01-01' },
    ] as const;
    assert.deepEqual(
      lines.map((entry) => formatEntry({ index: 0, entry, missing: [] })),
      [
        'T  EPOCH  production  software 1.0',
        'T  CHANGE  snapshot sha256:aaaaaaaaaaaa  1 document  added Plan/x d',
        'T  APPROVAL  g for crm  until never  approved by ann',
        'T  KEY-ROTATION  handles  2026-10 to 2026-11',
        'T  ERASURE  ann  case-7  2 months',
        'T  PRUNE  ann  minimum 256  before 2025-01-01',
      ],
    );
  });

  test('cannot steer a terminal', () => {
    const text = formatEntry({ ...ACCESS, lists: { ...LISTS, refused: ['\u001b[2J\u0007\n\u202e'] } });
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
  });
});
