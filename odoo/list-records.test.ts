import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SortTerm } from '../gateway/exchange.ts';
import { type Bench, type GrantRules, nextOf, recordsOf, startBench } from './odoo-upstream.fixture.ts';

const READ: GrantRules = { read: { Customer: ['id', 'name', 'address.city', 'updatedAt', 'active', 'isCompany'] } };

/** All ids of a list, page by page; `between` runs after each page. */
async function walk(
  bench: Bench,
  sort: readonly SortTerm[],
  limit: number,
  between = (_page: number) => {},
): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 100; page++) {
    const answer = await bench.call('listCustomers', READ, {
      sort,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    assert.equal(answer.status, 200, answer.code);
    const records = recordsOf(answer);
    assert.ok(records.length <= limit);
    ids.push(...records.map((record) => Number(record.id)));
    between(page);
    const next = nextOf(answer);
    if (next === null) return ids;
    cursor = next;
  }
  throw new Error('the list does not end');
}

for (const version of [16, 19] as const) {
  describe(`lists of Odoo ${version}`, () => {
    let bench: Bench;
    let total = 0;
    before(async () => {
      bench = await startBench(version);
      const rows = [...bench.odoo.db.known('res.partner').rows.values()];
      total = rows.filter((row) => row.get('active') !== false).length;
      // Changed within one second, the later ids first: Odoo orders by microseconds that nobody can see.
      for (let id = 10; id <= 19; id++) {
        bench.odoo.db.put('res.partner', id, 'write_date', `2026-11-19 10:00:00.${900_000 - id * 1000}`);
      }
    });
    after(() => bench.close());

    const sorts: readonly (readonly SortTerm[])[] = [
      [],
      [{ field: 'name', descending: true }],
      [{ field: 'address.city', descending: false }],
      [
        { field: 'address.city', descending: true },
        { field: 'name', descending: false },
      ],
      [{ field: 'updatedAt', descending: false }],
      [{ field: 'updatedAt', descending: true }],
      [
        { field: 'isCompany', descending: true },
        { field: 'updatedAt', descending: true },
      ],
      [
        { field: 'isCompany', descending: false },
        { field: 'id', descending: true },
      ],
    ];
    for (const sort of sorts) {
      test(`every record once, sorted by ${sort.map(({ field, descending }) => (descending ? `-${field}` : field)).join() || 'default'}`, async () => {
        const whole = await walk(bench, sort, 100);
        assert.equal(new Set(whole).size, whole.length);
        assert.equal(whole.length, total);
        for (const limit of [1, 4, 7]) assert.deepEqual(await walk(bench, sort, limit), whole);
      });
    }

    test('records that come and go between pages neither repeat nor hide others', async () => {
      const before = await walk(bench, [], 100);
      const made: number[] = [];
      const ids = await walk(bench, [], 5, (page) => {
        const id = bench.odoo.db.insert('res.partner', 1);
        bench.odoo.db.put('res.partner', id, 'name', page % 2 === 0 ? 'AAAA' : 'ZZZZ');
        bench.odoo.db.put('res.partner', id, 'active', page < 4);
        made.push(id);
      });
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        ids.filter((id) => !made.includes(id)),
        before,
      );
      for (const id of made) bench.odoo.db.remove('res.partner', id);
    });

    test('a page that is exactly full has no next', async () => {
      const answer = await bench.call('listCustomers', READ, { limit: total });
      assert.equal(nextOf(answer), null);
    });

    test('a cursor opens for its own list only, and tells nothing', async () => {
      const sort = [{ field: 'name', descending: false }];
      const first = await bench.call('listCustomers', READ, { limit: 3, sort });
      const cursor = nextOf(first) ?? '';
      assert.doesNotMatch(Buffer.from(cursor, 'base64url').toString('latin1'), /[A-Za-z ]{6}/);
      const others = [
        { consumer: 'shop' },
        { sort: [{ field: 'name', descending: true }] },
        { filters: [['name', 'ilike', 'a']] as const },
        { cursor: `${cursor.slice(0, -2)}AA` },
        { cursor: `${cursor}AAAA` },
      ];
      for (const other of others) {
        const answer = await bench.call('listCustomers', READ, { limit: 3, sort, cursor, ...other });
        assert.equal(answer.code, 'parameter-invalid');
      }
      assert.equal((await bench.call('listCustomers', READ, { limit: 3, sort, cursor })).status, 200);
    });

    test('what is written in a text filter is text, not a pattern', async () => {
      for (const [text, expected] of [
        ['%', 0],
        ['_', 0],
        ['\\', 0],
        ['Harbour', 1],
      ] as const) {
        const answer = await bench.call('listCustomers', READ, { filters: [['name', 'ilike', text]] });
        assert.equal(recordsOf(answer).length, expected, text);
      }
    });

    test('a time means its whole second', async () => {
      const at = '2026-11-18T06:30:00Z';
      const count = async (operator: string) =>
        recordsOf(await bench.call('listCustomers', READ, { limit: 100, filters: [['updatedAt', operator, at]] }))
          .length;
      const [equal, above, atLeast] = [await count('='), await count('>'), await count('>=')];
      assert.ok(equal > 10);
      assert.equal(atLeast, equal + above);
      assert.equal(await count('!='), total - equal);
    });

    test('only granted fields are asked of Odoo, and labels only where they are shown', async () => {
      bench.odoo.calls.length = 0;
      await bench.call('listCustomers', { read: { Customer: ['id', 'address.countryId'] } }, { limit: 2 });
      const call = bench.odoo.calls.find(({ method }) => method === 'search_read');
      assert.deepEqual(call?.args.fields, ['id', 'country_id', 'name']);
      assert.equal(call?.args.load, null);
      bench.odoo.calls.length = 0;
      await bench.call(
        'listCustomers',
        { read: { Customer: ['id', 'name', 'address.country'] } },
        { fields: ['name'] },
      );
      assert.deepEqual(bench.odoo.calls.find(({ method }) => method === 'search_read')?.args.fields, ['id', 'name']);
      assert.deepEqual(
        bench.odoo.calls.map(({ context }) => context).filter((context) => Object.keys(context ?? {}).length > 0),
        [],
      );
    });

    test('relations are not sorted by, nor compared with text', async () => {
      const read = { read: { Customer: ['id', 'salespersonId', 'address.country'] } };
      const sorted = await bench.call('listCustomers', read, { sort: [{ field: 'salespersonId', descending: false }] });
      assert.equal(sorted.code, 'parameter-invalid');
      const compared = await bench.call('listCustomers', read, { filters: [['salespersonId', '=', 'sales']] });
      assert.equal(compared.code, 'parameter-invalid');
      const label = await bench.call('listCustomers', read, { filters: [['address.country', 'ilike', 'Bel']] });
      assert.equal(label.code, 'parameter-invalid');
    });
  });
}
