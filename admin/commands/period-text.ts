import { cutText, minuteText } from './cut-text.ts';
import type { Values } from './ledger-order.ts';

/** What was asked for, and for which months the ledger can tell: the first lines of a report about records. */
export function periodText(
  {
    question,
    months,
  }: { readonly question: { readonly from?: string; readonly to?: string }; readonly months?: readonly string[] },
  { subject, record }: Values,
): string {
  const { from, to } = question;
  const period = `from ${from === undefined ? 'the beginning' : `${minuteText(from)} UTC`} to ${to === undefined ? 'now' : `${minuteText(to)} UTC`}`;
  const subjects = [subject ?? record ?? []].flat().map(String);
  if (subjects.length === 0) return `Asked ${period}`;
  return [`Asked of ${cutText(subjects.join(', '), 90)}`, `       ${period}`, monthsText(months ?? [])].join('\n');
}

/** A record has a handle of its own in each month; without the month's key nobody finds it. */
function monthsText(months: readonly string[]): string {
  if (months.length === 0)
    return 'The ledger cannot tell of it: its keys were destroyed, or are those of another gateway.';
  const [first, last] = [months[0], months.at(-1)];
  return first === last ? `Known in ${first}` : `Known in ${months.length} months, ${first} to ${last}`;
}
