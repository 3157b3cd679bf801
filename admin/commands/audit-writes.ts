import { isAccess } from '../../audit/record/entry-reader.ts';
import { UsageError } from './command.ts';
import { cutText, minuteText } from './cut-text.ts';
import { moreText, PAGE_USAGE, pageOptions, pageOrder } from './page-options.ts';
import { periodText } from './period-text.ts';
import { reportCommand } from './report-command.ts';
import { tableText } from './table-text.ts';

/** `audit writes`: every write to one record. */
export const auditWrites = reportCommand({
  name: 'audit writes',
  usage: `--record SYSTEM/KIND:ID … [--consumer NAME] [--from TIME] [--to TIME] ${PAGE_USAGE}`,
  summary: 'list who wrote a record, which fields and when',
  report: 'writes',
  options: {
    ...pageOptions,
    record: { type: 'string', multiple: true },
    consumer: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  },
  order(values, positionals) {
    const { record: records, consumer, from, to } = values;
    if (records === undefined || positionals.length > 0)
      throw new UsageError('Name the record, such as --record erp/sale.order:42.');
    return { question: { records, consumer, from, to }, ...pageOrder(values) };
  },
  text(report, values) {
    const rows = report.rows.map(({ index, entry, place, lists }) => [
      ...[String(index), minuteText(entry.time), cutText(place?.consumer ?? '-', 30)],
      ...[cutText(`${place?.interface ?? '?'} ${place?.operation ?? '?'}`, 45)],
      ...[isAccess(entry) ? (entry.code ?? entry.decision) : '', cutText((lists?.written ?? []).join(', '), 60)],
    ]);
    const head = ['entry', 'time (UTC)', 'consumer', 'operation', 'outcome', 'fields'];
    const table = rows.length === 0 ? 'Nobody wrote it.' : tableText(head, rows);
    return [periodText(report, values), table, ...moreText(report.next)].join('\n\n');
  },
});
