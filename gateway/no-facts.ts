import type { RecordFacts } from './exchange.ts';

/** What is known of an exchange before anything was learnt. */
export function noFacts(): RecordFacts {
  return {
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
}
