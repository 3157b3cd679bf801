import { and, type Domain, leaf, NONE, or } from '../domain.ts';
import type { OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import type { DomainOperator } from './domain-operator.ts';

interface RuledRelation {
  readonly field: FieldAccess;
  readonly name: string;
  /** Rule of the model behind it; not empty. */
  readonly rule: Domain;
}

/**
 * The question which records a relation links to, where only some of them may be known of: those outside of the rule count
 * as not linked, as they are shown. `values` are ids and false; undefined for operators other than equality. Undefined
 * where Odoo cannot be asked so.
 */
export function linkedTo(
  run: GuardRun,
  { field, name, rule }: RuledRelation,
  { isNegative }: DomainOperator,
  values: readonly (OdooValue | undefined)[] | undefined,
  isNegated: boolean,
): Domain | undefined {
  if (values === undefined || values.includes(undefined)) return undefined;
  const ids = values.filter((value) => value !== false);
  const wantsNone = ids.length < values.length;
  if (run.access.knowledge.major < 17) {
    if (field.knowledge.type !== 'many2one' || isNegated) return undefined;
    if (isNegative) return wantsNone && ids.length === 0 ? prefixed(name, rule) : undefined;
    return wantsNone ? undefined : and(prefixed(name, rule), leaf(name, 'in', ids));
  }
  const alternatives: Domain[] = [];
  if (ids.length > 0) alternatives.push(leaf(name, 'any', and(rule, leaf('id', 'in', ids))));
  if (wantsNone) alternatives.push(leaf(name, '=', false), leaf(name, 'not any', rule));
  const linked = alternatives.length === 0 ? NONE : or(...alternatives);
  return isNegative ? ['!', ...linked] : linked;
}

/** A domain on the records behind a relation as one on the records before it. */
export function prefixed(name: string, domain: Domain): Domain {
  return domain.map((token) => {
    if (!Array.isArray(token) || typeof token[0] !== 'string') return token;
    const [path, ...rest] = token;
    return [`${name}.${path}`, ...rest];
  });
}
