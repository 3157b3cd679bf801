import { UsageError } from './command.ts';
import { cutText, minuteText } from './cut-text.ts';
import { reportCommand } from './report-command.ts';
import { tableText } from './table-text.ts';

/** `audit grants`: which grants are used, and which are not. */
export const auditGrants = reportCommand({
  name: 'audit grants',
  usage: '[--unused DAYS] [--consumer NAME] [--interface NAME] [--grant NAME] [--from TIME] [--to TIME]',
  summary: 'list grants with how often and when they were used, or those that were not for so many days',
  report: 'grants',
  options: {
    unused: { type: 'string' },
    consumer: { type: 'string' },
    interface: { type: 'string' },
    grant: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  },
  order({ unused, consumer, interface: of, grant, from, to }, positionals) {
    if (positionals.length > 0) throw new UsageError('Name a grant by --grant.');
    const days = Number(unused ?? '1');
    if (!Number.isInteger(days) || days < 1 || days > 3650)
      throw new UsageError('--unused takes a count of days from 1 to 3650.');
    return {
      question: { consumer, interface: of, grant, from, to },
      ...(unused === undefined ? {} : { unusedDays: days }),
    };
  },
  text({ grants, since }) {
    const rows = grants.map(({ grant, consumer, interface: of, until, exchanges, refused, last }) => [
      ...[cutText(grant, 45), cutText(consumer, 30), cutText(of, 30), until ?? 'not in catalog'],
      ...[String(exchanges), String(refused), last === undefined ? 'never' : minuteText(last)],
    ]);
    const head = ['grant', 'consumer', 'interface', 'until', 'exchanges', 'refused', 'last used (UTC)'];
    const known = since === undefined ? 'Nothing is on record yet.' : `What is older than ${since} is not known here.`;
    return `${rows.length === 0 ? 'No grant is like that.' : tableText(head, rows)}\n\n${known}`;
  },
});
