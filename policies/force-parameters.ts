import type { Condition, FilterTerm } from '../catalog/documents.ts';
import { ImpossibleGrant } from '../catalog/impossible-grant.ts';
import { quoted } from '../catalog/quoted.ts';
import type { BoundCondition, BoundTerm, Exchange, TypedRequest } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { isCredentialParameter } from '../gateway/upstreams/credential.ts';
import type { Parameter } from '../openapi/contract.ts';
import { conditionOperator } from '../openapi/filter-parameters.ts';
import { childPointer } from '../openapi/json-pointer.ts';
import { type Force, forceBody } from './force-body.ts';

interface Forced {
  readonly schema: string;
  readonly index: number;
  readonly forces: readonly Force[];
}

/**
 * For upstreams that are only reachable through their parameters: holds every bound filter term against the request, in
 * every operation, whatever it answers with: an answer without content has an effect too. A term that nothing in the
 * operation can carry goes to `causes` as an ImpossibleGrant: a filter that cannot be enforced must not be granted.
 */
export function forceParameters(
  place: GrantedOperation,
  entries: readonly (readonly [schema: string, terms: readonly FilterTerm[]])[],
  causes: unknown[],
): (exchange: Exchange) => Refusal | undefined {
  const forced: Forced[] = entries.flatMap(([schema, terms]) =>
    terms.map((term, index) => {
      const forces = forcesFor(place, term);
      if (forces.length === 0) {
        const pointer = childPointer(childPointer('/spec/filter', schema), index);
        causes.push(uncarried(place, schema, term, pointer));
      }
      return { schema, index, forces };
    }),
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
function forcesFor(place: GrantedOperation, term: FilterTerm): readonly Force[] {
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
  return forces;
}

/** Why nothing carries a term, placed at what is to be changed. */
function uncarried(place: GrantedOperation, schema: string, term: FilterTerm, pointer: string): ImpossibleGrant {
  const named = 'or' in term ? term.or.map(([field]) => field).join(' or ') : `${term[0]} ${term[1]}`;
  const [why, part] = whyUncarried(place, term);
  return new ImpossibleGrant(
    `the record filter ${schema}: ${named} maps onto nothing that this operation takes; ${why}, or give the operation its own grant without the filter`,
    part === undefined ? pointer : childPointer(pointer, part),
  );
}

function whyUncarried(place: GrantedOperation, term: FilterTerm): readonly [mend: string, part?: number] {
  if ('or' in term) return ['alternatives cannot be sent over plain HTTP: write one condition'];
  const [field, operator] = term;
  if (isLinked(term)) return ['linkedFrom works over Odoo only: compare with values or a claim', 2];
  const queries = filterParameters(place, field);
  if (!isCarried(term, true)) {
    return [
      'null, an empty text or list and, in a joined list, a comma cannot be sent as a parameter: name another value',
      2,
    ];
  }
  const [other] = queries;
  if (other !== undefined && !queries.some((parameter) => isOf(parameter, operator))) {
    return [
      `its parameter ${quoted(other.name)} filters by ${other.operator ?? 'eq'}: use that operator, or declare one for this`,
      1,
    ];
  }
  const exact =
    operator === '=' || operator === 'in' ? ', a path parameter or a writable property of the body of its name' : '';
  return [`declare for that field a query parameter with role filter and this operator${exact}`, 0];
}

function queryCarrier(place: GrantedOperation, term: Condition): Parameter | undefined {
  const found = filterParameters(place, term[0]).find((parameter) => isOf(parameter, term[1]));
  return found !== undefined && isCarried(term, !isRepeated(found)) ? found : undefined;
}

function isOf({ operator }: Parameter, wanted: string): boolean {
  return conditionOperator(operator ?? '=') === wanted;
}

function filterParameters({ operation, version }: GrantedOperation, field: string): Parameter[] {
  return operation.parameters.filter(
    (parameter) =>
      parameter.in === 'query' &&
      parameter.role === 'filter' &&
      parameter.field === field &&
      // It is never sent: what it carries would not arrive.
      !isCredentialParameter(version.environment.credential, parameter),
  );
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
