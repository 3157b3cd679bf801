import { type ExactOutcome, type Failure, failureOf, httpFailure, odooMember } from './decode-answer.ts';
import { executeKwArguments, type OdooUser } from './execute-kw.ts';
import type { EncodedCall, RawAnswer, TypedCall, TypedOutcome } from './typed-call.ts';
import { readJson } from './wire/read-json.ts';
import { readXmlAnswer } from './wire/read-xml.ts';
import { isOdooList, isOdooObject, OdooFloat, type OdooValue } from './wire/value.ts';
import { ANSWER_LIMITS, WireError } from './wire/wire-error.ts';
import { writeJson } from './wire/write-json.ts';
import { writeXml, type XmlStyle } from './wire/write-xml.ts';

const TO_ODOO: XmlStyle = { none: 'nil', exact: true };

/** `object.execute_kw` over `/xmlrpc/2` (Odoo 16 to 21). Arguments may be exact values or plain ones. */
export function encodeXmlRpc(call: TypedCall, user: OdooUser, basePath = ''): EncodedCall {
  return encodeService('object', 'execute_kw', executeKwArguments(call, user), basePath);
}

/** `common.authenticate`, with a user agent that says nothing. */
export function encodeXmlAuthenticate(database: string, login: string, apiKey: string, basePath = ''): EncodedCall {
  return encodeService('common', 'authenticate', [database, login, apiKey, {}], basePath);
}

function encodeService(service: string, method: string, args: readonly unknown[], basePath: string): EncodedCall {
  // Through JSON, so that plain and exact values become exact in one way only.
  const values = readJson(Buffer.from(writeJson(args)), ANSWER_LIMITS);
  const params = (isOdooList(values) ? values : []).map((value) => `<param>\n${writeXml(value, TO_ODOO)}</param>\n`);
  const text = `<?xml version="1.0"?>\n<methodCall>\n<methodName>${method}</methodName>\n<params>\n${params.join('')}</params>\n</methodCall>\n`;
  return {
    path: `${basePath}/xmlrpc/2/${service}`,
    headers: ['content-type', 'text/xml; charset=utf-8', 'accept', 'text/xml'],
    body: Buffer.from(text),
  };
}

/** Status 200 with a value or a fault; anything else is known by its status alone. */
export function decodeXmlRpcExact(answer: RawAnswer): ExactOutcome {
  if (answer.status !== 200 || answer.mediaType !== 'text/xml') return httpFailure(answer);
  try {
    const read = readXmlAnswer(answer.body, ANSWER_LIMITS);
    return 'value' in read ? { ok: true, value: read.value } : faultOf(read.fault);
  } catch (error) {
    if (error instanceof WireError) return httpFailure(answer);
    throw error;
  }
}

/** The same, with values as JSON.parse would read them. */
export function decodeXmlRpc(answer: RawAnswer): TypedOutcome {
  const outcome = decodeXmlRpcExact(answer);
  return outcome.ok ? { ok: true, value: plain(outcome.value) } : outcome;
}

function plain(value: OdooValue): unknown {
  if (value instanceof OdooFloat || typeof value === 'bigint') return Number(value);
  if (isOdooList(value)) return value.map(plain);
  if (isOdooObject(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
  return value;
}

const MISSING = /^Record does not exist or has been deleted/;
const LAST_LINES = 40;
/** A line of Python that names the error: `psycopg2.errors.LockNotAvailable: …`. PostgreSQL's own lines are all capitals. */
const NAMED = /^(?:[a-z_]\w{0,60}\.){0,6}([A-Z][a-z]\w{1,60})(?:: (.{0,200})|$)/;

/** The number tells most classes; of a traceback, its last line that names one. */
function faultOf(fault: OdooValue): Failure {
  const code = odooMember(fault, 'faultCode');
  const text = odooMember(fault, 'faultString');
  const says = typeof text === 'string' ? text : '';
  switch (code) {
    case 2:
      return { ok: false, failure: MISSING.test(says) ? 'MissingError' : 'UserError' };
    case 3:
      return { ok: false, failure: 'AccessDenied' };
    case 4:
      return { ok: false, failure: 'AccessError' };
    default: {
      const lines = says.trimEnd().split('\n').slice(-LAST_LINES).reverse();
      for (const line of lines) {
        const [, name, message] = NAMED.exec(line) ?? [];
        if (name !== undefined) return failureOf(name, message, 500);
      }
      return failureOf(undefined, undefined, 500);
    }
  }
}
