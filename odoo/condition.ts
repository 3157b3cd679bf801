import type { BoundCondition } from '../gateway/exchange.ts';
import type { Shape } from '../openapi/contract.ts';
import { ALL, and, type Domain, leaf, NONE, or } from './domain.ts';
import { elementShape, type FieldPlace, findPlace } from './field-place.ts';
import { nextSecond } from './time.ts';
import { comparedValue, UnwritableValue } from './write-value.ts';

const INEQUALITIES = new Set(['<', '<=', '>', '>=']);

/** Who wrote the condition: a grant may compare labels and lists of texts with text, a client may not. */
export type Author = 'grant' | 'client';

/**
 * One condition over contract names as an Odoo domain. Throws UnwritableValue where it makes no sense. Times are whole
 * seconds in the contract and microseconds in Odoo: `=` means within that second.
 */
export function conditionDomain(schema: Shape, condition: BoundCondition, major: number, author: Author): Domain {
  const [name, operator, value] = condition;
  const place = findPlace(schema, name, major);
  if (place === undefined) throw new UnwritableValue(`${name} is not kept in Odoo and cannot be compared`, 'field');
  // Not existing in this version, it is null in every record.
  if (place.path === null) return matchesNull(operator, value) ? ALL : NONE;
  const { path, kind } = place;
  if (operator === 'like' || operator === 'ilike') {
    if (kind !== 'text' || typeof value !== 'string')
      throw new UnwritableValue(`${name} cannot be searched by text`, kind === 'text' ? 'value' : 'operator');
    return leaf(path, operator, escapeLike(value));
  }
  const convert = (one: unknown): unknown =>
    author === 'grant' && typeof one === 'string' && (kind === 'label' || (kind === 'list' && holdsTexts(place)))
      ? one
      : comparedValue(place, one);
  if (operator === 'in' || operator === 'not in') {
    if (!Array.isArray(value)) throw new UnwritableValue(`${name} needs a list`);
    if (kind !== 'time') return leaf(path, operator, value.map(convert));
    const within = or(...value.map((one) => timeDomain(path, '=', comparedValue(place, one))));
    return operator === 'in' ? within : ['!', ...within];
  }
  if (operator === 'child_of' && kind !== 'relation' && kind !== 'label' && kind !== 'list' && !isId(path)) {
    throw new UnwritableValue(`${name} is no relation, and nothing is below it`, 'operator');
  }
  if (Array.isArray(value) && operator === 'child_of') return leaf(path, operator, value.map(convert));
  const converted = convert(value);
  if (typeof converted === 'boolean' && INEQUALITIES.has(operator)) {
    const what = kind === 'boolean' ? 'yes or no' : 'nothing';
    throw new UnwritableValue(`${name} cannot be more or less than ${what}`, kind === 'boolean' ? 'operator' : 'value');
  }
  return kind === 'time' ? timeDomain(path, operator, converted) : leaf(path, operator, converted);
}

const isId = (path: string) => path === 'id' || path.endsWith('.id');

/** A list of labels, not of ids. */
const holdsTexts = ({ field }: FieldPlace) => elementShape(field.shape).types.has('string');

function matchesNull(operator: string, value: unknown): boolean {
  if (operator === '=') return value === null;
  return operator === 'in' && Array.isArray(value) && value.includes(null);
}

function timeDomain(path: string, operator: string, value: unknown): Domain {
  if (typeof value !== 'string') return leaf(path, operator, value);
  const end = nextSecond(value);
  switch (operator) {
    case '=':
      return and(leaf(path, '>=', value), leaf(path, '<', end));
    case '!=':
      return or(leaf(path, '<', value), leaf(path, '>=', end), leaf(path, '=', false));
    case '>':
      return leaf(path, '>=', end);
    case '<=':
      return leaf(path, '<', end);
    default:
      return leaf(path, operator, value);
  }
}

/** Odoo puts `%` around the value and leaves its own signs alone: what a client writes is text, not a pattern. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

/** Whether a value that is to be written satisfies a condition on the same place; undefined where that cannot be told. */
export function holdsFor(place: FieldPlace, operator: string, wanted: unknown, written: unknown): boolean | undefined {
  // What is written there are ids and commands, what is compared may be text: a question for Odoo.
  if (place.kind === 'label' || place.kind === 'list') return undefined;
  const list = Array.isArray(wanted) ? wanted.map((one) => comparedValue(place, one)) : [];
  if (operator === 'in') return list.includes(written);
  if (operator === 'not in') return !list.includes(written);
  if (Array.isArray(wanted)) return undefined;
  const value = comparedValue(place, wanted);
  if (operator === '=') return written === value;
  if (operator === '!=') return written !== value;
  if (!INEQUALITIES.has(operator) || typeof written !== typeof value || typeof value === 'boolean') return undefined;
  if (typeof value !== 'number' && place.kind === 'text') return undefined;
  const [left, right] = [written as number, value as number];
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
