import { UsageError } from './command.ts';
import { cutText, minuteText } from './cut-text.ts';
import { periodText } from './period-text.ts';
import { reportCommand } from './report-command.ts';
import { tableText } from './table-text.ts';
import { unlistedText } from './unlisted-text.ts';

/** `audit who-received FIELD`: to whom a field went, of anybody or of some records. */
export const auditWhoReceived = reportCommand({
  name: 'audit who-received',
  usage: 'FIELD [--subject SYSTEM/KIND:ID …] [--consumer NAME] [--from TIME] [--to TIME]',
  summary: 'say to whom a field went, of whose records, under which grant and when',
  report: 'recipients',
  options: {
    subject: { type: 'string', multiple: true },
    consumer: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  },
  order(values, positionals) {
    if (positionals.length === 0)
      throw new UsageError('Name a field: Schema.path, its canonical name, or its place in Odoo (res.partner.email).');
    const { subject: records, consumer, from, to } = values;
    return { question: { fields: positionals, records, consumer, from, to } };
  },
  text(report, values) {
    const rows = report.recipients.flatMap(({ consumer, uses }) =>
      uses.map(({ grant, purpose, received, exchanges, first, last }) => [
        ...[cutText(consumer, 30), cutText(grant, 40), cutText(purpose, 45)],
        ...[received.length > 0 ? 'clear' : 'masked', String(exchanges), minuteText(first), minuteText(last)],
      ]),
    );
    const head = ['consumer', 'grant', 'purpose', 'received', 'exchanges', 'first (UTC)', 'last (UTC)'];
    return [
      periodText(report, values),
      rows.length === 0 ? 'Nobody received it.' : tableText(head, rows),
      ...unlistedText(report.unlisted),
    ].join('\n\n');
  },
});
