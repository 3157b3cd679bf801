import type { OdooFieldType } from '../knowledge.ts';
import { isOdooList, type OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { isFilterable } from './field-path.ts';
import { hiddenField, tooMuch, unfitArgument, unfitField } from './refusals.ts';
import { behindScope, type Scope } from './scope.ts';
import { isNothing } from './whole-number.ts';

const GROUPED: ReadonlySet<OdooFieldType> = new Set([
  ...(['char', 'selection', 'boolean', 'integer', 'many2one', 'date', 'datetime'] as const),
]);
const NUMBERS: ReadonlySet<OdooFieldType> = new Set(['integer', 'float', 'monetary'] as const);
const PERIODS = new Set(['hour', 'day', 'week', 'month', 'quarter', 'year']);
const NUMERIC = new Set(['sum', 'avg']);
const ANY = new Set(['count', 'count_distinct']);
const ORDERED = new Set(['min', 'max']);
const LOGICAL = new Set(['bool_and', 'bool_or']);
const TOKEN = /^([a-z_][a-z0-9_]*)(?::([a-z_]+))?$/;
const ALIASED = /^([a-z_][a-z0-9_]*):([a-z_]+)\(([a-z_][a-z0-9_]*)\)$/;
const MOST = 10;

/** One key of a grouping: `country_id`, `date_order:month`. */
export interface GroupKey {
  /** As the client wrote it: the name in the answer. */
  readonly name: string;
  /** As Odoo is asked for it: since 19 a date without its period is none. */
  readonly asked: string;
  readonly field: FieldAccess;
  readonly period: string | undefined;
}

/** One value over a group: `amount_total:sum`. */
export interface Aggregate {
  /** Name in the answer. */
  readonly name: string;
  /** As Odoo is asked for it, and the name that it answers by: never one that a client made up. */
  readonly asked: string;
  readonly answered: string;
  readonly field: FieldAccess;
  readonly operator: string;
}

/** Keys of a grouping, visible and unmasked each. Throws OdooRefusal. */
export function guardGroupBy(run: GuardRun, scope: Scope, value: OdooValue | undefined): readonly GroupKey[] {
  return tokensOf(value, 'groupby').map((name) => {
    const { field, suffix } = token(run, scope, name);
    const { type, stored, related, name: own } = field.knowledge;
    if (own === 'id' || !GROUPED.has(type) || !(stored || related !== undefined))
      throw unfitField(scope.model, name, 'cannot be grouped by');
    const isTime = type === 'date' || type === 'datetime';
    const isFit = suffix === undefined || (isTime && PERIODS.has(suffix) && (type === 'datetime' || suffix !== 'hour'));
    if (!isFit) throw unfitArgument('Invalid groupby');
    // What lies outside of a rule must not show as a group of its own.
    if (type === 'many2one' && (behindScope(run, field)?.rule.length ?? 1) > 0) {
      throw unfitField(scope.model, name, 'cannot be grouped by');
    }
    const period = isTime ? (suffix ?? 'month') : undefined;
    const isSaid = period === undefined || suffix !== undefined || run.access.knowledge.major < 19;
    return { name, asked: isSaid ? name : `${name}:${period}`, field, period };
  });
}

/**
 * Aggregates of `read_group` (`field`, `field:sum`, `alias:sum(field)`) and `formatted_read_group` (`field:sum`), counts
 * left aside. Without an aggregate of its own a number is summed, and anything else left out. Throws OdooRefusal.
 */
export function guardAggregates(
  run: GuardRun,
  scope: Scope,
  value: OdooValue | undefined,
  keys: readonly GroupKey[],
  form: 'read_group' | 'formatted',
): readonly Aggregate[] {
  const grouped = new Set(keys.map(({ field }) => field.knowledge.name));
  const found = new Map<string, Aggregate>();
  for (const text of tokensOf(value, 'aggregates')) {
    if (text === '__count' || grouped.has(text)) continue;
    const aggregate = form === 'formatted' ? formatted(run, scope, text) : aliased(run, scope, text, found.size);
    if (aggregate !== undefined) found.set(aggregate.name, aggregate);
  }
  return [...found.values()];
}

function formatted(run: GuardRun, scope: Scope, text: string): Aggregate {
  const { field, suffix } = token(run, scope, text);
  if (suffix === undefined || !mayAggregate(run, field, suffix))
    throw unfitField(scope.model, text, 'cannot be aggregated so');
  return { name: text, asked: text, answered: text, field, operator: suffix };
}

function aliased(run: GuardRun, scope: Scope, text: string, index: number): Aggregate | undefined {
  const match = ALIASED.exec(text);
  const [, alias = '', given = '', of = ''] = match ?? [];
  const { field, suffix } = token(run, scope, match === null ? text : of);
  const { name, type, stored } = field.knowledge;
  if (match === null && suffix === undefined && (!NUMBERS.has(type) || !stored || name === 'id')) return undefined;
  const operator = match === null ? (suffix ?? 'sum') : given;
  if (!mayAggregate(run, field, operator)) throw unfitField(scope.model, text, 'cannot be aggregated so');
  // An alias that is a visible field's name would stand where the answer has that field.
  const isFree = match === null || (scope.field(alias) === undefined && !alias.startsWith('__'));
  if (!isFree) throw unfitArgument('Invalid alias');
  const answered = `aggregate_${index}`;
  return { name: match === null ? name : alias, asked: `${answered}:${operator}(${name})`, answered, field, operator };
}

/**
 * Nothing that gathers single values (`array_agg`), whose order would follow the order of rows on disk, and nothing that
 * counts links outside of a rule.
 */
function mayAggregate(run: GuardRun, field: FieldAccess, operator: string): boolean {
  const { type, stored, name } = field.knowledge;
  if (!stored || (behindScope(run, field)?.rule.length ?? 0) > 0) return false;
  if (ANY.has(operator)) return type !== 'many2many' && type !== 'one2many' && type !== 'binary';
  if (NUMERIC.has(operator)) return NUMBERS.has(type) && name !== 'id';
  if (ORDERED.has(operator)) return NUMBERS.has(type) || type === 'date' || type === 'datetime';
  return LOGICAL.has(operator) && type === 'boolean';
}

function token(run: GuardRun, scope: Scope, text: string): { field: FieldAccess; suffix: string | undefined } {
  const match = TOKEN.exec(text);
  const [, name = '', suffix] = match ?? [];
  const field = match === null ? undefined : scope.field(name);
  if (field === undefined) throw hiddenField(scope.model, text);
  if (!isFilterable(run, scope, field)) throw unfitField(scope.model, text, 'cannot be grouped by');
  return { field, suffix };
}

function tokensOf(value: OdooValue | undefined, what: string): readonly string[] {
  if (isNothing(value)) return [];
  const list = isOdooList(value) ? value : [value];
  if (list.length > MOST) throw tooMuch(`At most ${MOST} ${what} can be named.`);
  return list.map((one) => {
    if (typeof one !== 'string' || one.length > 200) throw unfitArgument(`Invalid ${what}`);
    return one;
  });
}
