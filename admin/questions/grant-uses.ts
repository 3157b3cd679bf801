import { joined } from '../../audit/questions/stretch.ts';
import type { Summary } from '../../audit/questions/summarize.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { GrantUse } from './reports.ts';

/**
 * Every grant of the catalog with how it was used, and every other that was: unused ones first, then by last use. Grants of
 * consumers that belong to another environment are left out.
 */
export function grantUses(catalog: Catalog, environment: string, summaries: readonly Summary[]): readonly GrantUse[] {
  const used = Map.groupBy(summaries, ({ detail }) => detail.place.grant ?? '');
  used.delete('');
  const known = [...catalog.grants.values()]
    .map(({ document }) => document)
    .filter(({ spec }) => catalog.consumers.get(spec.consumer)?.document.spec.environment === environment)
    .map(({ metadata: { name }, spec: { consumer, interface: of, until } }): GrantUse => {
      const uses = used.get(name) ?? [];
      used.delete(name);
      return { grant: name, consumer, interface: of, until, ...countsOf(uses) };
    });
  const gone = [...used].map(([grant, uses]): GrantUse => {
    const { consumer = '', interface: of = '' } = uses[0]?.detail.place ?? {};
    return { grant, consumer, interface: of, ...countsOf(uses) };
  });
  return [...known, ...gone].sort((a, b) => order(a).localeCompare(order(b)));
}

function countsOf(uses: readonly Summary[]): Pick<GrantUse, 'exchanges' | 'refused' | 'first' | 'last'> {
  const [refused, others] = [uses.filter(isRefused), uses.filter((use) => !isRefused(use))];
  const { exchanges = 0, ...times } = joined(others) ?? {};
  return { exchanges, refused: joined(refused)?.exchanges ?? 0, ...times };
}

function isRefused({ detail }: Summary): boolean {
  return detail.decision === 'refused';
}

function order({ last = '', grant }: GrantUse): string {
  return `${last} ${grant}`;
}
