import { signed64 } from '../index/signed64.ts';
import type { Question } from './question.ts';

/** How the entries that answer are found: `$1` to `$2` are positions, `$3` is how many there may be. */
export interface Driver {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Goes through the log by the days on which something was: one without a hit costs nothing. */
  readonly byDays: boolean;
}

/** What names few entries goes first: an exchange, a record, a person; then what they have in common. */
export function driverOf(question: Question, shapes: readonly number[] | undefined): Driver {
  const { handles, subjects, exchange, trace } = question;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value) + 3}`;
  const ofShapes = shapes === undefined ? [] : [`shape = ANY (${parameter(shapes)}::int[])`];
  const ids = [
    ...(exchange === undefined ? [] : [`entry.exchange = ${parameter(signed64(exchange) ?? null)}::bigint`]),
    ...(trace === undefined ? [] : [`entry.trace = ${parameter(signed64(trace) ?? null)}::bigint`]),
  ];
  if (handles !== undefined) {
    if (subjects !== undefined) ids.push(`entry.subject = ANY (${parameter(numbers(subjects))}::bigint[])`);
    const others =
      ids.length === 0
        ? []
        : [
            `EXISTS (SELECT FROM audit_index.entries AS entry
           WHERE entry.position = handles.position AND ${ids.join(' AND ')})`,
          ];
    const text = eachOf(
      parameter(numbers(handles)),
      select('handles', ['handle = asked.value', ...ofShapes, ...others]),
    );
    return { text, values, byDays: false };
  }
  const conditions = [...ids, ...ofShapes];
  if (subjects !== undefined) {
    const text = eachOf(parameter(numbers(subjects)), select('entries', ['subject = asked.value', ...conditions]));
    return { text, values, byDays: false };
  }
  return { text: select('entries', conditions), values, byDays: shapes !== undefined && ids.length === 0 };
}

function select(table: 'entries' | 'handles', conditions: readonly string[]): string {
  const named = table === 'entries' ? 'entries AS entry' : 'handles';
  const all = ['position >= $1', 'position < $2', ...conditions];
  return `SELECT position FROM audit_index.${named} WHERE ${all.join(' AND ')} ORDER BY position LIMIT $3`;
}

/** A page for each value: their entries follow one another in the index, those of several do not. */
function eachOf(values: string, page: string): string {
  return `SELECT DISTINCT position FROM unnest(${values}::bigint[]) AS asked (value)
    CROSS JOIN LATERAL (${page}) AS found ORDER BY position LIMIT $3`;
}

function numbers(handles: readonly string[]): string[] {
  return handles.flatMap((handle) => signed64(handle) ?? []);
}
