import { readJson } from '../../../odoo/wire/read-json.ts';
import { readXmlAnswer } from '../../../odoo/wire/read-xml.ts';
import { isOdooList, isOdooObject, type OdooValue } from '../../../odoo/wire/value.ts';
import { ANSWER_LIMITS } from '../../../odoo/wire/wire-error.ts';
import { type HttpMessage, headerIn } from './raw-exchange.fixture.ts';

/** What a client makes of an answer's body: a value, nothing, or a fault by its code and class or text. */
export type Understood =
  | { readonly result: OdooValue | undefined }
  | { readonly code: OdooValue | undefined; readonly said: OdooValue | undefined };

/** Reads the body as the protocol's clients do. */
export function understood(message: HttpMessage): Understood {
  if (headerIn(message, 'content-type')?.startsWith('text/xml')) {
    const answer = readXmlAnswer(message.body, ANSWER_LIMITS);
    if ('value' in answer) return { result: answer.value };
    const { faultCode, faultString } = members(answer.fault);
    return { code: faultCode, said: faultString };
  }
  const value = readJson(message.body, ANSWER_LIMITS);
  if (!isOdooObject(value) || !Object.hasOwn(value, 'jsonrpc')) return understoodJson2(message, value);
  const { result, error } = value;
  if (error === undefined) return { result };
  const { code, data } = members(error);
  return { code, said: members(data).name };
}

/** JSON-2 has no frame: the status says what the body is. */
function understoodJson2({ start }: HttpMessage, value: OdooValue): Understood {
  const status = Number(start.split(' ')[1]);
  return status === 200 ? { result: value } : { code: status, said: members(value).name };
}

function members(value: OdooValue | undefined): Readonly<Record<string, OdooValue>> {
  if (!isOdooObject(value)) throw new Error('no object');
  return value;
}

/** The types in a value, of lists the first member's. What is empty in Odoo, `false`, says nothing of its type. */
export function shapeOf(value: OdooValue | undefined): unknown {
  if (value === undefined || value === null) return 'nothing';
  if (isOdooList(value)) return isPair(value) ? ['number', 'string'] : value.slice(0, 1).map(shapeOf);
  if (!isOdooObject(value)) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

function isPair(value: readonly OdooValue[]): boolean {
  return value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'string';
}
