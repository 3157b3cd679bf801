import { Indexer } from '../../audit/index/indexer.ts';
import { companyLog } from '../../audit/index/ledger-entries.fixture.ts';
import { openIndex } from '../../audit/index/open-index.ts';
import { emptyIndex } from '../../audit/index/rebuild.ts';
import { ask } from '../../audit/questions/ask.ts';
import { plainHandles } from '../../audit/record/recorder.fixture.ts';
import { type Figure, percentileOf } from './figures.ts';

const QUESTIONS = 100;
const PAGE = 100;

/** How fast an index is filled from a synthetic ledger, and how long a question about a field of one customer takes then. */
export async function measureQuestions(place: Parameters<typeof openIndex>[0], exchanges: number): Promise<Figure[]> {
  const database = await openIndex(place);
  try {
    await emptyIndex(database);
    const customers = Math.max(100, Math.floor(exchanges / 50));
    const log = companyLog({ exchanges, customers });
    const { size } = await log.checkpoint();
    const start = performance.now();
    await new Indexer({ database }).catchUp(log, new AbortController().signal);
    const filled = (performance.now() - start) / 1000;
    await database.query('ANALYZE');
    const waits = new Float64Array(QUESTIONS);
    for (let at = 0; at < QUESTIONS; at++) {
      const handle = plainHandles.at(0).handleOf(`erp/res.partner ${at * 7}`) ?? '';
      const begun = performance.now();
      const { rows } = await ask(database, { handles: [handle], fields: [{ field: 'Customer.email' }] });
      let taken = 0;
      for await (const _ of rows) if (++taken === PAGE) break;
      waits[at] = performance.now() - begun;
    }
    const of = `${exchanges.toLocaleString('en')} records, ${database.kind}`;
    return [
      { what: `index filled, ${of}`, value: size / filled, unit: 'entries/s' },
      {
        what: `who received a field of one customer, p95, ${of}`,
        value: percentileOf(waits, QUESTIONS, 0.95),
        unit: 'ms',
        goal: { atMost: 1000 },
      },
    ];
  } finally {
    await database.close();
  }
}
