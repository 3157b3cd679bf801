import { emptyValue } from './database.ts';
import type { FieldDefinition } from './model-definition.ts';

/** Compiles one operator over a stored value. */
export function scalarTest(
  version: number,
  field: FieldDefinition,
  operator: string,
  right: unknown,
): (value: unknown) => boolean {
  const nothing = (value: unknown) => value === false || value === null || value === undefined;
  const normal = (value: unknown) => (nothing(value) ? emptyValue(field) : value);
  switch (operator) {
    case '=?':
      return nothing(right) ? () => true : (value) => value === right;
    case '=':
    case '==':
    case '!=':
    case '<>': {
      const same = (value: unknown) => normal(value) === normal(right);
      return operator.startsWith('=') ? same : (value) => !same(value);
    }
    case 'in':
    case 'not in': {
      const wanted = new Set((Array.isArray(right) ? right : [right]).map(normal));
      return (value) => wanted.has(normal(value)) === (operator === 'in');
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (value) => {
        let left = normal(value);
        // From 18 on an empty text counts as '' in comparisons; before, NULL never matches.
        if (left === false && field.type !== 'boolean') {
          if (version < 18 || (field.type !== 'char' && field.type !== 'text' && field.type !== 'html')) return false;
          left = '';
        }
        const order = compareScalars(left, right);
        return operator === '<'
          ? order < 0
          : operator === '<='
            ? order <= 0
            : operator === '>'
              ? order > 0
              : order >= 0;
      };
    default: {
      const like = likeTest(operator.replace(/^not /, ''), nothing(right) ? '' : String(right));
      return (value) => like(nothing(value) ? '' : String(value)) !== operator.startsWith('not ');
    }
  }
}

/** SQL LIKE with backslash escapes; `like` and `ilike` are wrapped in `%` as Odoo does, `=like` is not. */
function likeTest(operator: string, pattern: string): (text: string) => boolean {
  const wrapped = operator.startsWith('=') ? pattern : `%${pattern}%`;
  let source = '';
  for (let index = 0; index < wrapped.length; index++) {
    const sign = wrapped.charAt(index);
    if (sign === '%') source += '[^]*';
    else if (sign === '_') source += '[^]';
    else if (sign === '\\' && index + 1 < wrapped.length) source += quoteSign(wrapped.charAt(++index));
    else source += quoteSign(sign);
  }
  const expression = new RegExp(`^${source}$`, operator.includes('ilike') ? 'i' : '');
  return (text) => expression.test(text);
}

const quoteSign = (sign: string) => sign.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

/** Numbers by value, all else by code unit, booleans false first. */
export function compareScalars(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left), String(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
