import type { TypedRequest } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { isObject } from '../openapi/plain-data.ts';

/** Holds one bound condition against the request; a refusal, or the request as it must be sent. */
export type Force = (typed: TypedRequest, values: readonly unknown[]) => TypedRequest | Refusal;

/**
 * Holds a filter's values against the property of that name in the request body; undefined where the body has no such
 * property that this grant may write. `isBound`: something else carries the term already, and the body may be silent.
 */
export function forceBody(place: GrantedOperation, field: string, isBound: boolean): Force | undefined {
  const property = place.operation.requestBody?.content.shape.fields.get(field);
  // What may not be written is refused before, by guard-written-fields.
  if (property === undefined || property.readOnly || !place.writable.has(property.id)) return undefined;
  return (typed, values) => {
    const { body } = typed;
    const isGiven = isObject(body) && Object.hasOwn(body, field);
    if (!isGiven && isBound && (body === undefined || isObject(body))) return typed;
    // A list of records has no one value: it is refused like another value.
    if (isGiven && values.some((value) => isSame(value, body[field]))) return typed;
    return refuse('field-not-writable', undefined, { members: { fields: [field] } });
  };
}

/** The same scalar; a number and its text are one (the field of the filter and that of the body may differ in type). */
function isSame(wanted: unknown, given: unknown): boolean {
  if (wanted === null || given === null) return wanted === given;
  return typeof given !== 'object' && String(wanted) === String(given);
}
