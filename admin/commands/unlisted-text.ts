import type { Unlisted } from '../../audit/questions/unlisted.ts';
import { cutText, minuteText } from './cut-text.ts';
import { tableText } from './table-text.ts';

/** Answers in which anybody may have been: an honest answer says so. Nothing where there are none. */
export function unlistedText(unlisted: readonly Unlisted[]): string[] {
  if (unlisted.length === 0) return [];
  const rows = unlisted.map(({ consumer, interface: name, operation, exchanges, first, last }) => [
    ...[cutText(consumer, 30), cutText(`${name} ${operation}`, 50)],
    ...[String(exchanges), minuteText(first), minuteText(last)],
  ]);
  const head = ['consumer', 'operation', 'exchanges', 'first (UTC)', 'last (UTC)'];
  return [
    `Answers with more records than the ledger names one by one; the asked ones may have been among them:\n${tableText(head, rows)}`,
  ];
}
