import type { Condition, ConditionOperator, FilterTerm } from '../catalog/documents.ts';
import { ImpossibleGrant } from '../catalog/impossible-grant.ts';
import type { BoundCondition, BoundTerm } from '../gateway/exchange.ts';
import { coerceText } from './coerce-text.ts';

type Claims = Readonly<Record<string, unknown>>;
type Types = ReadonlySet<string>;

/** Finds the JSON types of a filtered field, so that a claim's text becomes the number that the field holds. */
export type TypesOf = (field: string) => Types | undefined;

/** A term that waits for a caller's claims; `missing` is the claim that cannot be used. */
export type TermBinder = (claims: Claims) => BoundTerm | { readonly missing: string };

const LISTS: ReadonlySet<ConditionOperator> = new Set(['in', 'not in']);
const PATTERNS: ReadonlySet<ConditionOperator> = new Set(['like', 'ilike']);
const MOST_VALUES = 1000;

/**
 * Prepares one filter term of a grant, which stands at `pointer`. Throws ImpossibleGrant for a term that could let
 * through more than it says.
 */
export function bindTerm(term: FilterTerm, typesOf: TypesOf, pointer: string): TermBinder {
  if ('or' in term) {
    if (term.or.length === 0) {
      throw new ImpossibleGrant(
        'the record filter has an empty "or", which nothing can satisfy; name conditions',
        pointer,
      );
    }
    const alternatives = term.or.map((condition, index) => {
      const at = `${pointer}/or/${index}`;
      if (sourceOf(condition) !== undefined) {
        const message = `the record filter on ${condition[0]} uses linkedFrom inside "or"; make it a term of its own`;
        throw new ImpossibleGrant(message, `${at}/2`);
      }
      return bindCondition(condition, typesOf, at);
    });
    return (claims) => {
      const bound: BoundCondition[] = [];
      for (const bind of alternatives) {
        const one = bind(claims);
        if ('missing' in one) return one;
        bound.push(one);
      }
      return { or: bound };
    };
  }
  const linkedFrom = sourceOf(term);
  if (linkedFrom !== undefined) {
    if (term[1] !== '=' && term[1] !== 'in') {
      const message = `the record filter on ${term[0]} uses linkedFrom with ${term[1]}; use = or in`;
      throw new ImpossibleGrant(message, `${pointer}/1`);
    }
    const bound: BoundTerm = Object.freeze({ linkedFrom });
    return () => bound;
  }
  return bindCondition(term, typesOf, pointer);
}

function sourceOf([, , value]: Condition): string | undefined {
  return typeof value === 'object' && value !== null && 'linkedFrom' in value ? value.linkedFrom : undefined;
}

function bindCondition(
  [field, operator, value]: Condition,
  typesOf: TypesOf,
  pointer: string,
): (claims: Claims) => BoundCondition | { readonly missing: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (LISTS.has(operator) && !Array.isArray(value)) {
      const message = `the record filter on ${field} uses ${operator} with a single value; write a list`;
      throw new ImpossibleGrant(message, `${pointer}/2`);
    }
    const bound: BoundCondition = Object.freeze([field, operator, value]);
    return () => bound;
  }
  if (!('claim' in value)) {
    throw new ImpossibleGrant(`the record filter on ${field} uses linkedFrom where it cannot be used`, `${pointer}/2`);
  }
  const { claim } = value;
  // A `%` in a claim would match every record.
  if (PATTERNS.has(operator)) {
    throw new ImpossibleGrant(`the record filter on ${field} compares a claim with ${operator}; use =`, `${pointer}/1`);
  }
  const types = typesOf(field) ?? new Set<string>();
  const takesList = LISTS.has(operator) || operator === 'child_of';
  return (claims) => {
    const given = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    const values = Array.isArray(given) ? given : [given];
    if (values.length === 0 || values.length > MOST_VALUES) return { missing: claim };
    if (Array.isArray(given) && !takesList) return { missing: claim };
    const fitted: unknown[] = [];
    for (const one of values) {
      const fit = fitClaim(one, types);
      if (fit === undefined) return { missing: claim };
      fitted.push(fit);
    }
    return [field, operator, LISTS.has(operator) || Array.isArray(given) ? fitted : fitted[0]];
  };
}

/** An empty claim is no claim: compared with an empty field it would match what belongs to nobody. */
function fitClaim(value: unknown, types: Types): string | number | boolean | undefined {
  if (typeof value === 'boolean')
    return types.size === 0 || types.has('any') || types.has('boolean') ? value : undefined;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined;
    const isNumeric = types.size === 0 || types.has('any') || types.has('integer') || types.has('number');
    return isNumeric ? value : types.has('string') ? String(value) : undefined;
  }
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const read = coerceText(value, types)[0];
  return read === null ? undefined : (read as string | number | boolean | undefined);
}
