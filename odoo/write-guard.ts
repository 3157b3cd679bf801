import type { BoundCondition } from '../gateway/exchange.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import type { Shape } from '../openapi/contract.ts';
import { conditionDomain, holdsFor } from './condition.ts';
import { and, leaf } from './domain.ts';
import { type FieldPlace, findPlace } from './field-place.ts';
import { claimUnfit } from './filter-terms.ts';
import type { PlaceRun } from './prepared-place.ts';
import { termsFor } from './record-filter.ts';
import { isRecordId } from './typed-call.ts';
import { comparedValue, UnwritableValue } from './write-value.ts';
import type { WrittenValue } from './written-values.ts';

/** Values by Odoo field, null-prototype. */
export type Values = Record<string, unknown>;

interface Check {
  readonly schema: Shape;
  readonly condition: BoundCondition;
  readonly place: FieldPlace & { readonly path: string };
}

/**
 * Keeps a record within the grant's record filter: what is written must satisfy its conditions, and at creation what is
 * not given is set so that it does (`=`, the least whole number of `>` and `>=`); what cannot be set is refused.
 * Conditions behind a relation are asked of Odoo for the record that is linked. Completes `values`.
 */
export async function guardWrite(...given: Parameters<typeof guard>): Promise<Refusal | undefined> {
  try {
    return await guard(...given);
  } catch (error) {
    throw error instanceof UnwritableValue ? claimUnfit(error) : error;
  }
}

async function guard(
  run: PlaceRun,
  written: readonly WrittenValue[],
  values: Values,
  isCreate: boolean,
): Promise<Refusal | undefined> {
  const names = new Map(written.map(({ path, name }) => [path, name]));
  for (const [schema, terms] of termsFor(run)) {
    for (const term of terms) {
      if ('linkedFrom' in term) {
        // A new record is linked from nowhere yet.
        if (isCreate) return outside([]);
        continue;
      }
      const conditions = 'or' in term ? term.or : [term];
      const checks = conditions.flatMap((condition) => toCheck(run, schema, condition));
      const touched = checks.filter(({ place }) => Object.hasOwn(values, firstOf(place.path)));
      if (touched.length === 0) {
        if (isCreate && !completes(run, checks, values)) return outside([]);
        continue;
      }
      let holds = false;
      for (const check of touched) holds ||= await satisfies(run, check, values);
      // Of alternatives none of those written holds: whether another does is not known, so it does not.
      if (!holds) return outside(touched.flatMap(({ place }) => names.get(firstOf(place.path)) ?? []));
    }
  }
  return undefined;
}

const firstOf = (path: string) => path.split('.', 1)[0] ?? '';

function outside(fields: readonly string[]): Refusal {
  return refuse('field-not-writable', 'The record would lie outside of what the grant covers.', {
    members: { fields },
    reason: 'outside-record-filter',
  });
}

function toCheck({ place }: PlaceRun, schema: Shape, condition: BoundCondition): Check[] {
  const found = findPlace(schema, condition[0], place.major);
  return found === undefined || found.path === null
    ? []
    : [{ schema, condition, place: { ...found, path: found.path } }];
}

/** Whether a new record that says nothing about these alternatives satisfies one of them, or can be made to. */
function completes({ place: { context } }: PlaceRun, checks: readonly Check[], values: Values): boolean {
  if (checks.some((check) => holdsUnsaid(check, context))) return true;
  return checks.some(({ condition: [, operator, wanted], place }) => {
    const { path, kind } = place;
    if (path.includes('.') || path === 'id' || kind === 'list' || kind === 'label' || Array.isArray(wanted)) {
      return false;
    }
    if (operator === '=') values[path] = comparedValue(place, wanted);
    else if ((operator === '>' || operator === '>=') && kind === 'integer' && Number.isSafeInteger(wanted)) {
      values[path] = Number(wanted) + (operator === '>' ? 1 : 0);
    } else return false;
    return true;
  });
}

function holdsUnsaid({ condition: [, operator, wanted], place }: Check, context: Readonly<Values>): boolean {
  const preset = `default_${place.path}`;
  if (Object.hasOwn(context, preset)) return holdsFor(place, operator, wanted, context[preset]) === true;
  const list = Array.isArray(wanted) ? wanted : [wanted];
  if (operator === 'in' || operator === '=') return list.includes(null);
  return (operator === '!=' || operator === 'not in') && !list.includes(null);
}

async function satisfies(run: PlaceRun, check: Check, values: Values): Promise<boolean> {
  const { schema, condition, place } = check;
  const [, operator, wanted] = condition;
  const first = firstOf(place.path);
  const value = values[first];
  if (first === place.path) {
    // What cannot be told here (labels, lists, descent) would be a question for Odoo, and does not hold.
    return holdsFor(place, operator, wanted, value) ?? false;
  }
  if (!isRecordId(value)) return false;
  const { client, model, major } = run.place;
  const relation = (await client.describe(model, first, run))?.relation;
  if (relation === undefined) return false;
  const rest = place.path.slice(first.length + 1);
  // The condition speaks of the whole path; behind the first step the same leaves hold with the rest of it.
  const below = conditionDomain(schema, condition, major, 'grant').map((item) =>
    Array.isArray(item) && item[0] === place.path ? [rest, ...item.slice(1)] : item,
  );
  const args = { domain: and(leaf('id', '=', value), below), offset: 0, limit: 1 };
  const found = await client.read({ model: relation, method: 'search', args, context: { active_test: false } }, run);
  return Array.isArray(found) && found.length === 1;
}
