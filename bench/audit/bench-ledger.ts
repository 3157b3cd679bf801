import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HandleKeys } from '../../audit/handles/handle-keys.ts';
import { type Ledger, openLedger } from '../../audit/ledger.ts';
import { recordPlace } from '../../audit/record/record-place.ts';
import type { RecordedExchange } from '../../audit/record/recorded-exchange.ts';
import { createRecorder, type Recorder } from '../../audit/record/recorder.ts';

/** A ledger on disk with the gateway's own recorder before it. */
export async function openBenchLedger(folder: string): Promise<{ ledger: Ledger; recorder: Recorder }> {
  const key = { origin: 'bench.example/ledger', seed: randomBytes(32) };
  const ledger = await openLedger(folder, { key, onFault: raise });
  const handles = new HandleKeys({ folder: join(folder, 'handles'), wrappingKey: randomBytes(32) });
  const identity = { origin: key.origin, environment: 'production', software: '0.0.0' };
  return { ledger, recorder: createRecorder({ log: ledger, handles, ...identity, onFault: raise }) };
}

const place = recordPlace({
  consumer: 'crm',
  client: 'crm-client',
  grant: 'crm-customers',
  purpose: 'order handling',
  interface: 'customer-master',
  version: '1.2',
  operation: 'getCustomer',
  method: 'GET',
  template: '/customers/{id}',
  environment: 'production',
  snapshot: 'sha256:1',
});
const names = ['id', 'name', 'email', 'phone', 'street', 'postalCode', 'city', 'countryId', 'language'];
const returned = JSON.stringify(names.map((name) => `Customer.${name}`));
const verdicts = JSON.stringify(['restrict-network', 'identify-jwt', 'authorize-grant', 'limit-rate', 'select-fields']);
const exchange = randomUUID();
const trace = randomBytes(16).toString('hex');

/** The record of one customer read, as the gateway makes it. */
export function benchExchange(customer: number): RecordedExchange {
  return {
    type: 'access',
    place,
    client: undefined,
    time: Date.now(),
    exchange,
    trace,
    subject: 'identity/embedded crm',
    decision: 'allowed',
    hasLeft: true,
    code: undefined,
    reason: undefined,
    verdicts,
    facts: {
      returned,
      masked: [],
      refused: [],
      written: [],
      subjects: [`erp/res.partner ${customer}`, 'erp/res.country 20'],
      recordCount: 1,
      ignored: [],
      notes: [],
      upstreamMs: 2.34,
      upstreamStatus: 200,
    },
    status: 200,
    bytes: 417,
    ms: 4,
  };
}

function raise(error: unknown): never {
  throw error;
}
