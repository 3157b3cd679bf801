import {
  type ExactOutcome,
  failureOf,
  httpFailure,
  memberOf,
  type Outcome,
  type Parsed,
  parseJsonBody,
  readJsonBody,
} from './decode-answer.ts';
import type { EncodedCall, RawAnswer, TypedCall, TypedOutcome } from './typed-call.ts';
import { writeJson } from './wire/write-json.ts';

const NAME = /^[a-z][a-z0-9_.]{0,126}$/;

/**
 * `POST /json/2/<model>/<method>` (Odoo 19 and later): named arguments, exact values or plain ones, the key as bearer
 * token.
 */
export function encodeJson2(call: TypedCall, database: string, apiKey: string, basePath = ''): EncodedCall {
  // Both stand in the path: what is not a plain Odoo name could become another path.
  if (!NAME.test(call.model) || !NAME.test(call.method))
    throw new Error(`${call.model}.${call.method} is no Odoo name`);
  const body = { ...call.args, ...(call.ids === undefined ? {} : { ids: call.ids }), context: call.context };
  return {
    path: `${basePath}/json/2/${call.model}/${call.method}`,
    headers: [
      'authorization',
      `bearer ${apiKey}`,
      'content-type',
      'application/json',
      'accept',
      'application/json',
      'x-odoo-database',
      database,
    ],
    body: Buffer.from(writeJson(body)),
  };
}

/** A bare JSON value with status 200, or an error object; anything else is known by its status alone. */
export function decodeJson2(answer: RawAnswer): TypedOutcome {
  return decode(answer, parseJsonBody(answer));
}

/** The same, with the value exact. `create` answers a list, whatever it was given. */
export function decodeJson2Exact(answer: RawAnswer): ExactOutcome {
  return decode(answer, readJsonBody(answer));
}

function decode<T>(answer: RawAnswer, parsed: Parsed<T>): Outcome<T> {
  if (parsed === undefined) return httpFailure(answer);
  if (answer.status === 200) return { ok: true, value: parsed.value };
  const failure = failureOf(memberOf(parsed.value, 'name'), memberOf(parsed.value, 'message'), answer.status);
  const { retryAfter } = httpFailure(answer);
  return retryAfter === undefined ? failure : { ...failure, retryAfter };
}
