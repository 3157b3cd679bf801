import { and, type Domain, leaf } from '../domain.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, OdooFloat, type OdooObject, type OdooValue } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import { idsWithin } from './ids-within.ts';
import { outsideRule } from './refusals.ts';
import { firstStep, leavesOf, type RuleLeaf, type RuleTerm, ruleTerms } from './rule-terms.ts';
import { changes, type WrittenRecord } from './written-record.ts';

/**
 * Keeps a record within the consumer's rule: values that the rule speaks of must satisfy it, and at creation what is not
 * said is set so that it does (`=`, one value of `in`, the least whole number of `>` and `>=`). What cannot be told is
 * refused, what Odoo computes from what is written among it. Rejects with OdooRefusal.
 */
export async function keepWithinRule(
  run: GuardRun,
  record: WrittenRecord,
  rule: Domain,
  preset: OdooObject,
): Promise<void> {
  for (const term of ruleTerms(rule)) {
    const isTouched = leavesOf(term).some((one) => changes(record, firstStep(one)));
    // The record lies within the rule, and nothing that this part speaks of is written.
    if (!isTouched && record.kind === 'update') continue;
    if (!isTouched && complete(record, term, preset)) continue;
    if ((await holds(run, record, term)) !== true) throw outsideRule(record.model);
  }
}

/** Whether a term of which nothing is said holds for a new record, or can be made to. */
function complete({ knowledge, values }: WrittenRecord, term: RuleTerm, preset: OdooObject): boolean {
  if (term.kind !== 'leaf') return false;
  const { path, operator, value } = term;
  const field = knowledge?.fields.get(path);
  const set = (one: unknown): boolean => {
    if (!isPlain(one)) return false;
    values[path] = one;
    return true;
  };
  if (Object.hasOwn(preset, `default_${path}`)) {
    const given = preset[`default_${path}`];
    if (given !== undefined && leafHolds(term, given) === true) return true;
  }
  if (field === undefined || path === 'id' || field.type === 'one2many' || field.type === 'many2many') return false;
  // A copy would be written to the record that it is a copy of, unless that one is made together with this.
  const link = field.related?.split('.', 1)[0];
  if (link !== undefined && !Object.values(knowledge?.inherits ?? {}).includes(link)) return false;
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
async function holds(run: GuardRun, record: WrittenRecord, term: RuleTerm): Promise<boolean | undefined> {
  if (term.kind === 'leaf') return holdsLeaf(run, record, term);
  const found: (boolean | undefined)[] = [];
  for (const one of term.terms) found.push(await holds(run, record, one));
  if (term.kind === 'not') return found[0] === undefined ? undefined : !found[0];
  const decisive = term.kind === 'or';
  if (found.includes(decisive)) return decisive;
  return found.includes(undefined) ? undefined : !decisive;
}

const MOST_COPIES = 4;

async function holdsLeaf(
  run: GuardRun,
  record: WrittenRecord,
  condition: RuleLeaf,
  copies = 0,
): Promise<boolean | undefined> {
  if (condition.path === '1' || condition.path === '0') return condition.path === '1';
  const first = firstStep(condition);
  const value = Object.hasOwn(record.values, first) ? record.values[first] : undefined;
  const field = record.knowledge?.fields.get(first);
  if (field === undefined || field.type === 'one2many' || field.type === 'many2many') return undefined;
  const isWhole = first === condition.path && condition.operator !== 'any';
  if (record.above?.field === first) {
    const { record: above } = record.above;
    return isWhole ? allHold(above.ids, condition) : holdsAbove(run, above, behind(condition, first));
  }
  if (value === undefined) {
    if (field.related === undefined || copies === MOST_COPIES) return undefined;
    const path = `${field.related}${condition.path.slice(first.length)}`;
    return holdsLeaf(run, record, { ...condition, path }, copies + 1);
  }
  if (isWhole) return leafHolds(condition, value);
  const rest = behind(condition, first);
  if (field.relation === undefined || !isRecordId(value) || rest.length === 0) return undefined;
  const found = await idsWithin(run, { model: field.relation, rule: and(rest) }, [value]);
  return found.has(value);
}

/** What a condition says of the record behind its first step; empty where that cannot be told. */
function behind({ path, operator, value }: RuleLeaf, first: string): Domain {
  if (path !== first) return leaf(path.slice(first.length + 1), operator, value);
  return Array.isArray(value) ? value : [];
}

function allHold(ids: readonly number[], condition: RuleLeaf): boolean | undefined {
  const found = ids.map((id) => leafHolds(condition, id));
  return found.length > 0 && found.every((one) => one === found[0]) ? found[0] : undefined;
}

/** Whether a domain holds for the record above a line, as it is after the same call. */
async function holdsAbove(run: GuardRun, above: WrittenRecord, domain: Domain): Promise<boolean | undefined> {
  if (domain.length === 0) return undefined;
  const terms = ruleTerms(domain);
  const isTouched = terms.some((term) => leavesOf(term).some((one) => changes(above, firstStep(one))));
  if (isTouched || above.ids.length === 0) {
    const found: (boolean | undefined)[] = [];
    for (const term of terms) found.push(await holds(run, above, term));
    return found.every((one) => one === true) ? true : undefined;
  }
  const found = await idsWithin(run, { model: above.model, rule: and(domain) }, above.ids);
  return found.size === above.ids.length ? true : undefined;
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
  // A day is one moment or another of it, as the operator has it.
  if (typeof left === 'string' && typeof right === 'string' && left.length !== right.length) return undefined;
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
