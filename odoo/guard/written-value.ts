import type { FieldKnowledge } from '../knowledge.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, isOdooObject, OdooFloat, type OdooValue } from '../wire/value.ts';
import { isNumber } from './checked-value.ts';
import { unfitValue } from './refusals.ts';
import { isSendable } from './sendable-text.ts';
import { wholeNumber } from './whole-number.ts';

const LARGEST_INTEGER = 2_147_483_647;
const LONGEST_TEXT = 1024 * 1024;
/** Clients whose values come from a form send numbers as texts, and Odoo reads them. */
const WHOLE = /^[+-]?\d{1,10}$/;
const DECIMAL = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?$/;
/** One sign that stands in no base64: looked for once, however long the text is. */
const NOT_BASE64 = /[^A-Za-z0-9+/=\s]/;

/**
 * A value as it may be written to a field that is no list of records: of the field's type, nothing as false. Throws
 * OdooRefusal for everything else.
 */
export function writtenValue(model: string, field: FieldKnowledge, value: OdooValue): OdooValue {
  const plain = value === null ? false : value;
  const fits = fit(field, plain);
  if (fits === undefined) throw unfitValue(model, field.name);
  return fits;
}

function fit({ type, selection }: FieldKnowledge, value: OdooValue): OdooValue | undefined {
  if (isOdooList(value) || isOdooObject(value)) return undefined;
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : value === 0 || value === 1 ? value === 1 : undefined;
    case 'integer':
      if (value === false) return 0;
      return inRange(typeof value === 'string' && WHOLE.test(value) ? Number(value) : wholeNumber(value));
    case 'float':
    case 'monetary':
      if (value === false) return 0;
      if (typeof value === 'string') return DECIMAL.test(value) ? Number(value) : undefined;
      if (value instanceof OdooFloat) return Number.isFinite(value.valueOf()) ? value : undefined;
      return isNumber(value) ? value : undefined;
    case 'many2one':
      if (value === false || value === 0 || value === '') return false;
      return isRecordId(wholeNumber(value)) ? wholeNumber(value) : undefined;
    case 'selection':
      if (value === false || value === '') return false;
      return typeof value === 'string' && (selection === undefined || selection.includes(value)) ? value : undefined;
    case 'date':
      if (value === false || value === '') return false;
      if (typeof value !== 'string') return undefined;
      return DATE.test(value) ? value : TIME.test(value) ? value.slice(0, 10) : undefined;
    case 'datetime':
      if (value === false || value === '') return false;
      return typeof value === 'string' && (TIME.test(value) || DATE.test(value)) ? value.replace('T', ' ') : undefined;
    case 'char':
    case 'text':
    case 'html':
      return textIn(value);
    case 'binary':
    case 'image':
      return value === false || (typeof value === 'string' && !NOT_BASE64.test(value)) ? value : undefined;
    default:
      return undefined;
  }
}

function inRange(value: number | bigint | undefined): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_INTEGER ? value : undefined;
}

function textIn(value: OdooValue): OdooValue | undefined {
  if (value === false) return false;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return undefined;
  return isSendable(value) ? value : undefined;
}
