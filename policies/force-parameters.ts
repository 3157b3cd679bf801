import type { Condition, FilterTerm } from '../catalog/documents.ts';
import type { BoundCondition, BoundTerm, Exchange, TypedRequest } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { isCredentialParameter } from '../gateway/upstreams/credential.ts';
import type { Parameter } from '../openapi/contract.ts';
import { type Force, forceBody } from './force-body.ts';
import { conditionOperator } from './query-filters.ts';

interface Forced {
  readonly schema: string;
  readonly index: number;
  readonly forces: readonly Force[];
}

/**
 * For upstreams that are only reachable through their parameters: holds every bound filter term against the request, in
 * every operation, whatever it answers with: an answer without content has an effect too. Throws an Error for a term
 * that nothing in the operation can carry: a filter that cannot be enforced must not be granted.
 */
export function forceParameters(
  place: GrantedOperation,
  entries: readonly (readonly [schema: string, terms: readonly FilterTerm[]])[],
): (exchange: Exchange) => Refusal | undefined {
  const forced: Forced[] = entries.flatMap(([schema, terms]) =>
    terms.map((term, index) => ({ schema, index, forces: forcesFor(place, schema, term) })),
  );
  return (exchange) => {
    let { typed } = exchange;
    if (typed === undefined) throw new Error('the request has not been validated');
    for (const { schema, index, forces } of forced) {
      const bound = exchange.recordFilter[schema]?.[index];
      if (!isCondition(bound)) throw new Error('the record filter has not been bound');
      const [field, , value] = bound;
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const force of forces) {
        const next: TypedRequest | Refusal = force(typed, values);
        if ('kind' in next) {
          if (next.code === 'field-not-writable') exchange.facts.refused.push(`${schema}.${field}`);
          return next;
        }
        typed = next;
      }
    }
    exchange.typed = typed;
    return undefined;
  };
}

/** All that can carry the term, not only one of them: what the path says the body must not contradict. */
function forcesFor(place: GrantedOperation, schema: string, term: FilterTerm): readonly Force[] {
  const forces: Force[] = [];
  if (!('or' in term)) {
    const isExact = term[1] === '=' || term[1] === 'in';
    const query = queryCarrier(place, term);
    if (query !== undefined) forces.push(forceQuery(query));
    const path = place.operation.parameters.find(({ in: where, name }) => where === 'path' && name === term[0]);
    if (path !== undefined && isExact && isCarried(term, false)) forces.push(forcePath(path));
    const body = isExact && !isLinked(term) ? forceBody(place, term[0], forces.length > 0) : undefined;
    if (body !== undefined) forces.push(body);
  }
  if (forces.length > 0) return forces;
  const named = 'or' in term ? term.or.map(([field]) => field).join(' or ') : `${term[0]} ${term[1]}`;
  throw new Error(
    `the record filter ${schema}: ${named} maps onto nothing that this operation takes. Give the operation its own ` +
      'grant without the filter, or declare for that field a query parameter with role filter and this operator, or for ' +
      '= and in a path parameter or a writable property of the request body of its name.',
  );
}

function queryCarrier({ operation, version }: GrantedOperation, term: Condition): Parameter | undefined {
  const found = operation.parameters.find(
    (parameter) =>
      parameter.in === 'query' &&
      parameter.role === 'filter' &&
      parameter.field === term[0] &&
      conditionOperator(parameter.operator ?? '=') === term[1] &&
      // It is never sent: what it carries would not arrive.
      !isCredentialParameter(version.environment.credential, parameter),
  );
  return found !== undefined && isCarried(term, !isRepeated(found)) ? found : undefined;
}

/** A parameter says nothing of null; given empty, or not at all, it would filter by nothing. */
function isCarried(term: Condition, isJoined: boolean): boolean {
  const [, operator, value] = term;
  if (isLinked(term)) return false;
  if (typeof value === 'object' && value !== null && 'claim' in value) return true;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return (
    values.length > 0 && values.every((one) => isText(one) && !(isJoined && operator === 'in' && splits(textOf(one))))
  );
}

function isCondition(term: BoundTerm | undefined): term is BoundCondition {
  return Array.isArray(term);
}

function isLinked([, , value]: Condition): boolean {
  return typeof value === 'object' && value !== null && 'linkedFrom' in value;
}

function isText(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '';
}

function splits(text: string): boolean {
  return text.includes(',');
}

function isRepeated({ schema, explode, style }: Parameter): boolean {
  return explode && style === 'form' && typeof schema === 'object' && schema.type === 'array';
}

/** The client may say the filter's own value, or nothing; any other is as if it named a field it may not. */
function forceQuery(parameter: Parameter): Force {
  const { name, operator } = parameter;
  const repeats = isRepeated(parameter);
  const isList = conditionOperator(operator ?? '=') === 'in';
  return (typed, values) => {
    const texts = values.map(textOf);
    if (isList && !repeats && texts.some(splits)) {
      return refuse('claim-missing', undefined, { reason: 'a value of the record filter holds a separator' });
    }
    const wanted = repeats ? texts : [texts.join(',')];
    const given = typed.query.filter(([own]) => own === name).map(([, value]) => value);
    if (given.length > 0 && (given.length !== wanted.length || given.some((value, at) => value !== wanted[at]))) {
      return refuse('field-not-granted', undefined, { members: { fields: [name] } });
    }
    const others = typed.query.filter(([own]) => own !== name);
    return { ...typed, query: [...others, ...wanted.map((value) => [name, value] as const)] };
  };
}

/** Another's record is a record that is not there. */
function forcePath({ name }: Parameter): Force {
  return (typed, values) =>
    values.some((value) => textOf(value) === typed.path[name]) ? typed : refuse('record-not-found');
}

function textOf(value: unknown): string {
  return value === null ? '' : String(value);
}
