import type { FieldUsage } from '../../audit/index/usage.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { InterfaceSpec, VersionSpec } from '../../catalog/documents.ts';
import type { Ledger } from '../findings/find.ts';
import type { Landscape } from '../landscape.ts';
import type { Window } from '../observe.ts';
import { callersIn } from './callers.ts';
import { holdingGrants } from './holding-grants.ts';
import { judge } from './judge.ts';
import type { Retirement, RetirementQuestion, RetiringVersion } from './retirement.ts';

const DAY_MS = 86_400_000;

/**
 * Whether versions of an interface, or a field of them, can go: nobody may call them and nobody did. Landscapes: one for
 * each environment, as a version is retired in all of them. `versions`: those that would go, at least one.
 */
export async function canIRetire(
  catalog: Catalog,
  landscapes: readonly Landscape[],
  question: RetirementQuestion,
  versions: readonly VersionSpec[],
  ledger: Ledger | undefined,
  now: number,
): Promise<Retirement> {
  const today = new Date(now).toISOString().slice(0, 10);
  const window = { from: new Date(now - question.days * DAY_MS).toISOString(), to: new Date(now).toISOString() };
  const rows = ledger === undefined ? undefined : await rowsOf(question, versions, ledger, window);
  const grants = landscapes.flatMap((landscape) =>
    holdingGrants(landscape, servedOf(landscape, question.interface, versions), question.field, rows, today),
  );
  const evidence = {
    question,
    today,
    versions: versions.map((version) => retiring(landscapes, question.interface, version)),
    grants,
    callers: callersIn(catalog, rows ?? []),
    ...(ledger === undefined ? {} : { evidence: { ...window, since: ledger.since } }),
  };
  return { ...question, ...judge(evidence), ...withoutQuestion(evidence) };
}

/** The versions of an interface that a name means: `1.2`, or `1` and `v1` for all of a major; absent: all. */
export function versionsMeant({ versions }: InterfaceSpec, name: string | undefined): VersionSpec[] {
  if (name === undefined) return [...versions];
  const major = /^v?(\d+)$/.exec(name)?.[1];
  return versions.filter(({ version }) => version === name || (major !== undefined && version.split('.')[0] === major));
}

function servedOf({ versions }: Landscape, name: string, meant: readonly VersionSpec[]) {
  const numbers = new Set(meant.map(({ version }) => version));
  return versions.filter(
    ({ interface: { metadata }, version }) => metadata.name === name && numbers.has(version.version),
  );
}

async function rowsOf(
  { interface: name, field }: RetirementQuestion,
  versions: readonly VersionSpec[],
  { source }: Ledger,
  window: Window,
): Promise<readonly FieldUsage[]> {
  const numbers = new Set(versions.map(({ version }) => version));
  const rows = await source.usage({ interface: name, ...(field === undefined ? {} : { field }), ...window });
  return rows.filter(({ version }) => numbers.has(version));
}

function retiring(landscapes: readonly Landscape[], name: string, version: VersionSpec): RetiringVersion {
  const served = landscapes.filter((landscape) => servedOf(landscape, name, [version]).length > 0);
  const { deprecated, sunset, successor } = version;
  return {
    version: version.version,
    lifecycle: version.lifecycle,
    served: version.lifecycle === 'retired' ? [] : served.map(({ environment }) => environment),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(sunset === undefined ? {} : { sunset }),
    ...(successor === undefined ? {} : { successor }),
  };
}

function withoutQuestion<E extends { readonly question: unknown; readonly today: string }>({
  question,
  today,
  ...rest
}: E) {
  return rest;
}
