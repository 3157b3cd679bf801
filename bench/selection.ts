import { performance } from 'node:perf_hooks';
import { compileSelector, type Selector } from '../gateway/selector/compile-selector.ts';
import type { Selection, SelectionNode } from '../openapi/selection.ts';

/**
 * What selecting 10 of 30 fields costs, in MB/s and per answer, beside parse–pick–stringify in the same run: of records
 * with objects and lists in them, and of flat ones; and how memory behaves under a streamed answer of 200 MB.
 * `node bench/selection.ts`
 */
const GRANTED = ['id', 'name', 'email', 'city', 'country', 'ref', 'active', 'credit', 'tags', 'lines'];
const GRANTED_LINE = ['id', 'quantity'];

const SELF = { schema: 'Customer', role: 'self' } as const;

function leaf(field: string): SelectionNode {
  return {
    field,
    leaf: true,
    ...(field === 'Customer.id' ? { identifies: SELF } : {}),
    record: false,
    keys: new Map(),
  };
}

function recordSelection(): Selection {
  const lines: SelectionNode = {
    field: 'Customer.lines',
    leaf: false,
    record: false,
    keys: new Map(GRANTED_LINE.map((name) => [name, leaf(`Customer.lines.${name}`)])),
  };
  const keys = new Map(GRANTED.map((name) => [name, name === 'lines' ? lines : leaf(`Customer.${name}`)]));
  const root: SelectionNode = { field: '', leaf: false, record: true, keys };
  const fields = [
    ...GRANTED.map((name) => `Customer.${name}`),
    ...GRANTED_LINE.map((name) => `Customer.lines.${name}`),
  ];
  return { root, fields, masked: new Set() };
}

function record(id: number): Record<string, unknown> {
  return {
    id,
    display_name: `Customer number ${id} of the northern region`,
    name: `Customer number ${id}`,
    is_company: true,
    email: `purchasing+${id}@customer-${id}.example`,
    phone: '+49 30 1234567',
    mobile: false,
    street: 'Example street 123, second floor',
    street2: '',
    zip: '10115',
    city: 'Berlin',
    country: 'DE',
    state: null,
    ref: `C-${100_000 + id}`,
    vat: 'DE123456789',
    active: true,
    credit: 1234.5,
    credit_limit: 50_000,
    total_due: 912.25,
    comment: 'Rings twice. Delivers only before noon; the gate code is with the porter.',
    website: 'https://customer.example/about',
    tags: ['wholesale', 'north'],
    categories: [1, 5, 9],
    bank: { iban: 'DE02120300000000202051', bic: 'BYLADEM1001' },
    lines: [
      { id: id * 10 + 1, product: 'Desk, oak', quantity: 3, price: 129.9 },
      { id: id * 10 + 2, product: 'Chair, beech', quantity: 12, price: 49.5 },
    ],
    salesperson: [7, 'Inside sales'],
    language: 'de_DE',
    created: '2026-01-05T08:12:44Z',
    written: '2026-09-17T16:40:02Z',
    message_count: 17,
  };
}

const FLAT_KEYS = Array.from({ length: 30 }, (_, n) => (n === 0 ? 'id' : `field_${n}`));
const GRANTED_FLAT = FLAT_KEYS.filter((_, n) => n % 3 === 0);

function flatSelection(): Selection {
  const keys = new Map(GRANTED_FLAT.map((name) => [name, leaf(`Flat.${name}`)]));
  const root: SelectionNode = { field: '', leaf: false, record: true, keys };
  return { root, fields: GRANTED_FLAT.map((name) => `Flat.${name}`), masked: new Set() };
}

function flatRecord(id: number): Record<string, unknown> {
  return Object.fromEntries(FLAT_KEYS.map((name, n) => [name, n === 0 ? id : `value of field ${n} of record ${id}`]));
}

function pickFlat(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(GRANTED_FLAT.map((name) => [name, item[name]]));
}

type Make = (id: number) => Record<string, unknown>;

function documentOf(make: Make, bytes: number): Buffer {
  const records: unknown[] = [make(1)];
  const one = JSON.stringify(records[0]).length + 1;
  for (let id = 2; id * one <= bytes; id++) records.push(make(id));
  return Buffer.from(JSON.stringify(records));
}

function pick(item: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const name of GRANTED) if (name in item) out[name] = item[name];
  const lines = item.lines as { id: number; quantity: number }[];
  out.lines = lines.map(({ id, quantity }) => ({ id, quantity }));
  return out;
}

function byParsing(body: Buffer, choose: typeof pick): Buffer {
  return Buffer.from(JSON.stringify((JSON.parse(body.toString('utf8')) as Record<string, unknown>[]).map(choose)));
}

/** Best of many short windows of each, in turn: the least disturbed one. MB/s. */
function rates(body: Buffer, acts: readonly ((body: Buffer) => unknown)[]): number[] {
  const perWindow = Math.max(1, Math.round(1_000_000 / body.length));
  const best = acts.map(() => 0);
  for (let window = 0; window < 60; window++) {
    acts.forEach((act, which) => {
      const start = performance.now();
      for (let n = 0; n < perWindow; n++) act(body);
      const rate = (perWindow * body.length) / 1000 / (performance.now() - start);
      best[which] = Math.max(best[which] ?? 0, rate);
    });
  }
  return best;
}

function streamMemory(selector: Selector, total: number): { peakMegabytes: number; rate: number } {
  const chunk = Buffer.from(`${JSON.stringify(record(1))},`);
  const piece = Buffer.concat(Array.from({ length: 40 }, () => chunk));
  const before = process.memoryUsage.rss();
  const run = selector.open();
  const start = performance.now();
  let peak = before;
  run.write(Buffer.from('['));
  let sent = 0;
  for (let n = 0; sent < total; n++) {
    // Chunk boundaries wander through the records.
    const cut = (n * 977) % piece.length;
    run.write(piece.subarray(0, cut));
    run.write(piece.subarray(cut));
    sent += piece.length;
    if (n % 200 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  run.write(Buffer.from('null]'));
  run.end();
  peak = Math.max(peak, process.memoryUsage.rss());
  return { peakMegabytes: (peak - before) / 1e6, rate: sent / 1000 / (performance.now() - start) };
}

const masks = { hashKey: Buffer.alloc(32, 1), kindName: () => 'erp/res.partner' };
const nested = compileSelector(recordSelection(), masks);
const flat = compileSelector(flatSelection(), masks);
for (const [shape, make, selector, choose] of [
  ['nested', record, nested, pick],
  ['flat', flatRecord, flat, pickFlat],
] as const) {
  for (const [name, size] of [
    ['2 kB', 2000],
    ['55 kB', 55_000],
    ['1 MB', 1_000_000],
  ] as const) {
    const body = documentOf(make, size);
    const parse = (bytes: Buffer) => byParsing(bytes, choose);
    if (!selector.run(body).output.equals(parse(body))) throw new Error('the two ways disagree');
    const [own = 0, parsed = 0] = rates(body, [(bytes) => selector.run(bytes), parse]);
    const each = (body.length / own).toFixed(1);
    console.log(
      `${shape.padEnd(7)}${name.padEnd(6)} (${body.length} bytes) selector ${own.toFixed(0)} MB/s, ${each} µs each; parse-pick-stringify ${parsed.toFixed(0)} MB/s`,
    );
  }
}
const { peakMegabytes, rate: streamed } = streamMemory(nested, 200_000_000);
console.log(`200 MB streamed: ${streamed.toFixed(0)} MB/s, memory grew by at most ${peakMegabytes.toFixed(0)} MB`);
