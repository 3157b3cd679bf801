import type { RawAnswer, TypedOutcome } from './typed-call.ts';

const CLASS = /^[A-Za-z_]{1,64}$/;
const SECONDS = /^\d{1,6}$/;

/** A failure known by the class of Odoo's error; `name` is a Python class with its module. */
export function failureOf(name: unknown, message: unknown, status: number): TypedOutcome {
  const last = typeof name === 'string' ? (name.split('.').at(-1) ?? '') : '';
  if (last === 'TypeError' && typeof message === 'string' && message.includes('cannot marshal None')) {
    return { ok: false, failure: 'CannotMarshalNone' };
  }
  return { ok: false, failure: CLASS.test(last) ? last : `Http${status}` };
}

/** A failure known by status alone: what proxies and web servers say. */
export function httpFailure({ status, retryAfter }: RawAnswer): TypedOutcome {
  const wait = retryAfter !== undefined && SECONDS.test(retryAfter) ? { retryAfter } : {};
  return { ok: false, failure: status === 200 ? 'NotJson' : `Http${status}`, ...wait };
}

/** The body as JSON; undefined where it is not. */
export function parseJsonBody({ mediaType, body }: RawAnswer): { readonly value: unknown } | undefined {
  if (mediaType !== 'application/json') return undefined;
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

/** An own member of a parsed object; undefined for everything else. */
export function memberOf(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
