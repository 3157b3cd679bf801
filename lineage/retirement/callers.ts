import type { FieldUsage } from '../../audit/index/usage.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { byText, type Observed } from '../graph.ts';
import { contactOf } from '../nodes.ts';
import type { Caller } from './retirement.ts';

/** Who called, by consumer and grant, in the rows of what would go. Refused attempts are no use of it. */
export function callersIn(catalog: Catalog, rows: readonly FieldUsage[]): Caller[] {
  const used = rows.filter(({ kind }) => kind !== 'refused');
  const groups = Map.groupBy(used, ({ consumer, grant }) => JSON.stringify([consumer, grant]));
  return [...groups.values()]
    .flatMap((own): Caller[] => {
      const [first] = own;
      if (first === undefined) return [];
      const { consumer, grant } = first;
      const team = catalog.consumers.get(consumer)?.document.spec.owner;
      return [
        {
          consumer,
          grant,
          owner: team === undefined ? undefined : contactOf(catalog, team),
          versions: [...new Set(own.map((row) => `${row.interface}/${row.version}`))].sort(byText),
          observed: sumExchanges(own),
        },
      ];
    })
    .sort((a, b) => byText(a.consumer, b.consumer) || byText(a.grant, b.grant));
}

/**
 * Exchanges by all their fields together. An exchange is told once for each of its fields, so of one operation and version
 * the field with the most counts: there were at least so many.
 */
export function sumExchanges(rows: readonly FieldUsage[]): Observed {
  const used = rows.filter(({ kind }) => kind !== 'refused');
  const groups = Map.groupBy(used, ({ version, operation }) => JSON.stringify([version, operation]));
  const most = (own: readonly FieldUsage[], value: (row: FieldUsage) => number) => Math.max(0, ...own.map(value));
  const add = (value: (own: readonly FieldUsage[]) => number) =>
    [...groups.values()].reduce((sum, own) => sum + value(own), 0);
  const first = used.map((row) => row.first).sort()[0];
  const last = used
    .map((row) => row.last)
    .sort()
    .at(-1);
  return {
    exchanges: add((own) => most(own, ({ exchanges }) => exchanges)),
    records: add((own) => most(own, ({ records }) => records)),
    masked: add((own) =>
      most(
        own.filter(({ kind }) => kind === 'masked'),
        ({ exchanges }) => exchanges,
      ),
    ),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}
