import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import {
  LEAK_VERSIONS,
  type LeakVector,
  leakIds,
  leakVectors,
} from '../../examples/stand-in-odoo/leak-target.fixture.ts';
import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import { understood } from './clients/answer-shape.fixture.ts';
import { DATABASE, KEY, LOGIN } from './clients/client-house.fixture.ts';
import { type Exchanged, lastingBytes, openTwins, SECRETS, type Twins, unguardedTwins } from './leaky-twins.fixture.ts';
import { CARRIERS, type Caller, openSession, requestOf } from './vector-requests.fixture.ts';

// Every recorded leak as the bytes of clients, over every protocol that can carry it, before two Odoos that leak as the real
// ones do and differ in all that the consumer may not see. Without the gateway each of them shows; with it, none.

/** The vectors that the gateway answers, and with what. Every other one is refused. */
const ANSWERED: Readonly<Record<string, unknown>> = {
  // Looked up in the visible name alone.
  name_search: [],
  fields_get: {},
  default_get_context: {},
};

/** Buttons answer actions, and nothing else. */
function answered(carrier: string, value: unknown): unknown {
  return carrier === 'a button' && (typeof value !== 'object' || Array.isArray(value)) ? false : value;
}

/** In an answer that tells of fields which the consumer does not see. */
const HIDDEN_NAME = /email|vat|list_price|standard_price|login|_uid|partner_id|_char|ttype/;

/** Where a vector was recorded with an answer and yet shows nothing. */
const QUIET: Readonly<Record<string, (version: number, carrier: string) => boolean>> = {
  // No record was made for it while 16 to 18 were recorded: it asks for none.
  context_default_write: (version) => version < 19,
  // 16 adds nothing to the name that is read.
  context_display_name: (version) => version === 16,
  // Records have no place in XML.
  filtered_domain: (_, carrier) => carrier.includes('XML'),
  // Groups by what the consumer sees, and answers nothing else.
  formatted_read_group_having: () => true,
};

function isQuiet({ vector, error, result }: LeakVector, version: number, carrier: string): boolean {
  const isEmpty = error !== undefined || (Array.isArray(result) && result.length === 0);
  return isEmpty || QUIET[vector]?.(version, carrier) === true;
}

/** What an exchange gives away: what tells the twins apart, is hidden, or was changed. */
function leakOf([left, right]: Twins<Exchanged>): string | undefined {
  const [one, other] = [lastingBytes(left.reply), lastingBytes(right.reply)];
  if (one !== other) return `the replies differ:\n${one}\n${other}`;
  const isTold = SECRETS.some((secret) => one.includes(secret));
  if (isTold || ('result' in understood(left.reply) && HIDDEN_NAME.test(one))) return `hidden is told:\n${one}`;
  return left.isChanged || right.isChanged ? 'something was changed' : undefined;
}

for (const version of LEAK_VERSIONS) {
  describe(`the leaks of Odoo ${version} without the gateway`, () => {
    const { caller, ask } = unguardedTwins(version);
    for (const carrier of CARRIERS) {
      // JSON-2 came with 19.
      if (carrier === 'a button' || (carrier === 'JSON-2' && version < 19)) continue;
      test(`show over ${carrier}`, () => {
        const kept = leakVectors(version).filter((vector) => {
          const request = requestOf(carrier, version, vector.call, caller);
          return request !== undefined && leakOf(ask(request)) === undefined && !isQuiet(vector, version, carrier);
        });
        assert.deepEqual(kept, []);
      });
    }
  });

  describe(`the leaks of Odoo ${version} at the gateway`, () => {
    let twins: Awaited<ReturnType<typeof openTwins>>;
    let caller: Caller = { database: DATABASE, uid: syntheticUid(LOGIN), key: KEY, cookie: '' };
    before(async () => {
      twins = await openTwins(version);
      caller = { ...caller, cookie: await openSession(twins.url, caller, LOGIN) };
    });
    after(() => twins.stop());

    const answers = async (carrier: string, call: LeakVector['call']) => {
      const request = requestOf(carrier, version, call, caller);
      if (request === undefined) return undefined;
      const exchanged = await twins.ask(request);
      const heard = understood(exchanged[0].reply);
      return { exchanged, heard: JSON.parse(JSON.stringify(heard)) };
    };

    for (const { vector, call } of leakVectors(version)) {
      test(vector, async () => {
        for (const carrier of CARRIERS) {
          const answer = await answers(carrier, call);
          if (answer === undefined) continue;
          assert.equal(leakOf(answer.exchanged), undefined, carrier);
          if (Object.hasOwn(ANSWERED, vector))
            assert.deepEqual(answer.heard, { result: answered(carrier, ANSWERED[vector]) }, carrier);
          else assert.ok(Object.hasOwn(answer.heard, 'code'), `${carrier} answers ${JSON.stringify(answer.heard)}`);
        }
        const [heard, same] = twins.heard();
        assert.equal(heard, same);
      });
    }

    const { partner } = leakIds(version);
    const known = { id: partner, name: 'Leak Target' };
    const granted: readonly (readonly [method: string, args: unknown[], kwargs: object, result: unknown])[] = [
      ['read', [[partner], ['name', 'country_id']], {}, [{ ...known, country_id: [20, 'Belgium'] }]],
      ['search_read', [[['name', '=', 'Leak Target']]], { fields: ['name'] }, [known]],
      ['search_count', [[['country_id.id', '=', 20]]], {}, 3],
      ['export_data', [[partner], ['name', 'country_id']], {}, { datas: [['Leak Target', 'Belgium']] }],
      ['write', [[partner], { name: 'Leak Target' }], {}, true],
    ];
    for (const carrier of CARRIERS) {
      test(`what is granted is answered over ${carrier}`, async () => {
        for (const [method, args, kwargs, result] of granted) {
          const answer = await answers(carrier, { model: 'res.partner', method, args, kwargs: { ...kwargs } });
          if (answer === undefined) continue;
          assert.deepEqual(answer.heard, { result: answered(carrier, result) }, method);
          const isTold = method === 'write' ? 'something was changed' : undefined;
          assert.equal(leakOf(answer.exchanged), isTold);
        }
      });
    }
  });
}

describe('the manual of the recorded leaks', () => {
  const root = new URL('../../', import.meta.url);
  const manual = readFileSync(new URL('docs/odoo-leak-vectors.md', root), 'utf8');
  const rows = [...manual.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, vector = '', cells = '']) => {
    const [versions = '', method = '', , tests = ''] = cells.split(' | ').map((cell) => cell.trim());
    return { vector, versions, method, tests: tests.split(', ') };
  });

  test('has a row for each, with its versions and what it calls', () => {
    const recorded = LEAK_VERSIONS.flatMap((version) => leakVectors(version).map((one) => ({ version, ...one })));
    const expected = [...Map.groupBy(recorded, ({ vector }) => vector)].map(([vector, own]) => {
      const versions = own.map(({ version }) => version).join(', ');
      const methods = new Set(own.map(({ call }) => `\`${call.model}.${call.method}\``));
      return { vector, versions, method: [...methods].join(', ') };
    });
    const byName = (left: { vector: string }, right: { vector: string }) => (left.vector < right.vector ? -1 : 1);
    const told = rows.map(({ tests: _, ...row }) => row);
    assert.deepEqual(told.sort(byName), expected.sort(byName));
  });

  test('names the tests that hold it', () => {
    for (const { vector, tests } of rows) {
      const [wire, guard, ...more] = tests;
      assert.deepEqual([wire, guard], ['wire', 'guard'], vector);
      for (const name of more) assert.ok(existsSync(new URL(`odoo/guard/${name}.test.ts`, root)), `${vector}: ${name}`);
    }
  });
});
