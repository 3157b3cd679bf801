import { and, type Domain, leaf, or } from '../domain.ts';
import type { OdooValue } from '../wire/value.ts';
import { comparedValue } from './compared-value.ts';
import { type DomainOperator, domainOperator, forList } from './domain-operator.ts';
import { type Condition, type DomainWalk, unfitDomain } from './domain-walk.ts';
import { fieldPath, isFilterable, type PathEnd, throughPath } from './field-path.ts';
import { isBehindHiddenLink, needsValue } from './hidden-links.ts';
import { canSearchByName } from './name-fields.ts';
import { unfitField } from './refusals.ts';
import { linkedTo } from './ruled-relation.ts';
import { behindScope, isList, isRelation, type Scope } from './scope.ts';
import { isNothing } from './whole-number.ts';

/** One condition of a client as one whole expression. Throws OdooRefusal. */
export function guardCondition(walk: DomainWalk, scope: Scope, condition: Condition): Domain {
  const { major } = walk.run.access.knowledge;
  const end = fieldPath(walk, scope, condition.path);
  if (!isFilterable(walk.run, end.scope, end.field)) throw unfit(walk, condition, 'cannot be searched');
  let written = condition.operator;
  if (written === '=?') {
    if (isNothing(condition.value)) return [[1, '=', 1]];
    written = '=';
  }
  const operator = domainOperator(written, major);
  if (operator === undefined) throw unfit(walk, condition, 'cannot be compared so');
  if (isBehindHiddenLink(walk.run, end)) {
    const type = end.datePart === undefined ? end.field.knowledge.type : 'integer';
    if (condition.isNegated || !needsValue(type, operator, condition.value)) {
      throw unfit(walk, condition, 'can only be searched for what is there');
    }
  }
  return walk.countBuilt(throughPath(walk, end, condition, () => lastStep(walk, end, operator, condition)));
}

/** The condition as the last model of the path has it: on its own field, without the way there. */
function lastStep(walk: DomainWalk, end: PathEnd, operator: DomainOperator, condition: Condition): Domain {
  const { field, scope, name } = end;
  const { value } = condition;
  if (end.datePart !== undefined) {
    if (operator.kind !== 'equal' && operator.kind !== 'compare') throw unfit(walk, condition, 'cannot be compared so');
    return plain(walk, `${name}.${end.datePart}`, 'integer', operator, condition);
  }
  if (isRelation(field.knowledge)) return relation(walk, end, operator, condition);
  if (operator.kind === 'hierarchy' && name === 'id') {
    mayDescend(walk, scope, condition);
    return leaf(name, operator.name, ids(walk, value, condition));
  }
  if (operator.kind === 'within' || operator.kind === 'hierarchy') throw unfit(walk, condition, 'is no relation');
  // Whatever display_name is compared with, Odoo looks it up in the fields that name a record.
  if (name === 'display_name' && !canSearchByName(walk.run, scope)) throw unfit(walk, condition, 'cannot be searched');
  return plain(walk, name, field.knowledge.type, operator, condition);
}

function relation(walk: DomainWalk, end: PathEnd, operator: DomainOperator, condition: Condition): Domain {
  const { run } = walk;
  const { field, name } = end;
  const { value, isNegated } = condition;
  const target = behindScope(run, field);
  if (target === undefined) throw unfit(walk, condition, 'cannot be searched');
  if (operator.kind === 'within') {
    const inner = walk.inner(walk, target, value);
    return leaf(name, operator.name, and(target.rule, inner));
  }
  if (operator.kind === 'hierarchy') {
    mayDescend(walk, target, condition);
    return leaf(name, operator.name, ids(walk, value, condition));
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.some((one) => typeof one === 'string' && one !== '')) {
    // Text is looked up in the fields that name the other record, and in nothing that anybody could hide.
    if (operator.kind === 'compare' || target.rule.length > 0 || !canSearchByName(run, target)) {
      throw unfit(walk, condition, 'can be compared with ids only');
    }
    return plain(walk, name, 'char', operator, condition);
  }
  if (operator.kind === 'text' || (operator.kind === 'compare' && isList(field.knowledge))) {
    throw unfit(walk, condition, 'can be compared with ids only');
  }
  walk.countValues(list.length);
  if (target.rule.length > 0) {
    const found = operator.kind === 'equal' ? list.map((one) => comparedValue('many2one', one, run)) : undefined;
    const linked = linkedTo(run, { field, name, rule: target.rule }, operator, found, isNegated);
    if (linked === undefined) throw unfit(walk, condition, 'cannot be compared so');
    return linked;
  }
  if (Array.isArray(value) && isList(field.knowledge)) return linkedList(walk, name, operator, condition, value);
  return plain(walk, name, 'many2one', operator, condition);
}

/** Nothing among the ids of a list: until 18, Odoo looks for a record of that id. */
function linkedList(
  walk: DomainWalk,
  name: string,
  operator: DomainOperator,
  condition: Condition,
  value: readonly OdooValue[],
): Domain {
  const ids = value.filter((one) => !isNothing(one));
  if (ids.length === value.length) return plain(walk, name, 'many2one', operator, condition);
  const none = leaf(name, forList(operator, false), false);
  if (ids.length === 0) return none;
  const some = plain(walk, name, 'many2one', operator, { ...condition, value: ids });
  return operator.isNegative ? and(none, some) : or(none, some);
}

/** Everything that is compared by its own value. */
function plain(
  walk: DomainWalk,
  name: string,
  type: Parameters<typeof comparedValue>[0],
  operator: DomainOperator,
  condition: Condition,
): Domain {
  const { value } = condition;
  const one = (item: OdooValue): OdooValue => {
    const compared = comparedValue(type, item, walk.run, operator);
    if (compared === undefined) throw unfit(walk, condition, 'cannot be compared with this value');
    return compared;
  };
  if (Array.isArray(value)) {
    if (operator.kind !== 'equal') throw unfitDomain();
    walk.countValues(value.length);
    return leaf(name, forList(operator, true), value.map(one));
  }
  walk.countValues(1);
  return leaf(name, operator.kind === 'equal' ? forList(operator, false) : operator.name, one(value));
}

function ids(walk: DomainWalk, value: OdooValue, condition: Condition): readonly OdooValue[] {
  const list = Array.isArray(value) ? value : isNothing(value) ? [] : [value];
  walk.countValues(list.length);
  return list.map((one: OdooValue) => {
    const id = comparedValue('many2one', one, walk.run);
    if (typeof id !== 'number') throw unfit(walk, condition, 'can be compared with ids only');
    return id;
  });
}

/** A hierarchy leads through all records: only where all of them, and the field that makes it, may be seen. */
function mayDescend(walk: DomainWalk, scope: Scope, condition: Condition): void {
  const parent = scope.knowledge?.parent;
  const field = parent === undefined ? undefined : scope.field(parent);
  if (field === undefined || field.mask !== undefined || scope.rule.length > 0) {
    throw unfit(walk, condition, 'cannot be searched by hierarchy');
  }
}

function unfit({ called }: DomainWalk, { path }: Condition, why: string) {
  return unfitField(called, path, why);
}
