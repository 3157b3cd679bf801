import type { GrantSpec } from '../catalog/documents.ts';
import type { Operation, Parameter } from './contract.ts';

/** Operators of the query language (`filter[name][ilike]=…`) and the conditions they make. */
export const QUERY_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['ne', '!='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
  ['in', 'in'],
  ['like', 'like'],
  ['ilike', 'ilike'],
]);
const CONDITIONS: ReadonlySet<string> = new Set(QUERY_OPERATORS.values());

/** The condition operator that an annotation or a query names, in either spelling; undefined for any other. */
export function conditionOperator(name: string): string | undefined {
  return QUERY_OPERATORS.get(name) ?? (CONDITIONS.has(name) ? name : undefined);
}

/**
 * The operation as its callers see it under a record filter that is sent over plain HTTP: a query parameter whose value
 * the filter says is required of nobody.
 */
export function filledByFilter(operation: Operation, filter: GrantSpec['filter'] = {}): Operation {
  const terms = Object.values(filter).flat();
  const isFilled = ({ in: place, role, field, operator }: Parameter): boolean =>
    place === 'query' &&
    role === 'filter' &&
    field !== undefined &&
    terms.some((term) => !('or' in term) && term[0] === field && term[1] === conditionOperator(operator ?? 'eq'));
  if (!operation.parameters.some((parameter) => parameter.required && isFilled(parameter))) return operation;
  const parameters = operation.parameters.map((parameter) =>
    isFilled(parameter) ? { ...parameter, required: false } : parameter,
  );
  return { ...operation, parameters };
}
