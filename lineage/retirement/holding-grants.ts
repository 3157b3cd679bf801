import type { FieldUsage } from '../../audit/index/usage.ts';
import type { VersionPlan } from '../../gateway/plan.ts';
import { flowsIn } from '../flows.ts';
import { byText } from '../graph.ts';
import { isInForce } from '../in-force.ts';
import { type Granted, type Landscape, nameOf } from '../landscape.ts';
import { contactOf } from '../nodes.ts';
import { sumExchanges } from './callers.ts';
import type { HoldingGrant } from './retirement.ts';

type Use = NonNullable<HoldingGrant['uses']>[number];

interface Holding {
  readonly granted: Granted;
  readonly versions: Set<string>;
  readonly operations: Set<string>;
  readonly uses: Set<Use>;
}

/** Every grant of one environment that opens some versions, or one field of them. `rows`: undefined if not asked. */
export function holdingGrants(
  landscape: Landscape,
  versions: readonly VersionPlan[],
  field: string | undefined,
  rows: readonly FieldUsage[] | undefined,
  today: string,
): HoldingGrant[] {
  const asked = field === undefined ? ('all' as const) : new Set([field]);
  const holdings = new Map<string, Holding>();
  for (const { granted, reads, writes, filters } of flowsIn(landscape, {
    versions: new Map(versions.map((one) => [one, asked])),
  })) {
    const { name } = granted.grant.metadata;
    const holding = holdings.get(name) ?? { granted, versions: new Set(), operations: new Set(), uses: new Set() };
    holding.versions.add(nameOf(granted.version));
    holding.operations.add(granted.operation.id);
    if (reads.length > 0) holding.uses.add('reads');
    if (writes.length > 0) holding.uses.add('writes');
    if (filters.length > 0) holding.uses.add('filters by');
    holdings.set(name, holding);
  }
  return [...holdings.values()]
    .map((holding) => holdingGrant(landscape, holding, field, rows, today))
    .sort((a, b) => byText(a.consumer, b.consumer) || byText(a.grant, b.grant));
}

function holdingGrant(
  { catalog, environment }: Landscape,
  { granted, versions, operations, uses }: Holding,
  field: string | undefined,
  rows: readonly FieldUsage[] | undefined,
  today: string,
): HoldingGrant {
  const { grant, consumer } = granted;
  const own = rows?.filter((row) => row.grant === grant.metadata.name);
  return {
    grant: grant.metadata.name,
    consumer: consumer.metadata.name,
    environment,
    owner: contactOf(catalog, consumer.spec.owner),
    until: grant.spec.until,
    state: stateOf(granted, today),
    versions: [...versions],
    operations: [...operations].sort(byText),
    ...(field === undefined ? {} : { uses: [...uses] }),
    ...(own === undefined ? {} : { observed: sumExchanges(own) }),
  };
}

function stateOf(granted: Granted, today: string): HoldingGrant['state'] {
  if (granted.consumer.spec.status === 'disabled') return 'consumer disabled';
  return isInForce(granted, today) ? 'in force' : 'ended';
}
