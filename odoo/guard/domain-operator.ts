/** What an operator of a domain asks of a value. */
export type OperatorKind = 'equal' | 'compare' | 'text' | 'within' | 'hierarchy';

export interface DomainOperator {
  /** As every version knows it. */
  readonly name: string;
  readonly kind: OperatorKind;
  /** Holds where the bare operator does not. */
  readonly isNegative: boolean;
}

const operator = (name: string, kind: OperatorKind, isNegative = false): readonly [string, DomainOperator] => [
  name,
  { name, kind, isNegative },
];

const OPERATORS: ReadonlyMap<string, DomainOperator> = new Map([
  operator('=', 'equal'),
  operator('!=', 'equal', true),
  operator('in', 'equal'),
  operator('not in', 'equal', true),
  operator('<', 'compare'),
  operator('>', 'compare'),
  operator('<=', 'compare'),
  operator('>=', 'compare'),
  operator('like', 'text'),
  operator('ilike', 'text'),
  operator('=like', 'text'),
  operator('=ilike', 'text'),
  operator('not like', 'text', true),
  operator('not ilike', 'text', true),
  operator('not =like', 'text', true),
  operator('not =ilike', 'text', true),
  operator('any', 'within'),
  operator('not any', 'within', true),
  operator('child_of', 'hierarchy'),
  operator('parent_of', 'hierarchy'),
]);

/** Operators that came with a version. */
const SINCE: Readonly<Record<string, number>> = { any: 17, 'not any': 17, 'not =like': 19, 'not =ilike': 19 };
const SYNONYMS: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

/**
 * An operator as a client writes it, in any case and with its synonyms; undefined for one that this version does not know
 * or that no client may use (`inselect`, `any!`). `=?` is read elsewhere.
 */
export function domainOperator(written: string, major: number): DomainOperator | undefined {
  const lower = written.length > 16 ? '' : written.toLowerCase();
  const name = Object.hasOwn(SYNONYMS, lower) ? (SYNONYMS[lower] ?? lower) : lower;
  const since = Object.hasOwn(SINCE, name) ? (SINCE[name] ?? 0) : 0;
  return major < since ? undefined : OPERATORS.get(name);
}

/** The same question with one value for a list, and the other way round: Odoo's versions differ in what they make of it. */
export function forList({ isNegative }: DomainOperator, isInList: boolean): string {
  if (isInList) return isNegative ? 'not in' : 'in';
  return isNegative ? '!=' : '=';
}
