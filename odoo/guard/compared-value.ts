import type { OdooFieldType } from '../knowledge.ts';
import { isRecordId } from '../typed-call.ts';
import { OdooFloat, type OdooValue } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import type { DomainOperator } from './domain-operator.ts';
import { isSendable } from './sendable-text.ts';
import { wholeNumber } from './whole-number.ts';

const LONGEST_TEXT = 10_000;
const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/;
const MOMENT = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?$/;
const TRUE: ReadonlySet<string> = new Set(['true', 'True', '1']);
/** Odoo 19: `today`, `-7d`, `=monday -1w`. */
const RELATIVE = /^(?:today|now)?(?:(?:^| ) ?(?:[+-]\d{1,5}[dwmyHMS]|=(?:\d{1,4}[dmyHMS]|[a-z]{6,9})))*$/;
/** A pattern that ends in half an escape is an error only where Odoo gets as far as its end: it would tell of the record. */
const HALF_ESCAPE = /(?:^|[^\\])(?:\\\\)*\\$/;

/**
 * A value as it may be compared with a field of a type, in a form that every version of Odoo takes; `false` is nothing.
 * Undefined where that would make no sense.
 */
export function comparedValue(
  type: OdooFieldType,
  value: OdooValue,
  run: GuardRun,
  operator?: DomainOperator,
): OdooValue | undefined {
  if (operator?.kind === 'text') return patternFor(type, value, operator);
  const isInequality = operator?.kind === 'compare';
  if (type === 'boolean') {
    if (isInequality) return undefined;
    if (typeof value === 'boolean') return value;
    // Odoo until 18 holds any other text for true, `false` among them.
    if (typeof value === 'string' && TRUE.has(value)) return true;
    return value === null ? false : value === 1 || value === 0 ? value === 1 : undefined;
  }
  if (value === null || value === false) return isInequality ? undefined : false;
  switch (type) {
    case 'char':
    case 'text':
    case 'html':
    case 'selection':
      return textFor(value);
    case 'date':
    case 'datetime':
      return isMoment(value, run.access.knowledge.major) ? value : undefined;
    case 'integer':
    case 'many2one_reference':
      return wholeFor(value);
    case 'float':
    case 'monetary':
      return numberFor(value);
    case 'many2one':
    case 'one2many':
    case 'many2many':
      return idFor(value);
    default:
      return undefined;
  }
}

function patternFor(type: OdooFieldType, value: OdooValue, { name }: DomainOperator): OdooValue | undefined {
  if (type !== 'char' && type !== 'text' && type !== 'html' && type !== 'selection') return undefined;
  if (value === null || value === false) return false;
  const text = textFor(value);
  if (text === undefined || (name.includes('=') && HALF_ESCAPE.test(String(text)))) return undefined;
  return text;
}

function textFor(value: OdooValue): OdooValue | undefined {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT && isSendable(value) ? value : undefined;
  const number = wholeNumber(value);
  return typeof number === 'number' ? String(number) : undefined;
}

function numberFor(value: OdooValue): OdooValue | undefined {
  if (typeof value === 'string') return NUMBER.test(value) ? Number(value) : undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return value instanceof OdooFloat && Number.isFinite(value.valueOf()) ? value : undefined;
}

/** PostgreSQL takes a fraction for no value of a column of whole numbers. */
function wholeFor(value: OdooValue): OdooValue | undefined {
  const number = wholeNumber(typeof value === 'string' ? numberFor(value) : value);
  return typeof number === 'number' ? number : undefined;
}

/** What can be no id is one that no record has. */
function idFor(value: OdooValue): OdooValue | undefined {
  if (value === '') return false;
  const number = wholeNumber(value);
  if (number === undefined) return undefined;
  return isRecordId(number) ? number : 0;
}

function isMoment(value: OdooValue, major: number): value is string {
  if (typeof value !== 'string') return false;
  if (MOMENT.test(value)) return true;
  return major >= 19 && value.length > 0 && value.length <= 60 && RELATIVE.test(value);
}
