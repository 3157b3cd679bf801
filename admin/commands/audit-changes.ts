import type { IndexedRow } from '../../audit/questions/answer.ts';
import { formatEntry } from '../../audit/record/format-entry.ts';
import { UsageError } from './command.ts';
import { cutText, minuteText } from './cut-text.ts';
import { moreText, PAGE_USAGE, pageOptions, pageOrder } from './page-options.ts';
import { reportCommand } from './report-command.ts';

const WIDTH = 140;
const MOST_DOCUMENTS = 20;

/** `audit changes`: what changed in the rules, and who approved. */
export const auditChanges = reportCommand({
  name: 'audit changes',
  usage: `[--grant NAME] [--consumer NAME] [--from TIME] [--to TIME] ${PAGE_USAGE}`,
  summary: 'list what changed in the rules, and who approved it',
  report: 'changes',
  options: {
    ...pageOptions,
    grant: { type: 'string' },
    consumer: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  },
  order(values, positionals) {
    if (positionals.length > 0) throw new UsageError('What changes are asked for is said by options.');
    const { grant, consumer, from, to } = values;
    return { question: { grant, consumer, from, to }, ...pageOrder(values) };
  },
  text({ rows, next }) {
    const changes = rows.map(changeText);
    return [changes.length === 0 ? 'Nothing changed.' : changes.join('\n'), ...moreText(next)].join('\n\n');
  },
});

/** As much of a digest as tells it from others. */
function shortDigest(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/g, '$1…');
}

function changeText(row: IndexedRow): string {
  const { entry } = row;
  const time = `${minuteText(entry.time)} UTC`;
  if (entry.type === 'change') {
    const shown = entry.documents
      .slice(0, MOST_DOCUMENTS)
      .map((document) => `    ${cutText(shortDigest(document), WIDTH)}`);
    const left = entry.count - shown.length;
    return [
      `${time}  snapshot ${cutText(entry.to, 24)}, ${entry.count} ${entry.count === 1 ? 'document' : 'documents'}`,
      ...shown,
      ...(left > 0 ? [`    and ${left} more`] : []),
    ].join('\n');
  }
  if (entry.type !== 'approval') return formatEntry(row);
  const { grant, consumer, until, purpose, approvals } = entry;
  const by = approvals.map(({ by, role, at }) => `    ${cutText(`${by} (${role}) on ${at}`, WIDTH)}`);
  return [
    `${time}  grant ${cutText(`${grant} for ${consumer} until ${until}, purpose: ${purpose}`, WIDTH)}`,
    ...(by.length === 0 ? ['    approved by nobody'] : by),
  ].join('\n');
}
