import type { FilterTerm } from '../catalog/documents.ts';
import type { BoundCondition, Exchange, TypedRequest } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import type { Parameter, Shape } from '../openapi/contract.ts';
import { conditionOperator } from './query-filters.ts';
import { successContent } from './record-places.ts';

type Texts = readonly string[];

/** Holds one bound condition against the request; a refusal, or the request as it must be sent. */
type Force = (typed: TypedRequest, texts: Texts) => TypedRequest | Refusal;

interface Forced {
  readonly schema: string;
  readonly index: number;
  readonly force: Force;
}

/**
 * For upstreams that are only reachable through their parameters: turns bound filter terms into parameter values. Throws
 * an Error for a term that no parameter of the operation can carry: a filter that cannot be enforced must not be granted.
 */
export function forceParameters(
  place: GrantedOperation,
  entries: readonly (readonly [schema: string, terms: readonly FilterTerm[]])[],
): (exchange: Exchange) => Refusal | undefined {
  const touched = touchedSchemas(place);
  const forced: Forced[] = [];
  for (const [schema, terms] of entries) {
    if (!touched.has(schema)) continue;
    terms.forEach((term, index) => {
      forced.push({ schema, index, force: forceFor(place, schema, term) });
    });
  }
  return (exchange) => {
    let { typed } = exchange;
    if (typed === undefined) throw new Error('the request has not been validated');
    for (const { schema, index, force } of forced) {
      const texts = textsOf(exchange.recordFilter[schema]?.[index] as BoundCondition);
      const next: TypedRequest | Refusal = force(typed, texts);
      if ('kind' in next) return next;
      typed = next;
    }
    exchange.typed = typed;
    return undefined;
  };
}

function forceFor(place: GrantedOperation, schema: string, term: FilterTerm): Force {
  const { parameters } = place.operation;
  if (!('or' in term)) {
    const [field, operator, value] = term;
    const isLinked = typeof value === 'object' && value !== null && 'linkedFrom' in value;
    const query = parameters.find(
      (parameter) =>
        parameter.in === 'query' &&
        parameter.role === 'filter' &&
        parameter.field === field &&
        conditionOperator(parameter.operator ?? '=') === operator,
    );
    if (query !== undefined && !isLinked) return forceQuery(query);
    const path = parameters.find((parameter) => parameter.in === 'path' && parameter.name === field);
    if (path !== undefined && operator === '=' && !isLinked) return forcePath(path);
  }
  const named = 'or' in term ? term.or.map(([field]) => field).join(' or ') : `${term[0]} ${term[1]}`;
  throw new Error(
    `the record filter ${schema}: ${named} maps onto no parameter of this operation. Declare a query parameter with ` +
      'role filter for it, or leave the operation out of the grant.',
  );
}

/** The client may say the filter's own value, or nothing; any other is as if it named a field it may not. */
function forceQuery({ name, schema, explode, style }: Parameter): Force {
  const isRepeated = explode && style === 'form' && typeof schema === 'object' && schema.type === 'array';
  return (typed, texts) => {
    const wanted = isRepeated ? texts : [texts.join(',')];
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
  return (typed, texts) => (texts.length === 1 && typed.path[name] === texts[0] ? typed : refuse('record-not-found'));
}

function textsOf([, , value]: BoundCondition): Texts {
  const values = Array.isArray(value) ? value : [value];
  return values.map((one) => (one === null ? '' : String(one)));
}

/** Names of the schemas whose records an operation answers with or takes. */
function touchedSchemas({ operation }: GrantedOperation): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<Shape>();
  const open: (Shape | undefined)[] = [successContent(operation)?.shape, operation.requestBody?.content.shape];
  for (const shape of open) {
    if (shape === undefined || seen.has(shape)) continue;
    seen.add(shape);
    names.add(shape.name ?? shape.path.split('.', 1)[0] ?? '');
    open.push(shape.items, shape.entries?.shape);
    for (const field of shape.fields.values()) open.push(field.shape);
  }
  return names;
}
