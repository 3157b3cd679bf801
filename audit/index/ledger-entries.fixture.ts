import { hash } from 'node:crypto';
import type { AuditLog } from '../log.ts';
import type { EntryRun, LogReader } from '../log-reader.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { type RecordPlace, recordPlace } from '../record/record-place.ts';
import type { RecordedExchange } from '../record/recorded-exchange.ts';
import { NOTHING, plainHandles } from '../record/recorder.fixture.ts';
import { createRecorder, type RareEntry, type Recorder } from '../record/recorder.ts';

/** A ledger that is made up as it is read: what a distribution company's gateway may have written in some months. */
export interface CompanyOptions {
  readonly origin?: string;
  /** Exchanges, at least; entries are a few more. */
  readonly exchanges: number;
  readonly customers?: number;
  /** Milliseconds since the epoch of the first and behind the last. */
  readonly from?: number;
  readonly to?: number;
  /** The catalog changes after so many exchanges, and with it all places. */
  readonly changeEvery?: number;
}

const FIELDS = {
  customer: ['id', 'name', 'email', 'phone', 'street', 'city', 'countryId', 'language', 'vat'],
  order: ['id', 'number', 'customerId', 'amount', 'state', 'lines.product', 'lines.quantity'],
  stock: ['id', 'product', 'quantity'],
};

interface Operation {
  readonly name: string;
  readonly interface: string;
  readonly schema: string;
  readonly fields: readonly string[];
  /** Of one hundred exchanges. */
  readonly share: number;
  readonly records: number;
  readonly writes?: boolean;
  readonly masks?: boolean;
  readonly refused?: boolean;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'getCustomer',
    interface: 'customer-master',
    schema: 'Customer',
    fields: FIELDS.customer,
    share: 45,
    records: 1,
  },
  { name: 'getStock', interface: 'stock-levels', schema: 'Stock', fields: FIELDS.stock, share: 25, records: 1 },
  {
    name: 'listCustomers',
    interface: 'customer-master',
    schema: 'Customer',
    fields: FIELDS.customer,
    share: 12,
    records: 20,
  },
  {
    name: 'updateOrder',
    interface: 'order-status',
    schema: 'Order',
    fields: FIELDS.order,
    share: 10,
    records: 1,
    writes: true,
  },
  {
    name: 'listOrders',
    interface: 'order-status',
    schema: 'Order',
    fields: FIELDS.order,
    share: 3,
    records: 10,
    masks: true,
  },
  {
    name: 'getCustomer',
    interface: 'customer-master',
    schema: 'Customer',
    fields: [],
    share: 5,
    records: 0,
    refused: true,
  },
];
const CONSUMERS = ['crm', 'webshop', 'warehouse', 'carrier', 'marketing', 'bank', 'portal', 'legacy-desk', 'bi', 'edi'];
const MODELS: Readonly<Record<string, string>> = { Customer: 'res.partner', Order: 'sale.order', Stock: 'stock.quant' };
export const PURPOSES = ['order handling', 'delivery', 'marketing'];

/** The subject text of a customer by number. */
export function customer(number: number): string {
  return `erp/res.partner ${number}`;
}

/** The entries of a company, in order; the same for the same options. */
export function* companyEntries(options: CompanyOptions): Generator<Buffer> {
  const { exchanges, customers = 20_000, changeEvery = 200_000, origin = 'gateway.test/ledger' } = options;
  const { from = Date.UTC(2026, 0, 1), to = Date.UTC(2026, 10, 1) } = options;
  const random = mulberry(exchanges);
  const written: string[] = [];
  let now = from;
  const recorder = createRecorder({
    log: logInto(written),
    handles: plainHandles,
    origin,
    environment: 'production',
    software: '0.0.0',
    now: () => now,
  });
  let places = new Map<string, RecordPlace>();
  for (let at = 0; at < exchanges; at++) {
    now = from + Math.floor(((to - from) * at) / exchanges);
    if (at % changeEvery === 0) {
      places = new Map();
      for (const entry of changes(at / changeEvery, now)) recorder.note(entry);
    }
    put(recorder, places, `sha256:${Math.floor(at / changeEvery)}`, { now, at, customers, random });
    for (const entry of written.splice(0)) yield Buffer.from(entry);
  }
}

/**
 * The first `size` entries of such a ledger as a reader sees it; at most as many as there are exchanges. Reads on where it
 * was left; from the beginning where it is asked for what is behind.
 */
export function companyLog(options: CompanyOptions, size: number): LogReader {
  let source = companyEntries(options);
  let at = 0;
  return {
    origin: options.origin ?? 'gateway.test/ledger',
    minimum: 0,
    checkpoint: () => Promise.resolve({ note: 'note', size, root: Buffer.alloc(32) }),
    async *entries(from, to): AsyncGenerator<EntryRun> {
      if (from < at) [source, at] = [companyEntries(options), 0];
      for (; at < from; at++) source.next();
      while (at < to) {
        const entries: Buffer[] = [];
        const first = at;
        for (; at < to && entries.length < 256; at++) entries.push(source.next().value as Buffer);
        yield { first, entries };
      }
    },
    subtree: () => Promise.reject(new Error('not of this log')),
  };
}

/** A reader of entries that a test has made. */
export function entriesLog(
  entries: readonly (object | string | Buffer)[],
  minimum = 0,
  origin = 'gateway.test/ledger',
): LogReader {
  const bytes = entries.map((entry) =>
    Buffer.isBuffer(entry) ? entry : Buffer.from(typeof entry === 'string' ? entry : canonicalJson(entry)),
  );
  return {
    origin,
    minimum,
    checkpoint: () => Promise.resolve({ note: `note ${bytes.length}`, size: bytes.length, root: Buffer.alloc(32, 7) }),
    async *entries(from, to): AsyncGenerator<EntryRun> {
      if (from < minimum) throw new Error('pruned');
      yield { first: from, entries: bytes.slice(from, to) };
    },
    subtree: () => Promise.reject(new Error('not of this log')),
  };
}

interface Moment {
  readonly now: number;
  readonly at: number;
  readonly customers: number;
  readonly random: () => number;
}

function put(recorder: Recorder, places: Map<string, RecordPlace>, snapshot: string, moment: Moment): void {
  const { now, at, customers, random } = moment;
  const operation = operationAt(random() * 100);
  const consumer = CONSUMERS[Math.floor(random() ** 2 * CONSUMERS.length)] as string;
  const key = `${consumer} ${operation.name} ${operation.refused}`;
  const place = places.get(key) ?? placeOf(consumer, operation, snapshot);
  places.set(key, place);
  const used = operation.fields.slice(0, operation.fields.length - Math.floor(random() * 3));
  const names = used.map((field) => `${operation.schema}.${field}`);
  const subjects = Array.from({ length: operation.records }, () => {
    const number = Math.floor(random() ** 2 * customers);
    return `erp/${MODELS[operation.schema]} ${number}`;
  });
  if (operation.schema !== 'Stock' && operation.records > 0) subjects.push('erp/res.country 20');
  const digits = hash('sha256', `${at}`);
  const isRefused = operation.refused === true;
  const exchange: RecordedExchange = {
    type: 'access',
    place,
    client: undefined,
    time: now,
    exchange: `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`,
    trace: digits.slice(32, 64),
    subject: `identity/embedded ${consumer}`,
    hasLeft: !isRefused,
    decision: isRefused ? 'refused' : 'allowed',
    code: isRefused ? 'field-not-granted' : undefined,
    reason: undefined,
    verdicts: canonicalJson([
      'identify-jwt',
      'authorize-grant',
      'limit-rate',
      isRefused ? 'guard-query-fields:field-not-granted' : 'select-fields',
    ]),
    facts: {
      ...NOTHING,
      returned: isRefused || names.length === 0 ? '' : canonicalJson(names),
      masked: operation.masks === true ? names.slice(3, 4) : [],
      refused: isRefused ? ['Customer.creditLimit'] : [],
      written: operation.writes === true ? names.slice(4, 5) : [],
      subjects,
      recordCount: operation.records,
      upstreamMs: Math.floor(random() * 300) / 10,
      upstreamStatus: 200,
    },
    status: isRefused ? 403 : 200,
    bytes: 400 + (at % 977),
    ms: Math.floor(random() * 400) / 10,
  };
  recorder.put(exchange);
}

function operationAt(point: number): Operation {
  let sum = 0;
  for (const operation of OPERATIONS) {
    sum += operation.share;
    if (point < sum) return operation;
  }
  return OPERATIONS[0] as Operation;
}

function placeOf(consumer: string, operation: Operation, snapshot: string): RecordPlace {
  return recordPlace({
    consumer,
    client: `${consumer}-client`,
    grant: `${consumer}-${operation.interface}`,
    grantDigest: 'sha256:9',
    approvers: ['data.owner@company.example'],
    purpose: PURPOSES[CONSUMERS.indexOf(consumer) % PURPOSES.length] as string,
    interface: operation.interface,
    version: '1.2',
    operation: operation.name,
    method: operation.writes === true ? 'PATCH' : 'GET',
    template: `/${operation.name}`,
    upstream: 'erp',
    environment: 'production',
    snapshot,
  });
}

function changes(number: number, now: number): RareEntry[] {
  const time = new Date(now).toISOString();
  return [
    {
      type: 'change',
      time,
      to: `sha256:${number}`,
      environment: 'production',
      documents: [`changed Grant/crm-customer-master sha256:${number}`],
      count: 1,
    },
    {
      type: 'approval',
      time,
      grant: 'crm-customer-master',
      digest: `sha256:${number}`,
      consumer: 'crm',
      interface: 'customer-master',
      until: '2027-12-31',
      purpose: 'order handling',
      approvals: [{ by: 'data.owner@company.example', role: 'data-owner', at: '2026-01-01' }],
    },
  ];
}

function logInto(written: string[]): AuditLog {
  return {
    append: (entry) => written.push(entry),
    whenDurable: () => undefined,
    healthy: true,
    close: () => Promise.resolve(),
  };
}

/** Numbers from 0 to 1, the same for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
