import type { AccessEntry, Entry } from '../entry.ts';
import { isAccess, type ResolvedEntry } from './entry-reader.ts';

const WIDTH = 160;

/** One entry as one line of at most 160 characters for people, without control characters. */
export function formatEntry(resolved: ResolvedEntry): string {
  const { entry } = resolved;
  const parts = isAccess(entry) ? accessParts(entry, resolved) : [entry.type.toUpperCase(), ...partsOf(entry)];
  const line = [entry.time, ...parts].filter((part) => part !== '').join('  ');
  const safe = line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return safe.length <= WIDTH ? safe : `${safe.slice(0, WIDTH - 1)}…`;
}

function accessParts(entry: AccessEntry, { place, lists }: ResolvedEntry): string[] {
  const method = place?.method ?? '?';
  const where =
    place?.interface === undefined ? method : `${place.interface}/${place.version ?? '?'} ${place.operation ?? method}`;
  return [
    place?.consumer ?? '-',
    where,
    entry.code === undefined ? entry.decision : `${entry.decision} ${entry.code}`,
    String(entry.status),
    `${entry.ms} ms`,
    entry.records === undefined ? '' : count(entry.records, 'record'),
    names('read', lists?.returned),
    names('masked', lists?.masked),
    names('written', lists?.written),
    names('refused', lists?.refused),
    entry.type === 'access-begin' ? '(begun)' : '',
  ];
}

type OtherEntry = Exclude<Entry, { readonly type: 'access' | 'access-begin' | 'define' }>;

function partsOf(entry: OtherEntry): string[] {
  switch (entry.type) {
    case 'epoch':
      return [entry.environment, `software ${entry.software}`];
    case 'gap':
      return [
        entry.cause,
        entry.lost === undefined ? '' : `${entry.lost} lost`,
        entry.bytes === undefined ? '' : `${entry.bytes} bytes cut`,
      ];
    case 'change':
      return [`snapshot ${short(entry.to)}`, count(entry.count, 'document'), names('', entry.documents)];
    case 'approval':
      return [
        `${entry.grant} for ${entry.consumer}`,
        `until ${entry.until}`,
        names(
          'approved by',
          entry.approvals.map(({ by }) => by),
        ),
      ];
    case 'export':
      return [entry.actor, entry.format, count(entry.rows, 'row'), entry.query];
    case 'audit-read':
      return [entry.actor, count(entry.rows, 'row'), entry.query];
    case 'key-rotation':
      return [entry.of, entry.from === undefined ? `to ${entry.to}` : `${entry.from} to ${entry.to}`];
    case 'erasure':
      return [entry.actor, entry.reason, count(entry.months.length, 'month')];
    case 'hold':
      return [entry.action, entry.name, entry.actor, entry.case, entry.scope];
    case 'prune':
      return [entry.actor, `minimum ${entry.minimum}`, `before ${entry.before}`];
  }
}

/** As much of a digest as tells it from others. */
function short(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function names(label: string, list: readonly string[] | undefined): string {
  return list === undefined || list.length === 0 ? '' : `${label} ${list.join(',')}`.trimStart();
}
