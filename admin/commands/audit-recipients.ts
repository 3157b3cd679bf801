import type { Owner, Party, Use } from '../questions/reports.ts';
import { UsageError } from './command.ts';
import { cutText, listed, minuteText, wrapped } from './cut-text.ts';
import { periodText } from './period-text.ts';
import { reportCommand } from './report-command.ts';
import { unlistedText } from './unlisted-text.ts';

const WIDTH = 84;
const LABEL = 13;
const INDENT = ' '.repeat(3 + LABEL);

/**
 * `audit recipients`: who received the data of one person, which, why and when: what is to be told on request (GDPR Article
 * 15(1)(c); CJEU C-154/21).
 */
export const auditRecipients = reportCommand({
  name: 'audit recipients',
  usage: '--subject SYSTEM/KIND:ID … [--from TIME] [--to TIME]',
  summary: 'list who received the data of one person or record, which fields, for which purpose and when',
  report: 'recipients',
  options: { subject: { type: 'string', multiple: true }, from: { type: 'string' }, to: { type: 'string' } },
  order({ subject: records, from, to }, positionals) {
    if (records === undefined || positionals.length > 0)
      throw new UsageError('Name the person by their records, such as --subject erp/res.partner:7.');
    return { question: { records, from, to } };
  },
  text(report, values) {
    const { recipients, sources } = report;
    return [
      `Recipients of personal data\n${periodText(report, values)}`,
      ...(recipients.length === 0 ? ['Nobody received any of it.'] : recipients.map(partyText(['received', 'masked']))),
      ...(sources.length === 0 ? [] : ['Written by', ...sources.map(partyText(['written']))]),
      ...unlistedText(report.unlisted),
    ].join('\n\n');
  },
});

type Part = 'received' | 'masked' | 'written';

function partyText(parts: readonly Part[]): (party: Party, at: number) => string {
  return ({ consumer, title, owner, uses }, at) => {
    const name = title === undefined ? consumer : `${title} (${consumer})`;
    const lines = uses.flatMap((use) => useLines(use, parts));
    return [`${at + 1}. ${cutText(name, WIDTH)}`, line('run by', ownerWords(owner)), ...lines].join('\n');
  };
}

function ownerWords(owner: Owner | undefined): string[] {
  if (owner === undefined) return ['no longer in the catalog'];
  const { team, title, email, contact } = owner;
  return listed([title ?? team, email ?? '', contact ?? ''].filter((part) => part !== ''));
}

function useLines(use: Use, parts: readonly Part[]): string[] {
  const { grant, purpose, approvers, interface: name, versions, operations, exchanges, first, last } = use;
  const approved = approvers.length === 0 ? ['without', 'approvals'] : ['approved', 'by', ...listed(approvers)];
  const times = `${exchanges} ${exchanges === 1 ? 'time' : 'times'}, ${minuteText(first)} to ${minuteText(last)} UTC`;
  return [
    line('purpose', purpose.split(' ')),
    line('under', ['grant', `${grant},`, ...approved]),
    ...parts.flatMap((part) => fieldLine(part, use[part])),
    line('through', [name, ...listed(versions), `(${operations.join(', ')})`]),
    line('when', times.split(' ')),
  ];
}

function fieldLine(label: string, fields: readonly string[]): string[] {
  return fields.length === 0 ? [] : [line(label, listed(fields))];
}

function line(label: string, words: readonly string[]): string {
  return `   ${label.padEnd(LABEL)}${wrapped(words, WIDTH, INDENT)}`;
}
