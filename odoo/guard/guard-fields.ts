import { isOdooList, type OdooValue } from '../wire/value.ts';
import type { FieldAccess } from './access.ts';
import { hiddenField, tooMuch, unfitArgument } from './refusals.ts';
import type { Scope } from './scope.ts';
import { isNothing } from './whole-number.ts';

const MOST_NAMES = 2000;

/** The fields that are asked for, each once, in the client's order; all readable ones where it names none. Throws OdooRefusal. */
export function guardFields(scope: Scope, value: OdooValue | undefined): readonly FieldAccess[] {
  const names = fieldNames(value);
  const asked = names.length === 0 ? scope.names : names;
  return [...new Set(asked)].map((name) => scope.field(name) ?? hidden(scope, name));
}

/** A list of names; empty where there is none. Throws OdooRefusal for everything but a list of texts. */
export function fieldNames(value: OdooValue | undefined): readonly string[] {
  if (isNothing(value)) return [];
  if (!isOdooList(value)) throw unfitArgument('fields must be a list of names');
  if (value.length > MOST_NAMES) throw tooMuch(`At most ${MOST_NAMES} fields can be named.`);
  return value.map((name) => {
    if (typeof name !== 'string') throw unfitArgument('fields must be a list of names');
    return name;
  });
}

function hidden(scope: Scope, name: string): never {
  throw hiddenField(scope.model, name);
}
