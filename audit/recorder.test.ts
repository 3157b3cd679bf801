import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { keyedHash } from './keyed-hash.ts';
import type { AuditRecord } from './record.ts';
import { recordPrefix } from './record-prefix.ts';
import { createRecorder, type LearntFacts, type RecordedExchange } from './recorder.ts';

const KEY = Buffer.alloc(32, 7);

const NOTHING: LearntFacts = {
  returned: '',
  masked: [],
  refused: [],
  written: [],
  recordIds: [],
  recordCount: 0,
  ignored: [],
  notes: [],
  upstreamMs: 0,
  upstreamStatus: 0,
};

const EXCHANGE: RecordedExchange = {
  type: 'access',
  prefix: recordPrefix({ environment: 'production', snapshot: 'sha256:1', method: 'GET', template: '/customers/{id}' }),
  time: Date.UTC(2026, 10, 20, 12, 0, 0, 5),
  exchange: 'e1',
  trace: '0af7651916cd43dd8448eb211c80319c',
  subject: '',
  decision: 'allowed',
  code: undefined,
  reason: undefined,
  policies: '["identify-jwt"]',
  facts: NOTHING,
  status: 200,
  bytes: 17,
  ms: 1.25,
};

function record(exchange: RecordedExchange): { line: string; entry: AuditRecord } {
  let line = '';
  const log = {
    healthy: true,
    append: (before: string, constant = Buffer.alloc(0), after = '') => {
      line = before + constant + after;
      return 0;
    },
    whenDurable: () => undefined,
    close: () => Promise.resolve(),
  };
  createRecorder({ log, hashKey: KEY }).put(exchange);
  return { line, entry: JSON.parse(line) as AuditRecord };
}

describe('a record', () => {
  test('says what was written only where it was', () => {
    const facts = { ...NOTHING, written: ['Customer.name'] };
    assert.deepEqual(record({ ...EXCHANGE, facts }).entry.written, ['Customer.name']);
    for (const decision of ['refused', 'failed'] as const) {
      assert.equal(record({ ...EXCHANGE, decision, facts }).entry.written, undefined, decision);
    }
  });

  test('leaves out what has nothing to say', () => {
    assert.deepEqual(record(EXCHANGE).entry, {
      v: 1,
      type: 'access',
      time: '2026-11-20T12:00:00.005Z',
      exchange: 'e1',
      trace: '0af7651916cd43dd8448eb211c80319c',
      method: 'GET',
      template: '/customers/{id}',
      environment: 'production',
      snapshot: 'sha256:1',
      decision: 'allowed',
      policies: ['identify-jwt'],
      status: 200,
      bytes: 17,
      ms: 1.3,
    });
  });

  test('says all that was learnt', () => {
    const { entry } = record({
      ...EXCHANGE,
      subject: 'webshop',
      decision: 'refused',
      code: 'field-not-granted',
      reason: 'a "quoted" reason\nof two lines',
      facts: {
        returned: '["Customer.id"]',
        masked: ['Customer.iban'],
        refused: ['Customer.margin'],
        written: [],
        recordIds: ['7', '8'],
        recordCount: 2,
        ignored: ['x-company'],
        notes: ['response-drift'],
        upstreamMs: 12.34,
        upstreamStatus: 200,
      },
    });
    const hashed = keyedHash(KEY);
    assert.equal(entry.subject, hashed('webshop'));
    assert.deepEqual(entry.ids, [hashed('7'), hashed('8')]);
    assert.deepEqual(
      [entry.code, entry.reason, entry.returned, entry.masked, entry.refused, entry.written, entry.records],
      [
        'field-not-granted',
        'a "quoted" reason\nof two lines',
        ['Customer.id'],
        ['Customer.iban'],
        ['Customer.margin'],
        undefined,
        2,
      ],
    );
    assert.deepEqual(
      [entry.ignored, entry.notes, entry.upstreamMs, entry.upstreamStatus],
      [['x-company'], ['response-drift'], 12.3, 200],
    );
  });

  test('lists a hundred ids and counts all', () => {
    const recordIds = Array.from({ length: 250 }, (_, n) => String(n));
    const { entry } = record({ ...EXCHANGE, facts: { ...NOTHING, recordIds, recordCount: 250 } });
    assert.equal(entry.ids?.length, 100);
    assert.equal(entry.records, 250);
  });

  test('keeps no value: neither ids nor subjects nor texts in the place of a name', () => {
    const canaries = ['SE45 5000 0000 0583 9825 7466', 'kund@exempel.test', '+46 70 123 45 67', '<script>', '"},{"'];
    const { line, entry } = record({
      ...EXCHANGE,
      subject: 'canary-subject',
      facts: { ...NOTHING, recordIds: ['canary-id-1'], recordCount: 1, refused: canaries, ignored: canaries },
    });
    for (const canary of [...canaries, 'canary-subject', 'canary-id-1']) assert.ok(!line.includes(canary), canary);
    assert.deepEqual(entry.refused, Array(5).fill('(not a name)'));
    const fields = ['Customer.address.city', '@type', 'filter[name][ilike]', 'x-odoo-company', 'Kund.gatuadress_å'];
    assert.deepEqual(record({ ...EXCHANGE, facts: { ...NOTHING, refused: fields } }).entry.refused, fields);
  });

  test('is one line of JSON whatever a client names its fields', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string({ unit: 'binary' }), (names, text) => {
        const { line, entry } = record({
          ...EXCHANGE,
          reason: text,
          subject: text,
          facts: { ...NOTHING, refused: names, ignored: names, recordIds: names, recordCount: names.length },
        });
        assert.ok(!line.includes('\n'));
        assert.equal(entry.decision, 'allowed');
        assert.equal(entry.ids?.length ?? 0, Math.min(100, names.length));
      }),
    );
  });

  test('stays small whatever a client sends', () => {
    const long = Array.from({ length: 10_000 }, (_, n) => `f${n}`.padEnd(5000, 'x'));
    const { line } = record({
      ...EXCHANGE,
      reason: long.join(''),
      facts: { ...NOTHING, refused: long, ignored: long },
    });
    assert.ok(line.length < 30_000);
  });
});

describe('a prefix', () => {
  test('holds what is known, safely quoted', () => {
    const text = recordPrefix({
      environment: 'test',
      snapshot: 's',
      method: 'PUT',
      consumer: 'a "quoted" name',
      grant: 'g',
      purpose: 'orders\u2028',
    });
    assert.deepEqual(JSON.parse(`{${text}}`), {
      environment: 'test',
      snapshot: 's',
      method: 'PUT',
      consumer: 'a "quoted" name',
      grant: 'g',
      purpose: 'orders\u2028',
    });
  });
});

describe('a keyed hash', () => {
  test('is the same for the same value and key, and another under another key', () => {
    const one = keyedHash(KEY);
    assert.equal(one('7'), keyedHash(KEY)('7'));
    assert.match(one('7'), /^[0-9a-f]{16}$/);
    assert.notEqual(one('7'), one('8'));
    assert.notEqual(one('7'), keyedHash(Buffer.alloc(32, 8))('7'));
    assert.throws(() => keyedHash(Buffer.alloc(16)), /32 bytes/);
  });

  test('does not change when its memory of values turns over', () => {
    const hashed = keyedHash(KEY);
    const early = hashed('early');
    for (let n = 0; n < 140_000; n++) hashed(String(n));
    assert.equal(hashed('early'), early);
  });
});
