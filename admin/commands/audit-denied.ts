import { UsageError } from './command.ts';
import { cutText, minuteText } from './cut-text.ts';
import { reportCommand } from './report-command.ts';
import { tableText } from './table-text.ts';

const FIELDS_WIDTH = 50;

/** `audit denied`: what was refused, and what went out masked. */
export const auditDenied = reportCommand({
  name: 'audit denied',
  usage:
    '[--consumer NAME] [--interface NAME] [--grant NAME] [--code CODE] [--record SYSTEM/KIND:ID …] [--from TIME] [--to TIME]',
  summary: 'list what was refused and why, and which fields went out masked',
  report: 'denied',
  options: {
    consumer: { type: 'string' },
    interface: { type: 'string' },
    grant: { type: 'string' },
    code: { type: 'string' },
    record: { type: 'string', multiple: true },
    from: { type: 'string' },
    to: { type: 'string' },
  },
  order({ consumer, interface: of, grant, code, record: records, from, to }, positionals) {
    if (positionals.length > 0) throw new UsageError('What is asked for is said by options.');
    return { question: { consumer, interface: of, grant, code, records, from, to } };
  },
  text({ denied, masked }) {
    const refusals = denied.map(({ consumer, interface: of, operation, code, fields, exchanges, last }) => [
      ...[cutText(consumer || '-', 30), cutText(`${of} ${operation}`.trim() || '-', 45), code],
      ...[String(exchanges), minuteText(last), cutText(fields.join(', '), FIELDS_WIDTH)],
    ]);
    const maskings = masked.map(({ consumer, grant, fields, exchanges, last }) => [
      ...[cutText(consumer, 30), cutText(grant, 45), String(exchanges), minuteText(last)],
      ...[cutText(fields.join(', '), FIELDS_WIDTH)],
    ]);
    return [
      ...section('Refused', ['consumer', 'operation', 'code', 'exchanges', 'last (UTC)', 'fields'], refusals),
      ...section('Masked', ['consumer', 'grant', 'exchanges', 'last (UTC)', 'fields'], maskings),
    ].join('\n');
  },
});

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [`${title}: nothing`] : [title, tableText(head, rows), ''];
}
