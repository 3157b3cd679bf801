import type { Queries } from '../../storage/database.ts';
import { positionOf } from '../index/position.ts';
import { isAccess } from '../record/entry-reader.ts';
import type { Answer, IndexedRow } from './answer.ts';
import { type LogRange, logRanges } from './answered-logs.ts';
import { askedShapes } from './asked-shapes.ts';
import { findHits } from './find-hits.ts';
import type { Question } from './question.ts';
import { RowReader } from './read-rows.ts';

/** Rows that are read at a time: what an answer holds in memory. */
const READ = 100;

/** Where an answer goes on: behind an entry of a log. */
export interface Cursor {
  readonly origin: string;
  readonly index: number;
}

export interface AskOptions {
  /** Rows behind this entry only. */
  readonly after?: Cursor | undefined;
  /** Of one log alone: handles are made with the keys of one gateway. */
  readonly origin?: string | undefined;
}

/** Answers a question from the index. What is recorded while the rows are taken is not among them. */
export async function ask(queries: Queries, question: Question, { after, origin }: AskOptions = {}): Promise<Answer> {
  const ranges = await logRanges(queries, { from: question.from, to: question.to, origin });
  const shapes = await askedShapes(queries, question);
  return {
    logs: ranges.map(({ known }) => known),
    rows: rowsOf(queries, question, shapes, rangesBehind(ranges, after)),
  };
}

async function* rowsOf(
  queries: Queries,
  question: Question,
  shapes: readonly number[] | undefined,
  ranges: readonly LogRange[],
): AsyncGenerator<IndexedRow> {
  const reader = new RowReader(queries);
  const answers = answering(question);
  for (const range of ranges) {
    for await (const positions of findHits(queries, question, shapes, range)) {
      for (let at = 0; at < positions.length; at += READ) {
        const rows = await reader.read(range.known.origin, positions.slice(at, at + READ));
        yield* rows.filter(answers);
      }
    }
  }
}

/** What the index knows only in part: times to the day, ids to their first half. */
function answering({ from, to, exchange, trace }: Question): (row: IndexedRow) => boolean {
  const [first, end] = [from, to].map((time) => (time === undefined ? undefined : Date.parse(time)));
  return ({ entry }) => {
    const time = Date.parse(entry.time);
    if (first !== undefined && time < first) return false;
    if (end !== undefined && time >= end) return false;
    if (exchange === undefined && trace === undefined) return true;
    if (!isAccess(entry)) return false;
    return (exchange ?? entry.exchange) === entry.exchange && (trace ?? entry.trace) === entry.trace;
  };
}

function rangesBehind(ranges: readonly LogRange[], after: Cursor | undefined): readonly LogRange[] {
  if (after === undefined) return ranges;
  const at = ranges.findIndex(({ known }) => known.origin === after.origin);
  // A log that the index no longer has: nothing is known to stand behind it.
  if (at === -1) return [];
  const behind = (range: LogRange): LogRange => ({
    ...range,
    start: Math.max(range.start, positionOf(range.log, after.index + 1)),
  });
  return ranges.slice(at).map((range, index) => (index === 0 ? behind(range) : range));
}
