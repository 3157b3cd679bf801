import { createHash } from 'node:crypto';
import { canonicalJson } from '../record/canonical-json.ts';

const START = Date.parse('2026-11-02T08:00:00.000Z');

/** Id of a list or place, as DefineEntry in audit/entry.ts says. */
export function definedId(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest().subarray(0, 16).toString('base64url');
}

const PLACE = {
  consumer: 'salesforce-crm',
  grant: 'salesforce-crm/customer-master',
  grantDigest: 'sha256:0',
  approvers: ['data-owner'],
  purpose: 'account care',
  interface: 'customer-master',
  version: '1.2',
  operation: 'listCustomers',
  method: 'GET',
  template: '/customers',
  upstream: 'odoo',
  environment: 'production',
  snapshot: 'sha256:1',
};
const RETURNED = ['Customer.name', 'Customer.city', 'Customer.phone'];
const VERDICTS = ['restrict-network', 'identify-jwt', 'authorize-grant', 'limit-rate'];

/** `count` entries as a gateway writes them: an epoch with its definitions, then exchanges. Each epoch has `perEpoch` of them. */
export function sampleEntries(count: number, perEpoch = 1000): string[] {
  const entries: string[] = [];
  while (entries.length < count) {
    const at = entries.length % perEpoch;
    entries.push(canonicalJson(at === 0 ? epoch(entries.length) : at < 4 ? define(at) : exchange(entries.length)));
  }
  return entries;
}

export function timeOf(index: number): string {
  return new Date(START + index * 10).toISOString();
}

function epoch(index: number): object {
  return {
    type: 'epoch',
    time: timeOf(index),
    format: 1,
    origin: 'ledger.example/gateway',
    environment: 'production',
    software: '0.1.0',
  };
}

function define(which: number): object {
  if (which === 1) return { type: 'define', id: definedId(PLACE), place: PLACE };
  const list = which === 2 ? RETURNED : VERDICTS;
  return { type: 'define', id: definedId(list), list };
}

export function exchange(index: number): object {
  return {
    type: 'access',
    time: timeOf(index),
    place: definedId(PLACE),
    exchange: `01JC${String(index).padStart(20, '0')}`,
    trace: createHash('md5').update(String(index)).digest('hex'),
    subject: '8f14e45fceea167a',
    decision: 'allowed',
    verdicts: definedId(VERDICTS),
    returned: definedId(RETURNED),
    records: 1 + (index % 3),
    handles: Array.from({ length: 1 + (index % 3) }, (_, at) =>
      createHash('md5')
        .update(`${index % 500}/${at}`)
        .digest('hex')
        .slice(0, 16),
    ),
    status: 200,
    bytes: 400 + (index % 90),
    ms: 3.5,
    upstreamMs: 2.25,
    upstreamStatus: 200,
  };
}
