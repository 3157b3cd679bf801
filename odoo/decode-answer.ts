import type { RawAnswer, TypedOutcome } from './typed-call.ts';
import { readJson } from './wire/read-json.ts';
import { isOdooObject, type OdooValue } from './wire/value.ts';
import { ANSWER_LIMITS, WireError } from './wire/wire-error.ts';

/** How a call failed. */
export type Failure = Extract<TypedOutcome, { ok: false }>;

/** An outcome whose value is known by type: `unknown` as `JSON.parse` reads it, or exact. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure;

export type ExactOutcome = Outcome<OdooValue>;

/** A parsed body; undefined where it is no JSON. */
export type Parsed<T> = { readonly value: T } | undefined;

const CLASS = /^[A-Za-z_]{1,64}$/;
const SECONDS = /^\d{1,6}$/;

/** A failure known by the class of Odoo's error; `name` is a Python class with its module. */
export function failureOf(name: unknown, message: unknown, status: number): Failure {
  const last = typeof name === 'string' ? (name.split('.').at(-1) ?? '') : '';
  if (last === 'TypeError' && typeof message === 'string' && message.includes('cannot marshal None')) {
    return { ok: false, failure: 'CannotMarshalNone' };
  }
  return { ok: false, failure: CLASS.test(last) ? last : `Http${status}` };
}

/** A failure known by status alone: what proxies and web servers say. */
export function httpFailure({ status, retryAfter }: RawAnswer): Failure {
  const wait = retryAfter !== undefined && SECONDS.test(retryAfter) ? { retryAfter } : {};
  return { ok: false, failure: status === 200 ? 'NotJson' : `Http${status}`, ...wait };
}

/** The body as JSON; undefined where it is not. */
export function parseJsonBody({ mediaType, body }: RawAnswer): Parsed<unknown> {
  if (mediaType !== 'application/json') return undefined;
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

/** The body as exact values; undefined where it is not JSON that can be read in one way only. */
export function readJsonBody({ mediaType, body }: RawAnswer): Parsed<OdooValue> {
  if (mediaType !== 'application/json') return undefined;
  try {
    return { value: readJson(body, ANSWER_LIMITS) };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** An own member of a parsed object; undefined for everything else. */
export function memberOf(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/** The same of exact values. */
export function odooMember(value: OdooValue | undefined, name: string): OdooValue | undefined {
  return isOdooObject(value) ? value[name] : undefined;
}
