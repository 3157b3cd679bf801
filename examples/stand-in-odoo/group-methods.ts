import type { Call, Method } from './call.ts';
import { searchIds } from './core-methods.ts';
import { periodOf } from './date-parts.ts';
import { aggregatorOf } from './fields-get.ts';
import { formattedReadGroup, webReadGroup } from './formatted-groups.ts';
import { aggregate, compileGrouping, type Group, type Grouping, groupRecords } from './group-by.ts';
import { userError } from './odoo-error.ts';
import { orderGroups } from './order-groups.ts';

const textsOf = (given: unknown): string[] =>
  typeof given === 'string' ? [given] : Array.isArray(given) ? given.map(String) : [];

interface Aggregate {
  readonly label: string;
  readonly field: string;
  readonly how: string;
}

/** `alias:how(field)`, `field:how` or `field` as `read_group` knows them. None at all means every number in 16. */
function aggregatesOf(call: Call, given: readonly string[], grouped: ReadonlySet<string>): Aggregate[] {
  const { db, model } = call;
  const names = given.length > 0 || db.version > 16 ? given : [...db.known(model).fields.keys()];
  return names.flatMap((spec) => {
    if (spec === '__count') return [];
    const match = /^(\w+)(?::(\w+)(?:\((\w+)\))?)?$/.exec(spec);
    if (match === null) throw userError(`Invalid field specification '${spec}'.`);
    const [, label = '', how, of] = match;
    const field = of ?? label;
    if (grouped.has(field) && how === undefined) return [];
    const definition = db.field(model, field);
    const chosen = how ?? aggregatorOf(db.version, field, definition);
    return chosen === undefined ? [] : [{ label, field, how: chosen }];
  });
}

/** `read_group` of all versions; `lazy` groups by the first only. */
function readGroup(call: Call): unknown {
  const { domain, fields, offset, limit, orderby, lazy } = call.args;
  const asked = textsOf(call.args.groupby);
  const isLazy = lazy !== false;
  const groupings = (isLazy ? asked.slice(0, 1) : asked).map((spec) => compileGrouping(call, spec));
  const aggregates = aggregatesOf(call, textsOf(fields), new Set(groupings.map(({ field }) => field)));
  const groups = groupRecords(searchIds(call, domain ?? []), groupings);
  if (groupings.length === 0 && groups.length === 0) groups.push({ keys: [], ids: [] });
  const aggregateOf = (group: Group, name: string) => {
    const found = aggregates.find(({ label }) => label === name);
    if (found !== undefined) return aggregate(call, found.field, found.how, group.ids);
    return name === '__count' ? group.ids.length : undefined;
  };
  const ordered = orderGroups(groups, groupings, orderby, aggregateOf);
  const from = Number(offset ?? 0);
  const page = Number(limit ?? 0) > 0 ? ordered.slice(from, from + Number(limit)) : ordered.slice(from);
  return page.map((group) => {
    const answer: Record<string, unknown> = {};
    for (const [index, grouping] of groupings.entries()) answer[grouping.spec] = plainKey(grouping, group.keys[index]);
    answer[isLazy && groupings.length === 1 ? `${groupings[0]?.field}_count` : '__count'] = group.ids.length;
    for (const { label, field, how } of aggregates) answer[label] = aggregate(call, field, how, group.ids);
    answer.__domain = domainOf(domain, groupings, group);
    if (isLazy && asked.length > 1) answer.__context = { group_by: asked.slice(1) };
    const ranges = rangesOf(groupings, group);
    if (ranges !== undefined) answer.__range = ranges;
    return answer;
  });
}

/** Dates are called by their period here. */
function plainKey(grouping: Grouping, key: unknown): unknown {
  const shown = grouping.shown(key);
  return grouping.granularity !== undefined && Array.isArray(shown) ? shown[1] : shown;
}

function rangesOf(groupings: readonly Grouping[], group: Group): Record<string, unknown> | undefined {
  const dated = groupings.filter(({ granularity }) => granularity !== undefined);
  if (dated.length === 0) return undefined;
  return Object.fromEntries(
    dated.map((grouping) => {
      const key = group.keys[groupings.indexOf(grouping)];
      if (typeof key !== 'string') return [grouping.spec, false] as const;
      const { from, to } = periodOf(key, grouping.granularity ?? 'month');
      return [grouping.spec, { from, to }] as const;
    }),
  );
}

function domainOf(base: unknown, groupings: readonly Grouping[], group: Group): readonly unknown[] {
  const parts = groupings.map((grouping, index) => grouping.domain(group.keys[index]));
  const all = [...(Array.isArray(base) && base.length > 0 ? [base] : []), ...parts];
  return [...Array.from({ length: Math.max(0, all.length - 1) }, () => '&'), ...all.flat()];
}

const GROUPED = ['domain', 'fields', 'groupby', 'offset', 'limit', 'orderby', 'lazy'];
const FORMATTED = ['domain', 'groupby', 'aggregates', 'having', 'offset', 'limit', 'order'];

/** Aggregates of all versions. */
export const GROUP_METHODS: Readonly<Record<string, Method>> = {
  read_group: { onModel: true, parameters: GROUPED, required: 3, needs: 'read', run: readGroup },
  formatted_read_group: {
    onModel: true,
    parameters: FORMATTED,
    required: 1,
    needs: 'read',
    since: 19,
    run: (call) => formattedReadGroup(call, textsOf(call.args.groupby)),
  },
  formatted_read_grouping_sets: {
    onModel: true,
    parameters: ['domain', 'grouping_sets', 'aggregates', 'order'],
    required: 2,
    needs: 'read',
    since: 19,
    run: (call) => {
      const sets = Array.isArray(call.args.grouping_sets) ? call.args.grouping_sets : [];
      return sets.map((set) => formattedReadGroup(call, textsOf(set)));
    },
  },
  web_read_group: {
    onModel: true,
    parameters: [
      ...['domain', 'groupby', 'aggregates', 'limit', 'offset', 'order', 'auto_unfold', 'opening_info'],
      ...['unfold_read_specification', 'unfold_read_default_limit', 'groupby_read_specification'],
    ],
    formerly: { 18: ['domain', 'fields', 'groupby', 'limit', 'offset', 'orderby', 'lazy'] },
    required: 2,
    needs: 'read',
    run: (call) => {
      if (call.db.version >= 19) return webReadGroup(call, textsOf(call.args.groupby));
      const groups = readGroup(call);
      return { groups, length: Array.isArray(groups) ? groups.length : 0 };
    },
  },
};
