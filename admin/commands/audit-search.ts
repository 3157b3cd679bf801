import { formatEntry } from '../../audit/record/format-entry.ts';
import { UsageError } from './command.ts';
import { moreText, PAGE_USAGE, pageOptions, pageOrder } from './page-options.ts';
import { askedMembers, QUESTION_OPTIONS, QUESTION_USAGE, questionOf } from './question-options.ts';
import { reportCommand } from './report-command.ts';

/** `audit search`: the entries that answer a question, one line each. */
export const auditSearch = reportCommand({
  name: 'audit search',
  usage: `${QUESTION_USAGE} ${PAGE_USAGE}`,
  summary: 'find entries of the ledger by all that they say',
  report: 'entries',
  options: { ...QUESTION_OPTIONS, ...pageOptions },
  order(values, positionals) {
    if (positionals.length > 0) throw new UsageError('What is searched for is said by options.');
    // Is understood there again; here what is wrong is told with the usage.
    questionOf(values);
    return { question: askedMembers(values), ...pageOrder(values) };
  },
  text({ rows, next }) {
    const lines = rows.map((row) => `${String(row.index).padStart(8)}  ${formatEntry(row)}`);
    return [lines.length === 0 ? 'No entry is like that.' : lines.join('\n'), ...moreText(next)].join('\n\n');
  },
});
