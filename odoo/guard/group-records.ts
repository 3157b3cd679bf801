import { isRecordId } from '../typed-call.ts';
import { isOdooList, OdooFloat, type OdooValue, odooObject } from '../wire/value.ts';
import { type Aggregate, type GroupKey, guardAggregates, guardGroupBy } from './group-specification.ts';
import { type Group, orderGroups, readGroups } from './groups.ts';
import { guardDomain, ruledDomain } from './guard-domain.ts';
import type { GuardedCall } from './guarded-call.ts';
import { countOf } from './page.ts';
import { unfitArgument } from './refusals.ts';
import { isNothing } from './whole-number.ts';

/**
 * `read_group`: groups by visible keys with visible aggregates. The domains that Odoo puts beside each group, and what else
 * names other fields, are left out; groups are put in order here, by what can be seen of them.
 */
export async function readGroup(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const { args } = call;
  const all = guardGroupBy(run, scope, args.groupby);
  const isLazy = isNothing(args.lazy) && args.lazy !== undefined ? false : args.lazy !== 0;
  const keys = isLazy ? all.slice(0, 1) : all;
  const aggregates = guardAggregates(run, scope, args.fields, all, 'read_group');
  const domain = ruledDomain(scope, guardDomain(run, scope, args.domain));
  const groups = await readGroups(guarded, domain, keys, aggregates);
  const countName = isLazy && keys[0] !== undefined ? `${keys[0].field.knowledge.name}_count` : '__count';
  return paged(guarded, keys, orderGroups(groups, keys, aggregates, args.orderby)).map((group) =>
    odooObject([
      ...[...group.keys].map(([name, value]) => [name, periodLabel(keys, name, value)] as const),
      ...group.values,
      [countName, group.count],
      ...(group.ranges.size === 0 ? [] : [['__range', odooObject(group.ranges)] as const]),
    ]),
  );
}

/** A period as `read_group` has it: its label alone. */
function periodLabel(keys: readonly GroupKey[], name: string, value: OdooValue): OdooValue {
  const isPeriod = keys.some((key) => key.name === name && key.period !== undefined);
  return isPeriod && isOdooList(value) ? (value[1] ?? false) : value;
}

/** `formatted_read_group` (from Odoo 19). */
export async function formattedReadGroup(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const { args } = call;
  const keys = guardGroupBy(run, scope, args.groupby);
  const aggregates = guardAggregates(run, scope, args.aggregates, keys, 'formatted');
  const isKept = havingOf(args.having, aggregates);
  const domain = ruledDomain(scope, guardDomain(run, scope, args.domain));
  const groups = (await readGroups(guarded, domain, keys, aggregates)).filter(isKept);
  const isCounted = isOdooList(args.aggregates) && args.aggregates.includes('__count');
  return paged(guarded, keys, orderGroups(groups, keys, aggregates, args.order)).map((group) =>
    odooObject([...group.keys, ...group.values, ...(isCounted ? [['__count', group.count] as const] : [])]),
  );
}

/** The groups that go out; the records that they are groups of go on record. */
function paged({ call, run }: GuardedCall, keys: readonly GroupKey[], groups: readonly Group[]): readonly Group[] {
  const offset = countOf(call.args.offset, 'offset');
  const limit = countOf(call.args.limit, 'limit');
  const page = groups.slice(offset, limit === 0 ? undefined : offset + limit);
  for (const { name, field } of keys) {
    const { type, relation } = field.knowledge;
    if (type !== 'many2one' || relation === undefined) continue;
    for (const group of page) {
      const value = group.keys.get(name);
      const id = isOdooList(value) ? value[0] : undefined;
      if (isRecordId(id)) run.facts.shown.add(relation, id);
    }
  }
  return page;
}

type IsKept = (group: Group) => boolean;

const COMPARE: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '>=': (left, right) => left >= right,
};

/** `having`: conditions on counts and aggregates of the call, all of which must hold; they are judged here. */
function havingOf(value: OdooValue | undefined, aggregates: readonly Aggregate[]): IsKept {
  if (isNothing(value)) return () => true;
  if (!isOdooList(value) || value.length > 20) throw unfitArgument('Invalid having');
  const tests = value
    .filter((item) => item !== '&')
    .map((item): IsKept => {
      const [name, operator, wanted] = isOdooList(item) ? item : [];
      const holds = typeof operator === 'string' && Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
      const number = numberOf(wanted);
      const isKnown = name === '__count' || aggregates.some((one) => one.name === name);
      if (holds === undefined || number === undefined || !isKnown || typeof name !== 'string') {
        throw unfitArgument('Invalid having');
      }
      return ({ count, values }) => {
        const found = name === '__count' ? count : numberOf(values.get(name));
        return found !== undefined && holds(found, number);
      };
    });
  return (group) => tests.every((test) => test(group));
}

function numberOf(value: OdooValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof OdooFloat ? value.valueOf() : undefined;
}
