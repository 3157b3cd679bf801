import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Database } from '../../storage/database.ts';
import type { AccessEntry, Entry } from '../entry.ts';
import { ENGINES, indexOn } from '../index/indexed.fixture.ts';
import { Indexer } from '../index/indexer.ts';
import { companyEntries, customer, entriesLog } from '../index/ledger-entries.fixture.ts';
import { tidy } from '../index/tidy.ts';
import { isAccess } from '../record/entry-reader.ts';
import { handleOf } from '../record/recorder.fixture.ts';
import { logRanges } from './answered-logs.ts';
import { askedShapes } from './asked-shapes.ts';
import { driverOf } from './driver.ts';
import type { Question } from './question.ts';

const COMPANY = { exchanges: 24_000, customers: 2000, from: Date.UTC(2026, 8, 1), to: Date.UTC(2026, 8, 9) };
const ENTRIES = [...companyEntries(COMPANY)];
const ACCESS = ENTRIES.slice(1500)
  .map((bytes) => JSON.parse(bytes.toString()) as Entry)
  .find(isAccess) as AccessEntry;
const FIELD = { fields: [{ interface: 'customer-master', field: 'Customer.email' }] };

/** A step of a plan, as EXPLAIN (FORMAT JSON) has it. */
interface Step {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Step[];
}

/** The plan of a question's first page, step by step. */
async function planOf(database: Database, question: Question): Promise<readonly Step[]> {
  const [range = assert.fail()] = await logRanges(database, question);
  const { text, values } = driverOf(question, await askedShapes(database, question));
  const [row = assert.fail()] = await database.query<{ 'QUERY PLAN': { Plan: Step }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    [range.start, range.end, 500, ...values],
  );
  const flat = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(flat)];
  return flat(row['QUERY PLAN'][0]?.Plan ?? assert.fail());
}

const blocks = ([top]: readonly Step[]): number =>
  (top?.['Shared Hit Blocks'] ?? 0) + (top?.['Shared Read Blocks'] ?? 0);
const named = (steps: readonly Step[]): string[] =>
  steps.map((step) => `${step['Node Type']} ${step['Index Name'] ?? step['Relation Name'] ?? ''}`.trim());

for (const engine of ENGINES) {
  describe(`the plans of questions on ${engine.name}`, () => {
    const index = indexOn(engine);
    const of = (question: Question) => planOf(index.database, question);
    const rare = customer(1999);
    const week = { from: '2026-09-02T00:00:00.000Z', to: '2026-09-04T00:00:00.000Z' };
    const small = new Map<string, number>();
    const questions: Readonly<Record<string, Question>> = {
      'a field of a record': { ...FIELD, handles: [handleOf(rare)], ...week },
      'writes to a record': { handles: [handleOf('erp/sale.order 1999')], fieldUse: ['written'], ...week },
      'what a person did': { subjects: [handleOf('identity/embedded edi')], code: 'field-not-granted', ...week },
      'an exchange': { exchange: ACCESS.exchange },
    };

    it('find a record by its handle, without a look at entries', async () => {
      await new Indexer({ database: index.database }).catchUp(entriesLog(ENTRIES.slice(0, ENTRIES.length / 2)));
      await tidy(index.database);
      const steps = named(await of({ ...FIELD, handles: [handleOf(rare)] }));
      // By a bitmap where another transaction has kept the vacuum from marking pages.
      assert.ok(
        steps.some((step) => /^(?:Index Only Scan|Bitmap Index Scan) handles_by_handle$/.test(step)),
        steps.join(', '),
      );
      assert.ok(!steps.some((step) => /^Seq Scan|entries/.test(step)), steps.join(', '));
      for (const [name, question] of Object.entries(questions)) small.set(name, blocks(await of(question)));
    });

    it('never read through all entries', async () => {
      await new Indexer({ database: index.database }).catchUp(entriesLog(ENTRIES));
      await tidy(index.database);
      const more: Readonly<Record<string, Question>> = {
        ...questions,
        'what few entries are': { types: ['change', 'approval'] },
        'several records': { handles: [1, 2, 3].map((number) => handleOf(customer(number))) },
        'a trace': { trace: ACCESS.trace },
      };
      for (const [name, question] of Object.entries(more)) {
        const steps = named(await of(question));
        assert.ok(!steps.some((step) => /^Seq Scan/.test(step)), `${name}: ${steps.join(', ')}`);
      }
    });

    it('cost the same when the log is twice as long and the answer is not', async () => {
      for (const [name, question] of Object.entries(questions)) {
        const [before, after] = [small.get(name) ?? assert.fail(), blocks(await of(question))];
        // A tree may have grown by a level.
        assert.ok(after <= before + 6, `${name}: ${before} blocks, then ${after}`);
      }
    });
  });
}
