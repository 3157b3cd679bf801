import type { Call } from './call.ts';
import { periodOf } from './date-parts.ts';
import { checkGroups } from './domain.ts';
import { isStored } from './model-definition.ts';
import { OdooError, userError, valueError } from './odoo-error.ts';
import { compileOrder } from './ordering.ts';
import { PythonFloat } from './python-float.ts';
import { compareScalars } from './scalar-test.ts';

/** One way to group: `state`, `date_order:month`, and in 19 a path, `partner_id.country_id`. */
export interface Grouping {
  readonly spec: string;
  readonly field: string;
  readonly granularity: string | undefined;
  readonly keysOf: (id: number) => readonly unknown[];
  /** As an answer shows the key. */
  readonly shown: (key: unknown) => unknown;
  readonly compare: (left: unknown, right: unknown) => number;
  /** Domain that finds the records of a group. */
  readonly domain: (key: unknown) => readonly unknown[];
}

/** Compiles one grouping of a model. */
export function compileGrouping(call: Call, spec: string): Grouping {
  const [path = '', granularity] = spec.split(':');
  const steps = path.split('.');
  const target = followPath(call, steps.slice(0, -1));
  const name = steps.at(-1) ?? '';
  const field = call.db.field(target.model, name);
  checkGroups(field, target.model, name, call.viewer);
  if (!isStored(call.db.version, field) && field.type !== 'many2many' && field.related === undefined) {
    throw call.db.version >= 17
      ? valueError(`Cannot convert ${target.model}.${name} to SQL because it is not stored`)
      : userError(`Cannot group by field '${name}'.`);
  }
  const isDate = field.type === 'date' || field.type === 'datetime';
  const grain = isDate ? (granularity ?? 'month') : undefined;
  const keyOf = (value: unknown) =>
    grain !== undefined && typeof value === 'string' ? periodOf(value, grain).from : value;
  const relation = field.relation;
  const inner = relation === undefined ? undefined : compileOrder(call.db, relation, call.db.known(relation).order);
  return {
    spec,
    field: path,
    granularity: grain,
    keysOf: (id) =>
      target.of(id).flatMap((at) => {
        const value = at === undefined ? false : call.db.value(target.model, at, name);
        if (Array.isArray(value)) return value.length === 0 ? [false] : value;
        return [keyOf(value)];
      }),
    shown: (key) => shownKey(call, key, relation, grain, field.type),
    compare: (left, right) => {
      if (left === false || right === false) return left === right ? 0 : left === false ? 1 : -1;
      return inner === undefined ? compareScalars(left, right) : inner(Number(left), Number(right));
    },
    domain: (key) => domainOf(steps, key, grain),
  };
}

function followPath(call: Call, steps: readonly string[]) {
  let model = call.model;
  let of = (id: number): (number | undefined)[] => [id];
  if (steps.length > 0 && call.db.version < 19)
    throw valueError(`Invalid field '${steps.join('.')}' on model '${model}'`);
  for (const step of steps) {
    const [at, before] = [model, of];
    const field = call.db.field(at, step);
    if (field.relation === undefined) throw valueError(`Invalid field '${step}' on model '${at}'`);
    of = (id) =>
      before(id).flatMap((each) => {
        const value = each === undefined ? false : call.db.value(at, each, step);
        if (Array.isArray(value)) return value.filter((one) => typeof one === 'number');
        return [typeof value === 'number' ? value : undefined];
      });
    model = field.relation;
  }
  return { model, of };
}

function shownKey(
  call: Call,
  key: unknown,
  relation: string | undefined,
  grain: string | undefined,
  type: string,
): unknown {
  if (relation !== undefined && typeof key === 'number') {
    // Labels are computed as the superuser, in the context of the call.
    return [key, call.db.label(relation, key, call.viewer.context)];
  }
  if (type === 'float' || type === 'monetary') return new PythonFloat(Number(key));
  return grain !== undefined && typeof key === 'string' ? [key, periodOf(key, grain).label] : key;
}

function domainOf(steps: readonly string[], key: unknown, grain: string | undefined): readonly unknown[] {
  const name = steps.at(-1) ?? '';
  let inner: readonly unknown[] = [[name, '=', key]];
  if (grain !== undefined && typeof key === 'string') {
    const { from, to } = periodOf(key, grain);
    inner = ['&', [name, '>=', from], [name, '<', to]];
  }
  for (const step of steps.slice(0, -1).toReversed()) inner = [[step, 'any', inner]];
  return inner;
}

/** A group: its key per grouping, and its records. */
export interface Group {
  readonly keys: readonly unknown[];
  readonly ids: readonly number[];
}

export function groupRecords(ids: readonly number[], groupings: readonly Grouping[]): Group[] {
  const groups = new Map<string, { keys: unknown[]; ids: number[] }>();
  for (const id of ids) {
    let combinations: unknown[][] = [[]];
    for (const { keysOf } of groupings) {
      combinations = combinations.flatMap((keys) => keysOf(id).map((key) => [...keys, key]));
    }
    for (const keys of combinations) {
      const name = JSON.stringify(keys);
      const group = groups.get(name) ?? { keys, ids: [] };
      group.ids.push(id);
      groups.set(name, group);
    }
  }
  return [...groups.values()].sort((left, right) => {
    for (const [index, { compare }] of groupings.entries()) {
      const order = compare(left.keys[index], right.keys[index]);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** The aggregate of a field over records: sum, avg, min, max, count, count_distinct, array_agg, recordset, bool_and, bool_or. */
export function aggregate(call: Call, name: string, how: string, ids: readonly number[]): unknown {
  const { db, model } = call;
  const field = db.field(model, name);
  checkGroups(field, model, name, call.viewer);
  if (!isStored(db.version, field) && field.related === undefined) refuseAggregate(db.version, model, name);
  if (field.companyDependent && db.version < 18) refuseAggregate(db.version, model, name);
  const values = ids.map((id) => (name === 'id' ? id : db.value(model, id, name)));
  const numbers = values.filter((value) => typeof value === 'number');
  const number = (value: number) =>
    field.type === 'integer' || field.type === 'many2one' ? value : new PythonFloat(Math.round(value * 1e6) / 1e6);
  const kept = values.filter((value) => value !== false);
  switch (how) {
    case 'sum':
      return number(numbers.reduce((sum, value) => sum + value, 0));
    case 'avg':
      return new PythonFloat(
        numbers.length === 0 ? 0 : numbers.reduce((sum, value) => sum + value, 0) / numbers.length,
      );
    case 'min':
    case 'max':
      return extreme(kept, how, number);
    case 'count':
      return kept.length;
    case 'count_distinct':
      return new Set(kept.map((value) => JSON.stringify(value))).size;
    case 'bool_and':
      return values.every(Boolean);
    case 'bool_or':
      return values.some(Boolean);
    case 'array_agg':
      return values.flat();
    case 'array_agg_distinct':
    case 'recordset':
      return [...new Set(kept.flat())];
    default:
      throw userError(`Invalid aggregation function ${how}.`);
  }
}

function extreme(values: readonly unknown[], how: 'min' | 'max', number: (value: number) => unknown): unknown {
  let found = values[0];
  for (const value of values) {
    const order = compareScalars(value, found);
    if (how === 'max' ? order > 0 : order < 0) found = value;
  }
  return typeof found === 'number' ? number(found) : (found ?? false);
}

function refuseAggregate(version: number, model: string, name: string): never {
  if (version === 16) throw userError(`Cannot aggregate field '${name}'.`);
  throw new OdooError('builtins.ValueError', `Cannot convert field ${model}.${name} to SQL`, 500);
}
