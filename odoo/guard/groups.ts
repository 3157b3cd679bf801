import type { Domain } from '../domain.ts';
import { isOdooList, isOdooObject, OdooFloat, type OdooObject, type OdooValue } from '../wire/value.ts';
import { checkedValue, isNumber } from './checked-value.ts';
import { shown } from './construct-answer.ts';
import type { Aggregate, GroupKey } from './group-specification.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { noteFields } from './note-facts.ts';
import { tooMuch, unfitAnswer, unfitArgument } from './refusals.ts';
import { isNothing } from './whole-number.ts';

/** Groups that one call may come to, whatever page of them is wanted: they are ordered here. */
const MOST_GROUPS = 5000;
const TERM = /^([a-z_][a-z0-9_]*(?::[a-z_]+)?)(?: (asc|desc))?(?: nulls (?:first|last))?$/i;

/** A group as it may leave. */
export interface Group {
  readonly count: number;
  /** By the names that the client used. */
  readonly keys: ReadonlyMap<string, OdooValue>;
  readonly values: ReadonlyMap<string, OdooValue>;
  /** Begin and end of periods, by key. */
  readonly ranges: ReadonlyMap<string, OdooValue>;
  readonly ranks: ReadonlyMap<string, Rank>;
}

type Rank = string | number | boolean;

/** Asks for all groups of a guarded and ruled domain. Groups of fewer records than the grant allows are left out. */
export async function readGroups(
  guarded: GuardedCall,
  domain: Domain,
  keys: readonly GroupKey[],
  aggregates: readonly Aggregate[],
): Promise<readonly Group[]> {
  const { run, scope } = guarded;
  const isFormatted = run.access.knowledge.major >= 19;
  const groupby = keys.map((key) => key.asked);
  const asked = aggregates.map((one) => one.asked);
  const page = { offset: 0, limit: MOST_GROUPS + 1 };
  const args = isFormatted
    ? { domain, groupby, aggregates: ['__count', ...aggregates.map(plainAggregate)], ...page }
    : { domain, fields: ['__count', ...asked], groupby, ...page, lazy: false };
  const method = isFormatted ? 'formatted_read_group' : 'read_group';
  const answer = await run.ask({ model: scope.model, method, args, context: contextOf(guarded, 'read') }, 'read');
  if (!isOdooList(answer)) throw unfitAnswer();
  if (answer.length > MOST_GROUPS) throw tooMuch(`More than ${MOST_GROUPS} groups; narrow the domain.`);
  const groups = answer.map((item) => groupOf(item, keys, aggregates, isFormatted));
  const isWhole = keys.length === 0;
  const told = groups.filter(({ count }) => count >= run.access.leastGroup || (isWhole && count === 0));
  if (told.length > 0)
    noteFields(
      run,
      [...keys, ...aggregates].map(({ field }) => field),
    );
  return told;
}

/** `formatted_read_group` knows no aliases: what they stand for is asked, and put under its name here. */
function plainAggregate({ field, operator }: Aggregate): string {
  return `${field.knowledge.name}:${operator}`;
}

function groupOf(
  item: OdooValue,
  keys: readonly GroupKey[],
  aggregates: readonly Aggregate[],
  isFormatted: boolean,
): Group {
  if (!isOdooObject(item)) throw unfitAnswer();
  const count = member(item, '__count');
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) throw unfitAnswer();
  const group = { count, keys: new Map<string, OdooValue>(), ranges: new Map<string, OdooValue>() };
  const ranks = new Map<string, Rank>();
  const allRanges = isFormatted ? undefined : optional(item, '__range');
  for (const key of keys) {
    const value = member(item, key.asked);
    if (key.period === undefined) {
      const [out, rank] = keyValue(key, value);
      group.keys.set(key.name, out);
      ranks.set(key.name, rank);
      continue;
    }
    const range = isFormatted ? periodOf(value) : rangeOf(allRanges, key);
    const label = isFormatted && isOdooList(value) ? value[1] : value;
    if (label !== false && typeof label !== 'string') throw unfitAnswer();
    group.keys.set(key.name, isFormatted ? (range === undefined ? false : [range.from, label]) : label);
    ranks.set(key.name, range?.from ?? '');
    group.ranges.set(key.name, range === undefined ? false : { from: range.from, to: range.to ?? false });
  }
  const values = new Map<string, OdooValue>();
  for (const one of aggregates) {
    const value = aggregateValue(one, member(item, isFormatted ? plainAggregate(one) : one.answered));
    values.set(one.name, value);
    ranks.set(one.name, rankOf(value));
  }
  ranks.set('__count', count);
  return { ...group, values, ranks };
}

function keyValue({ field }: GroupKey, value: OdooValue): readonly [OdooValue, Rank] {
  if (value === null) return [false, ''];
  const checked =
    field.knowledge.type === 'integer' && value === false ? undefined : checkedValue(field.knowledge, value);
  if (checked === undefined) return [false, ''];
  const out = shown(field, checked, 'pair');
  if (checked.kind !== 'link') return [out, rankOf(out)];
  const { link } = checked;
  if (link === undefined) return [false, ''];
  return [out, field.label ? `${link.label ?? ''}\u0000${String(link.id).padStart(10, '0')}` : link.id];
}

interface Range {
  readonly from: string;
  readonly to: string | undefined;
}

function rangeOf(ranges: OdooValue | undefined, { name, field }: GroupKey): Range | undefined {
  const range = isOdooObject(ranges) ? (optional(ranges, name) ?? optional(ranges, field.knowledge.name)) : undefined;
  if (!isOdooObject(range)) return undefined;
  const [from, to] = [optional(range, 'from'), optional(range, 'to')];
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : undefined;
}

function periodOf(value: OdooValue): Range | undefined {
  const from = isOdooList(value) ? value[0] : undefined;
  return typeof from === 'string' ? { from, to: undefined } : undefined;
}

function aggregateValue({ field, operator }: Aggregate, value: OdooValue): OdooValue {
  if (value === null || value === false) return value;
  if (operator === 'bool_and' || operator === 'bool_or') return typeof value === 'boolean' ? value : fail();
  const isTime = field.knowledge.type === 'date' || field.knowledge.type === 'datetime';
  if (isTime && (operator === 'min' || operator === 'max')) return typeof value === 'string' ? value : fail();
  return isNumber(value) || typeof value === 'bigint' || value instanceof OdooFloat ? value : fail();
}

function rankOf(value: OdooValue): Rank {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value instanceof OdooFloat || typeof value === 'bigint' ? Number(value) : '';
}

/** Groups in the client's order, which may name keys and aggregates of the call only; else by their keys. */
export function orderGroups(
  groups: readonly Group[],
  keys: readonly GroupKey[],
  aggregates: readonly Aggregate[],
  order: OdooValue | undefined,
): readonly Group[] {
  const terms = isNothing(order) ? [] : termsOf(order, keys, aggregates);
  const all = [...terms, ...keys.map(({ name }) => ({ name, isDescending: false }))];
  return groups.toSorted((a, b) => {
    for (const { name, isDescending } of all) {
      const difference = compare(a.ranks.get(name), b.ranks.get(name));
      if (difference !== 0) return isDescending ? -difference : difference;
    }
    return 0;
  });
}

interface OrderTerm {
  readonly name: string;
  readonly isDescending: boolean;
}

function termsOf(order: OdooValue, keys: readonly GroupKey[], aggregates: readonly Aggregate[]): readonly OrderTerm[] {
  if (typeof order !== 'string' || order.length > 500) throw unfitArgument('Invalid order');
  return order.split(',').map((part) => {
    const [, name = '', direction] = TERM.exec(part.trim().replaceAll(/\s+/g, ' ')) ?? [];
    const key = keys.find((one) => one.name === name || one.field.knowledge.name === name);
    const isKnown = key !== undefined || name === '__count' || aggregates.some((one) => one.name === name);
    if (name === '' || !isKnown) throw unfitArgument('The order names what is not grouped or aggregated.');
    return { name: key?.name ?? name, isDescending: direction?.toLowerCase() === 'desc' };
  });
}

/** Nothing comes last, as with Odoo. */
function compare(a: Rank | undefined, b: Rank | undefined): number {
  const [left, right] = [a ?? '', b ?? ''];
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? 1 : -1;
  return left < right ? -1 : 1;
}

function member(item: OdooObject, name: string): OdooValue {
  const value = optional(item, name);
  return value === undefined ? fail() : value;
}

function optional(item: OdooObject, name: string): OdooValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

function fail(): never {
  throw unfitAnswer();
}
