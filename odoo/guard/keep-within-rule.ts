import { and, type Domain, leaf } from '../domain.ts';
import type { ModelKnowledge } from '../knowledge.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, OdooFloat, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import type { WriteKind } from './guard-values.ts';
import { idsWithin } from './ids-within.ts';
import { outsideRule } from './refusals.ts';
import { firstStep, leavesOf, type RuleLeaf, type RuleTerm, ruleTerms } from './rule-terms.ts';

/**
 * Keeps a record within the consumer's rule: values that the rule speaks of must satisfy it, and at creation what is not
 * said is set so that it does (`=`, one value of `in`, the least whole number of `>` and `>=`). What cannot be told is
 * refused. Resolves with the completed values; rejects with OdooRefusal.
 */
export async function keepWithinRule(
  run: GuardRun,
  model: ModelKnowledge,
  rule: Domain,
  values: OdooObject,
  kind: WriteKind,
  preset: OdooObject,
): Promise<OdooObject> {
  const completed = new Map(Object.entries(values));
  for (const term of ruleTerms(rule)) {
    const isTouched = leavesOf(term).some((one) => completed.has(firstStep(one)));
    // The record lies within the rule, and nothing that this part speaks of is written.
    if (!isTouched && kind === 'update') continue;
    if (!isTouched && complete(model, term, completed, preset)) continue;
    if ((await holds(run, model, term, completed)) !== true) throw outsideRule(model.name);
  }
  return odooObject(completed);
}

/** Whether a term of which nothing is said holds for a new record, or can be made to. */
function complete(
  { fields }: ModelKnowledge,
  term: RuleTerm,
  values: Map<string, OdooValue>,
  preset: OdooObject,
): boolean {
  if (term.kind !== 'leaf') return false;
  const { path, operator, value } = term;
  const field = fields.get(path);
  const set = (one: unknown): boolean => {
    if (!isPlain(one)) return false;
    values.set(path, one);
    return true;
  };
  if (Object.hasOwn(preset, `default_${path}`)) {
    const given = preset[`default_${path}`];
    if (given !== undefined && leafHolds(term, given) === true) return true;
  }
  if (field === undefined || path === 'id' || field.type === 'one2many' || field.type === 'many2many') return false;
  if (operator === '=') return set(value);
  if (operator === 'in' && Array.isArray(value)) {
    if (value.length === 1) return set(value[0]);
    return value.includes(false) && set(false);
  }
  if ((operator === '>' || operator === '>=') && field.type === 'integer' && Number.isSafeInteger(value)) {
    return set(Number(value) + (operator === '>' ? 1 : 0));
  }
  return false;
}

function isPlain(value: unknown): value is string | number | boolean | OdooFloat {
  return (
    typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' || value instanceof OdooFloat
  );
}

/** True, false, or undefined where nobody can tell. */
async function holds(
  run: GuardRun,
  model: ModelKnowledge,
  term: RuleTerm,
  values: ReadonlyMap<string, OdooValue>,
): Promise<boolean | undefined> {
  if (term.kind === 'leaf') return holdsLeaf(run, model, term, values);
  const found: (boolean | undefined)[] = [];
  for (const one of term.terms) found.push(await holds(run, model, one, values));
  if (term.kind === 'not') return found[0] === undefined ? undefined : !found[0];
  const decisive = term.kind === 'or';
  if (found.includes(decisive)) return decisive;
  return found.includes(undefined) ? undefined : !decisive;
}

async function holdsLeaf(
  run: GuardRun,
  { fields }: ModelKnowledge,
  condition: RuleLeaf,
  values: ReadonlyMap<string, OdooValue>,
): Promise<boolean | undefined> {
  if (condition.path === '1' || condition.path === '0') return condition.path === '1';
  const first = firstStep(condition);
  const value = values.get(first);
  const field = fields.get(first);
  if (value === undefined || field === undefined || field.type === 'one2many' || field.type === 'many2many') {
    return undefined;
  }
  const { relation } = field;
  if (first === condition.path && condition.operator !== 'any') return leafHolds(condition, value);
  if (relation === undefined || !isRecordId(value)) return undefined;
  const rest: Domain =
    first === condition.path
      ? Array.isArray(condition.value)
        ? condition.value
        : []
      : leaf(condition.path.slice(first.length + 1), condition.operator, condition.value);
  if (rest.length === 0) return undefined;
  const found = await idsWithin(run, { model: relation, rule: and(rest) }, [value]);
  return found.has(value);
}

/** A condition on a value that is to be written. */
function leafHolds({ operator, value: wanted }: RuleLeaf, value: OdooValue): boolean | undefined {
  if (isOdooList(value)) return undefined;
  const list = Array.isArray(wanted) ? wanted : [wanted];
  const isAmong = list.some((one) => isSame(one, value));
  switch (operator) {
    case '=':
    case 'in':
      return isAmong;
    case '!=':
    case 'not in':
      return !isAmong;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compares(operator, value, wanted);
    default:
      return undefined;
  }
}

function isSame(wanted: unknown, value: OdooValue): boolean {
  if (wanted instanceof OdooFloat || value instanceof OdooFloat) return Number(wanted) === Number(value);
  return wanted === value || ((wanted === null || wanted === false) && value === false);
}

function compares(operator: string, value: OdooValue, wanted: unknown): boolean | undefined {
  const [left, right] = [ordered(value), ordered(wanted)];
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** Numbers, and dates and times in the one form in which their order is that of texts. */
function ordered(value: unknown): number | string | undefined {
  if (value instanceof OdooFloat) return value.valueOf();
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$/.test(value) ? value : undefined;
}
