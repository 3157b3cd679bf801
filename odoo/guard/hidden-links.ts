import type { OdooFieldType } from '../knowledge.ts';
import { isRecordId } from '../typed-call.ts';
import type { OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import type { DomainOperator } from './domain-operator.ts';
import type { PathEnd } from './field-path.ts';
import { behindScope, type Scope } from './scope.ts';
import { isNothing, wholeNumber } from './whole-number.ts';

/**
 * Whether a value stands behind a link that is not shown itself. Without a link and with a link to nothing it looks the
 * same, but Odoo's versions hold the two apart: `!=` finds the one and not the other, and so does everything under a `!`.
 */
export function isBehindHiddenLink(run: GuardRun, { steps, scope, field }: PathEnd): boolean {
  return steps.some(({ isShown }) => !isShown) || hidesItsLinks(run, scope, field);
}

/** Whether a copy that has no column is led to by a link that is not shown, or not always. */
export function hidesItsLinks(run: GuardRun, from: Scope, { knowledge }: FieldAccess): boolean {
  if (knowledge.stored || knowledge.related === undefined) return false;
  const links = knowledge.related.split('.').slice(0, -1);
  let scope: Scope | undefined = from;
  for (const [index, name] of links.entries()) {
    const link: FieldAccess | undefined = scope?.field(name);
    const behind: Scope | undefined =
      link === undefined || link.mask !== undefined ? undefined : behindScope(run, link);
    // A copy shows the value of records outside of the rule, too, and the link to them is shown as none.
    if (behind === undefined || behind.rule.length > 0)
      return !(index === links.length - 1 && isDelegation(scope, name));
    scope = behind;
  }
  return false;
}

/** Odoo makes the record that is delegated to together with the one that has the link. */
function isDelegation(scope: Scope | undefined, name: string): boolean {
  return Object.values(scope?.knowledge?.inherits ?? {}).includes(name);
}

const TEXTS: ReadonlySet<OdooFieldType> = new Set(['char', 'text', 'html', 'selection'] as const);
const NUMBERS: ReadonlySet<OdooFieldType> = new Set(['integer', 'float', 'monetary', 'many2one_reference'] as const);
const LINKS: ReadonlySet<OdooFieldType> = new Set(['many2one', 'one2many', 'many2many'] as const);

/** Whether a condition can hold only where there is a value, in every version of Odoo: since 18, no number is 0. */
export function needsValue(type: OdooFieldType, { kind, name, isNegative }: DomainOperator, value: OdooValue): boolean {
  if (isNegative) return false;
  switch (kind) {
    case 'within':
    case 'hierarchy':
      return true;
    case 'equal':
    case 'text':
      return (Array.isArray(value) ? value : [value]).every((one) => isSomething(type, one));
    case 'compare':
      if (isNothing(value)) return false;
      return NUMBERS.has(type) ? excludesZero(name, value) : !TEXTS.has(type) || name.startsWith('>');
  }
}

function isSomething(type: OdooFieldType, value: OdooValue): boolean {
  if (isNothing(value)) return false;
  if (LINKS.has(type)) return typeof value === 'string' || isRecordId(wholeNumber(value));
  if (NUMBERS.has(type)) return Number(value) !== 0;
  return type !== 'boolean' || wholeNumber(value) !== 0;
}

function excludesZero(operator: string, value: OdooValue): boolean {
  const number = Number(value);
  if (operator === '>') return number >= 0;
  if (operator === '>=') return number > 0;
  return operator === '<' ? number <= 0 : number < 0;
}
