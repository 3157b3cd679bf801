import type { UsageSource } from '../../audit/index/usage.ts';
import type { Landscape } from '../landscape.ts';
import { type Finding, inOrder } from './finding.ts';
import { deadFindings, undeclaredFindings } from './undeclared.ts';
import { isYoung, unusedFindings } from './unused.ts';
import { ownerFindings, writerFindings } from './writers.ts';

/** What the ledger can say: where to ask it, and since when it holds anything (ISO 8601). */
export interface Ledger {
  readonly source: UsageSource;
  readonly since: string | undefined;
}

export interface Findings {
  readonly findings: readonly Finding[];
  /** What could not be judged, and why. */
  readonly notes: readonly string[];
}

const DAY_MS = 86_400_000;

/** Everything that lineage shows and nobody can have meant. Asks the ledger interface by interface. */
export async function findFindings(
  landscape: Landscape,
  ledger: Ledger | undefined,
  days: number,
  now: number,
): Promise<Findings> {
  const [today, from] = [iso(now), iso(now - days * DAY_MS)].map((moment) => moment.slice(0, 10)) as [string, string];
  const window = { from: iso(now - days * DAY_MS), to: iso(now) };
  const findings: Finding[] = [...writerFindings(landscape, today), ...ownerFindings(landscape)];
  const isLong = ledger?.since !== undefined && ledger.since <= window.from;
  const served = Map.groupBy(landscape.versions, ({ interface: { metadata } }) => metadata.name);
  for (const name of landscape.catalog.interfaces.keys()) {
    const versions = served.get(name) ?? [];
    const rows = ledger === undefined ? [] : await ledger.source.usage({ interface: name, ...window });
    findings.push(...undeclaredFindings(name, versions, rows));
    for (const version of versions) {
      findings.push(...deadFindings(landscape, version, rows));
      if (isLong) findings.push(...unusedFindings(landscape, version, rows, { days, today, from }));
    }
  }
  return { findings: inOrder(findings), notes: notesOf(landscape, ledger, isLong, days, from) };
}

function notesOf(
  landscape: Landscape,
  ledger: Ledger | undefined,
  isLong: boolean,
  days: number,
  from: string,
): string[] {
  if (ledger === undefined) {
    return ['The ledger was not asked: what is granted and unused, and what is used and undeclared, is not told.'];
  }
  if (!isLong) {
    const since =
      ledger.since === undefined ? 'holds nothing yet' : `holds nothing before ${ledger.since.slice(0, 10)}`;
    return [`The ledger ${since}: what is unused for ${days} days cannot be told; ask with fewer --days, or later.`];
  }
  const young = new Set(
    [...landscape.allGranted()].filter((granted) => isYoung(granted, from)).map(({ grant }) => grant.metadata.name),
  );
  return young.size === 0
    ? []
    : [`Approved within these ${days} days and not judged: ${[...young].sort().join(', ')}.`];
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
