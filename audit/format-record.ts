import type { AuditRecord, GapRecord } from './record.ts';

const WIDTH = 160;

/** One entry as one line of at most 160 characters for people, without control characters. */
export function formatRecord(record: AuditRecord | GapRecord): string {
  const line = record.type === 'gap' ? formatGap(record) : formatAccess(record);
  const safe = line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return safe.length <= WIDTH ? safe : `${safe.slice(0, WIDTH - 1)}…`;
}

function formatAccess(record: AuditRecord): string {
  const where =
    record.interface === undefined
      ? record.method
      : `${record.interface}/${record.version ?? '?'} ${record.operation ?? record.method}`;
  const said = record.code === undefined ? record.decision : `${record.decision} ${record.code}`;
  return [
    record.time,
    record.consumer ?? '-',
    where,
    said,
    record.status,
    `${record.ms} ms`,
    count(record.records, 'record'),
    names('read', record.returned),
    names('masked', record.masked),
    names('written', record.written),
    names('refused', record.refused),
    record.type === 'access-begin' ? '(begun)' : '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function formatGap(gap: GapRecord): string {
  const lost = gap.lost === undefined ? '' : `  ${gap.lost} lost`;
  const bytes = gap.bytes === undefined ? '' : `  ${gap.bytes} bytes cut`;
  return `${gap.time}  GAP  ${gap.cause}${lost}${bytes}`;
}

function count(number: number | undefined, noun: string): string {
  return number === undefined ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function names(label: string, list: readonly string[] | undefined): string {
  return list === undefined || list.length === 0 ? '' : `${label} ${list.join(',')}`;
}
