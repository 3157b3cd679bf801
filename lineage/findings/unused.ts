import type { FieldUsage } from '../../audit/index/usage.ts';
import type { VersionPlan } from '../../gateway/plan.ts';
import { isInForce } from '../in-force.ts';
import type { DeclaredField, Granted, Landscape } from '../landscape.ts';
import { counted } from '../text/phrases.ts';
import { type Finding, listed, placeText } from './finding.ts';

/** Over what the ledger was asked. */
export interface Evidence {
  readonly days: number;
  /** ISO dates. */
  readonly today: string;
  readonly from: string;
}

/** What grants on one version give and nobody used in the time of the rows, which are all of its interface. */
export function* unusedFindings(
  landscape: Landscape,
  version: VersionPlan,
  rows: readonly FieldUsage[],
  { days, today, from }: Evidence,
): Iterable<Finding> {
  const byGrant = Map.groupBy(landscape.grantedOf(version), ({ grant }) => grant.metadata.name);
  const usedBy = Map.groupBy(rows, ({ grant }) => grant);
  for (const [name, granted] of byGrant) {
    const [first] = granted;
    if (first === undefined || !isInForce(first, today) || isYoung(first, from)) continue;
    const used = (usedBy.get(name) ?? []).filter(({ kind }) => kind === 'returned' || kind === 'written');
    const base = { consumers: [first.consumer.metadata.name], grants: [name], about: name };
    const source = landscape.catalog.grants.get(name)?.source;
    const given = givenBy(landscape, version, granted);
    if (used.length === 0) {
      if (given.reads.length + given.writes.length === 0) continue;
      yield {
        code: 'grant-unused',
        severity: 'warning',
        message: `${name} gives ${first.consumer.metadata.name} ${counted(given.reads.length, 'field')} to read and ${counted(given.writes.length, 'field')} to write, and none was used for ${days} days; delete the grant, or ask team ${first.consumer.spec.owner} what it is for`,
        ...base,
        fields: [...given.reads, ...given.writes].map(({ id }) => id),
        ...placeText(source, ''),
      };
      continue;
    }
    const seen = (kind: FieldUsage['kind']) =>
      new Set(used.filter((row) => row.kind === kind).map(({ field }) => field));
    const [returned, written] = [seen('returned'), seen('written')];
    const reads = given.reads.filter(({ field }) => !returned.has(field.id));
    const writes = given.writes.filter(({ field }) => !written.has(field.id));
    if (reads.length + writes.length === 0) continue;
    const told = [
      ...(reads.length === 0 ? [] : [`read ${listed(reads.map(({ field }) => field.id))}`]),
      ...(writes.length === 0 ? [] : [`write ${listed(writes.map(({ field }) => field.id))}`]),
    ];
    yield {
      code: 'field-unused',
      severity: 'warning',
      message: `${first.consumer.metadata.name} may ${told.join(' and ')} by ${name}, and did not for ${days} days; take them out of the grant, or ask team ${first.consumer.spec.owner} what they are for`,
      ...base,
      fields: [...new Set([...reads, ...writes].map(({ id }) => id))],
      ...placeText(source, reads.length === 0 ? '/spec/write' : '/spec/read'),
    };
  }
}

/** What was approved within the time could not have been used through all of it. */
export function isYoung({ grant }: Granted, from: string): boolean {
  return (grant.spec.approvals ?? []).some(({ at }) => at > from);
}

function givenBy(landscape: Landscape, version: VersionPlan, granted: readonly Granted[]) {
  const declared = landscape.fieldsOf(version);
  const fieldsOf = (ids: Iterable<string>): DeclaredField[] =>
    [...new Set(ids)].flatMap((id) => declared.get(id) ?? []);
  return {
    reads: fieldsOf(granted.flatMap(({ selection }) => selection?.fields ?? [])),
    writes: fieldsOf(granted.flatMap(({ writable }) => [...writable])),
  };
}
