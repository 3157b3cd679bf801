import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessEntry } from '../entry.ts';
import { canonicalJson } from './canonical-json.ts';
import { EntryReader, type ResolvedEntry } from './entry-reader.ts';
import { recordPlace } from './record-place.ts';
import type { LearntFacts, RecordedExchange } from './recorded-exchange.ts';
import { EXCHANGE, handleOf, NOON, NOTHING, PLACE, testRecorder } from './recorder.fixture.ts';

const DAY = 86_400_000;

/** What stands on record of one exchange, and how long it is. */
function record(change: Partial<RecordedExchange>, learnt: Partial<LearntFacts> = {}) {
  const { log, recorder } = testRecorder();
  recorder.put({ ...EXCHANGE, ...change, facts: { ...NOTHING, ...learnt } });
  const reader = new EntryReader();
  const all = log.entries.flatMap((entry, index) => reader.read(index, Buffer.from(entry)) ?? []);
  const last = all.at(-1) as ResolvedEntry;
  return { log, last, entry: last.entry as AccessEntry, text: log.entries.at(-1) ?? '', lists: last.lists };
}

describe('a record', () => {
  test('leaves out what has nothing to say', () => {
    const { entry, log } = record({});
    assert.deepEqual(entry, {
      type: 'access',
      time: '2026-11-20T12:00:00.005Z',
      place: recordPlace(PLACE).id,
      exchange: 'e1',
      trace: '0af7651916cd43dd8448eb211c80319c',
      decision: 'allowed',
      verdicts: ['identify-jwt'],
      status: 200,
      bytes: 17,
      ms: 1.3,
    });
    assert.deepEqual(
      log.parsed.map(({ type }) => type),
      ['epoch', 'define', 'access'],
    );
  });

  test('says all that was learnt', () => {
    const { entry, last, lists } = record(
      {
        client: 'second-client',
        subject: 'identity/embedded webshop',
        decision: 'refused',
        code: 'field-not-granted',
        reason: 'a "quoted" reason\nof two lines',
      },
      {
        returned: '["Customer.id"]',
        masked: ['Customer.iban'],
        refused: ['Customer.margin'],
        subjects: ['erp/res.partner 7', 'erp/res.partner 8'],
        recordCount: 2,
        ignored: ['x-company'],
        notes: ['response-drift'],
        upstreamMs: 12.34,
        upstreamStatus: 200,
      },
    );
    assert.equal(entry.subject, handleOf('identity/embedded webshop'));
    assert.deepEqual(entry.handles, [handleOf('erp/res.partner 7'), handleOf('erp/res.partner 8')]);
    assert.equal(entry.client, 'second-client');
    assert.deepEqual(
      [entry.code, entry.reason, entry.records, entry.upstreamMs, entry.upstreamStatus],
      ['field-not-granted', 'a "quoted" reason\nof two lines', 2, 12.3, 200],
    );
    assert.deepEqual(last.place, PLACE);
    assert.deepEqual(lists, {
      verdicts: ['identify-jwt'],
      returned: ['Customer.id'],
      masked: ['Customer.iban'],
      refused: ['Customer.margin'],
      written: [],
      ignored: ['x-company'],
      notes: ['response-drift'],
    });
  });

  test('says what was written only where it was, or may have been', () => {
    const written = ['Customer.name'];
    assert.deepEqual(record({}, { written }).entry.written, written);
    assert.deepEqual(record({ decision: 'failed', code: 'outcome-unknown' }, { written }).entry.written, written);
    for (const decision of ['refused', 'failed'] as const) {
      assert.equal(record({ decision }, { written }).entry.written, undefined, decision);
      assert.deepEqual(record({ decision }, { written, hasChanged: true }).entry.written, written, decision);
    }
  });

  test('says what went out only where something of the answer left, and of a write whom it was about', () => {
    const learnt = {
      returned: '["Customer.id"]',
      masked: ['Customer.iban'],
      subjects: ['erp/res.partner 7'],
      recordCount: 1,
    };
    const told = (change: Partial<RecordedExchange>, more: Partial<LearntFacts> = {}) => {
      const { returned, masked, handles, records } = record(change, { ...learnt, ...more }).entry;
      return [returned, masked, handles?.length, records];
    };
    const all = [['Customer.id'], ['Customer.iban'], 1, 1];
    assert.deepEqual(told({}), all);
    assert.deepEqual(told({ decision: 'failed', hasLeft: true }), all, 'broken off');
    assert.deepEqual(told({ decision: 'refused', hasLeft: false }), [undefined, undefined, undefined, undefined]);
    const about = [undefined, undefined, 1, 1];
    assert.deepEqual(told({ decision: 'failed', code: 'outcome-unknown', hasLeft: false }), about);
    assert.deepEqual(told({ decision: 'failed', hasLeft: false }, { hasChanged: true }), about);
  });

  test('lists a thousand handles, each once, and counts all records', () => {
    const many = Array.from({ length: 2500 }, (_, n) => `erp/res.partner ${n}`);
    const { entry, lists, text } = record({}, { subjects: many, recordCount: 2500 });
    assert.equal(new Set(entry.handles).size, 1000);
    assert.equal(entry.records, 2500);
    assert.deepEqual(lists?.notes, ['handles-at-limit']);
    assert.ok(text.length < 20_000);
    for (const times of [3, 30]) {
      const twice = Array.from({ length: times }, (_, n) => `erp/res.partner ${n % 2}`);
      assert.deepEqual(record({}, { subjects: twice }).entry.handles, [...new Set(twice)].map(handleOf));
    }
  });

  test('keeps no value: neither ids nor subjects nor texts in the place of a name', () => {
    const canaries = ['SE45 5000 0000 0583 9825 7466', 'kund@exempel.test', '+46 70 123 45 67', '<script>', '"},{"'];
    const { log, lists } = record(
      { subject: 'identity/embedded canary-subject' },
      { subjects: ['erp/res.partner canary-id-1'], recordCount: 1, refused: canaries, ignored: canaries },
    );
    for (const canary of [...canaries, 'canary-subject', 'canary-id-1']) {
      assert.ok(!log.entries.join('\n').includes(canary), canary);
    }
    assert.deepEqual(lists?.refused, Array(5).fill('(not a name)'));
    const fields = [
      'Customer.address.city',
      '@type',
      'filter[name][ilike]',
      'x-odoo-company',
      'Kund.gatuadress_å',
      '(unknown)',
      'x-(unknown)',
    ];
    assert.deepEqual(record({}, { refused: fields }).lists?.refused, fields);
  });

  test('says that its handles are missing where their key is', () => {
    const faults: unknown[] = [];
    const { log, recorder } = testRecorder({
      handles: {
        at: () => {
          throw new Error('no key');
        },
      },
      onFault: (error) => faults.push(error),
    });
    recorder.put({ ...EXCHANGE, facts: { ...NOTHING, subjects: ['erp/res.partner 7'] } });
    recorder.put(EXCHANGE);
    assert.equal(faults.length, 1, 'the key is asked for once a second');
    const entry = log.parsed.at(-2) as unknown as AccessEntry;
    assert.equal(entry.handles, undefined);
    assert.deepEqual(entry.notes, ['handles-unavailable']);
  });
});

describe('an epoch', () => {
  const types = (log: { parsed: Record<string, unknown>[] }) => log.parsed.map(({ type }) => type).join(' ');
  const long = `["${'a'.repeat(60)}"]`;

  test('begins at the start and at each new day (UTC), and defines anew what is used', () => {
    const { log, recorder } = testRecorder();
    recorder.put({ ...EXCHANGE, verdicts: long });
    recorder.put({ ...EXCHANGE, verdicts: long });
    recorder.put({ ...EXCHANGE, verdicts: long, time: NOON + DAY });
    assert.equal(types(log), 'epoch define define access access epoch define define access');
    assert.deepEqual(log.parsed[0], {
      type: 'epoch',
      format: 1,
      time: '2026-11-20T12:00:00.006Z',
      origin: 'gateway.test/ledger',
      environment: 'production',
      software: '0.0.0',
    });
  });

  test('begins anew where a definition was lost', () => {
    const { log, recorder } = testRecorder();
    recorder.put({ ...EXCHANGE, verdicts: long });
    log.lose();
    recorder.put({ ...EXCHANGE, verdicts: long });
    assert.equal(types(log), 'epoch define define access');
    log.sync();
    recorder.put(EXCHANGE);
    log.lose();
    recorder.put(EXCHANGE);
    assert.equal(types(log), 'epoch define define access access');
  });

  test('begins anew where the log took no more while something was defined', () => {
    const { log, recorder } = testRecorder();
    log.healthy = false;
    assert.throws(() => recorder.put({ ...EXCHANGE, verdicts: long }));
    assert.throws(() => recorder.note({ type: 'gap', time: 'T', cause: 'overload' }));
    log.healthy = true;
    recorder.put({ ...EXCHANGE, verdicts: long });
    assert.equal(types(log), 'epoch define define access');
  });

  test('begins anew after so many entries that nobody has to read back further', () => {
    const { log, recorder } = testRecorder();
    for (let n = 0; n < 300_000; n++) recorder.put(EXCHANGE);
    assert.equal(log.entries.filter((entry) => entry.includes('"type":"epoch"')).length, 2);
  });
});

describe('what is defined', () => {
  test('is bounded: further lists stand in the entry, long ones begin a new epoch', () => {
    const { log, recorder } = testRecorder();
    const put = (n: number, size: number) =>
      recorder.put({ ...EXCHANGE, verdicts: JSON.stringify([`${n}-${'v'.repeat(size)}`]) });
    for (let n = 0; n < 5000; n++) put(n, 60);
    const defined = log.entries.filter((entry) => entry.includes('"list"')).length;
    assert.equal(defined, 4096);
    assert.deepEqual((log.parsed.at(-1) as unknown as AccessEntry).verdicts, [`4999-${'v'.repeat(60)}`]);
    for (let n = 0; n < 17; n++) put(n, 2000);
    assert.equal(log.entries.filter((entry) => entry.includes('"type":"epoch"')).length, 2);
  });

  test('by clients is bounded apart from the rest, and a long list is then cut', () => {
    const { log, recorder } = testRecorder();
    const put = (names: readonly string[]) => recorder.put({ ...EXCHANGE, facts: { ...NOTHING, refused: names } });
    for (let n = 0; n < 600; n++) put([`name-${n}`.padEnd(60, 'x')]);
    assert.equal(log.entries.filter((entry) => entry.includes('"list"')).length, 512);
    put(Array.from({ length: 90 }, (_, n) => `field_${n}`.padEnd(60, 'x')));
    const { refused } = log.parsed.at(-1) as unknown as AccessEntry;
    assert.equal(refused?.at(-1), '(and more)');
    assert.ok(JSON.stringify(refused).length < 1100);
  });

  test('in lists too long for an entry comes in parts, and is one list again for who reads it', () => {
    const fields = Array.from({ length: 3000 }, (_, n) => `Customer.property_number_${n}_é`);
    const { lists, log } = record({}, { returned: JSON.stringify(fields) });
    assert.deepEqual(lists?.returned, fields);
    assert.ok(log.parsed.filter(({ part }) => part !== undefined).length > 3);
    const absurd = ['y'.repeat(100_000), ...fields];
    assert.equal(record({}, { returned: JSON.stringify(absurd) }).lists?.returned[0]?.length, 2000);
  });
});

describe('every entry', () => {
  const names = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 200 });
  const fields = fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 40 });
  const text = fc.string({ unit: 'binary', maxLength: 5000 });
  const exchange = fc.record({
    client: fc.option(text, { nil: undefined }),
    reason: fc.option(text, { nil: undefined }),
    subject: fc.oneof(fc.constant(''), text),
    decision: fc.constantFrom('allowed', 'refused', 'failed'),
    hasLeft: fc.constant(true),
    code: fc.constantFrom(undefined, 'field-not-granted', 'outcome-unknown'),
    type: fc.constantFrom('access', 'access-begin'),
    time: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    ms: fc.integer({ min: -5000, max: 100_000 }),
    bytes: fc.nat(),
    status: fc.integer({ min: 100, max: 599 }),
  });
  const facts = fc.record({
    returned: fields.map((list) => (list.length === 0 ? '' : canonicalJson(list))),
    masked: fields,
    written: fields,
    notes: fields,
    refused: names,
    ignored: names,
    subjects: fc.array(text, { maxLength: 1200 }),
    recordCount: fc.nat(),
    upstreamMs: fc.nat(),
    upstreamStatus: fc.constantFrom(0, 200, 503),
  });

  test('is canonical JSON within 65,535 bytes, whatever comes from outside, and reads back as it was', () => {
    const { log, recorder } = testRecorder();
    const reader = new EntryReader();
    let read = 0;
    const property = fc.property(exchange, facts, (change, learnt) => {
      recorder.put({ ...EXCHANGE, ...change, facts: learnt });
      let last: ResolvedEntry | undefined;
      for (; read < log.entries.length; read++) {
        const entry = log.entries[read] ?? '';
        assert.equal(canonicalJson(JSON.parse(entry)), entry);
        assert.ok(Buffer.byteLength(entry) <= 0xffff, `${Buffer.byteLength(entry)} bytes`);
        assert.ok(entry.isWellFormed());
        last = reader.read(read, Buffer.from(entry));
      }
      assert.equal(last?.entry.type, change.type);
      assert.deepEqual(last?.missing, []);
      assert.deepEqual(last?.lists?.masked, learnt.masked);
      assert.deepEqual(JSON.stringify(last?.lists?.returned), learnt.returned === '' ? '[]' : learnt.returned);
      assert.equal(last?.lists?.refused.length, Math.min(100, learnt.refused.length));
    });
    fc.assert(property, { numRuns: 150 });
  });

  test('stays within the bound at the worst that all may be', () => {
    const long = (prefix: string, char: string, length = 101) =>
      Array.from({ length }, (_, n) => `${prefix}${n}`.padEnd(100, char));
    const { log, recorder } = testRecorder();
    for (let round = 0; round < 6000; round++) {
      const fields = (name: string) => [`${name}${round}`.padEnd(990, '\u{3042}')];
      if (round < 5990 && round > 600) {
        recorder.put({ ...EXCHANGE, verdicts: JSON.stringify(fields('v').map((one) => one.slice(0, 80))) });
        continue;
      }
      recorder.put({
        ...EXCHANGE,
        client: '\u0001'.repeat(9000),
        reason: '\u0001'.repeat(9000),
        verdicts: JSON.stringify(fields('v')),
        facts: {
          returned: JSON.stringify(fields('r')),
          masked: fields('m'),
          written: fields('w'),
          notes: fields('n'),
          refused: long(`a${round}`, '\u{3042}'),
          ignored: long(`b${round}`, '\u{3042}'),
          subjects: round === 5999 ? long('s', 'x', 1500) : [],
          recordCount: 1,
          upstreamMs: 1,
          upstreamStatus: 200,
        },
      });
    }
    const longest = Math.max(...log.entries.map((entry) => Buffer.byteLength(entry)));
    assert.ok(longest <= 0xffff, `${longest} bytes`);
    assert.ok(longest > 30_000, `${longest} bytes: this is not the worst`);
  });

  test('that is not of an exchange is refused where the log could not hold it', () => {
    const { recorder } = testRecorder();
    const query = 'q'.repeat(70_000);
    assert.throws(
      () => recorder.note({ type: 'audit-read', time: 'T', actor: 'a', rows: 1, query }),
      /audit-read entry is too long/,
    );
  });
});
