import { hash } from 'node:crypto';
import type { Handles } from '../handles/month-handles.ts';
import { MemoryLog } from './memory-log.fixture.ts';
import { recordPlace } from './record-place.ts';
import type { LearntFacts, RecordedExchange } from './recorded-exchange.ts';
import { createRecorder, type RecorderOptions } from './recorder.ts';

export const NOTHING: LearntFacts = {
  returned: '',
  masked: [],
  refused: [],
  written: [],
  subjects: [],
  recordCount: 0,
  ignored: [],
  notes: [],
  upstreamMs: 0,
  upstreamStatus: 0,
};

export const PLACE = {
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
};

export const NOON = Date.UTC(2026, 10, 20, 12, 0, 0, 5);

export const EXCHANGE: RecordedExchange = {
  type: 'access',
  place: recordPlace(PLACE),
  client: undefined,
  time: NOON,
  exchange: 'e1',
  trace: '0af7651916cd43dd8448eb211c80319c',
  subject: '',
  decision: 'allowed',
  hasLeft: true,
  code: undefined,
  reason: undefined,
  verdicts: '["identify-jwt"]',
  facts: NOTHING,
  status: 200,
  bytes: 17,
  ms: 1.25,
};

/** Without a secret: what a test expects it can work out. */
export function handleOf(subject: string): string {
  return hash('sha256', subject).slice(0, 16);
}

export const plainHandles: Handles = {
  at: (time) => {
    const date = new Date(time);
    return {
      month: date.toISOString().slice(0, 7),
      from: Date.UTC(date.getUTCFullYear(), date.getUTCMonth()),
      to: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1),
      handleOf,
      takeRotation: () => undefined,
    };
  },
};

export function testRecorder(options: Partial<RecorderOptions> = {}) {
  const log = new MemoryLog();
  const recorder = createRecorder({
    log,
    handles: plainHandles,
    origin: 'gateway.test/ledger',
    environment: 'production',
    software: '0.0.0',
    now: () => NOON,
    ...options,
  });
  return { log, recorder };
}
