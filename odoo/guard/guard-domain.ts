import { ALL, and, type Domain, NONE } from '../domain.ts';
import { isOdooList, type OdooValue } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import { DomainWalk, unfitDomain } from './domain-walk.ts';
import { guardCondition } from './guard-condition.ts';
import { tooMuch } from './refusals.ts';
import type { Scope } from './scope.ts';
import { isNothing, wholeNumber } from './whole-number.ts';

const DEEPEST = 8;

/**
 * A client's domain, rebuilt: one whole expression in prefix form that names visible fields only and cannot tell of
 * records outside of the consumer's rules; empty for no condition. The rule of the called model is not in it: use
 * `ruledDomain`. Throws OdooRefusal.
 */
export function guardDomain(run: GuardRun, scope: Scope, value: OdooValue | undefined): Domain {
  return walkDomain(new DomainWalk(run, scope.model, walkDomain), scope, value);
}

/** A guarded domain within the records that the consumer may reach. */
export function ruledDomain({ rule }: Pick<Scope, 'rule'>, domain: Domain): Domain {
  return and(rule, domain);
}

/** One list of conditions and operators, at any depth. Linear in its length (Odoo: `normalize_domain`). */
function walkDomain(walk: DomainWalk, scope: Scope, value: OdooValue | undefined): Domain {
  if (isNothing(value)) return ALL;
  if (!isOdooList(value)) throw unfitDomain();
  if (walk.depth === DEEPEST) throw tooMuch(`A domain can hold others ${DEEPEST} deep at most.`);
  walk.depth++;
  const tokens: unknown[] = [];
  /** For each operand that is still to come: whether an odd number of `!` stands before it. */
  const awaited: boolean[] = [];
  let expressions = 0;
  for (const item of value) {
    const isFirst = awaited.length === 0;
    if (isFirst) expressions++;
    const isNegated = isFirst ? false : awaited.pop() === true;
    if (item === '&' || item === '|') {
      walk.countCondition();
      awaited.push(isNegated, isNegated);
      tokens.push(item);
    } else if (item === '!') {
      walk.countCondition();
      awaited.push(!isNegated);
      tokens.push(item);
    } else if (isOdooList(item) && item.length === 3) {
      walk.countCondition();
      for (const token of readLeaf(walk, scope, item, isNegated)) tokens.push(token);
    } else throw unfitDomain();
  }
  if (awaited.length > 0) throw unfitDomain();
  walk.depth--;
  return expressions < 2 ? tokens : [...Array.from({ length: expressions - 1 }, () => '&'), ...tokens];
}

function readLeaf(walk: DomainWalk, scope: Scope, item: readonly OdooValue[], isNegated: boolean): Domain {
  const [left, operator, right] = item;
  if (typeof operator !== 'string') throw unfitDomain();
  if (typeof left === 'string') {
    return guardCondition(walk, scope, { path: left, operator, value: right ?? false, isNegated });
  }
  const constant = wholeNumber(left);
  if ((operator === '=' || operator === '==') && (constant === 1 || constant === 0) && wholeNumber(right) === 1) {
    return constant === 1 ? [[1, '=', 1]] : NONE;
  }
  throw unfitDomain();
}
