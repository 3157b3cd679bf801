import type { BoundCondition, Exchange, SortTerm } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { Refusal } from '../gateway/problems.ts';
import { isCredentialParameter } from '../gateway/upstreams/credential.ts';
import type { Parameter } from '../openapi/contract.ts';
import { conditionOperator, filledByFilter } from '../openapi/filter-parameters.ts';
import { type ParameterFault, refuseParameters, refuseUnknownParameter } from './parameter-faults.ts';
import { deepObjectReader, type ParameterReader, type ParameterReading, parameterReader } from './parameter-reader.ts';
import { parseQuery, type QueryPair } from './parse-query.ts';
import { bracketParts, queryCondition } from './query-filters.ts';
import { type RecordPlaces, recordPlaces } from './record-places.ts';

/** What the query of an exchange says, by the roles of its parameters. */
export interface QueryReading {
  readonly query: readonly QueryPair[];
  readonly fields: readonly string[] | undefined;
  readonly sort: readonly SortTerm[];
  readonly filters: readonly BoundCondition[];
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
}

/** A reading under way: what `fields`, `sort` and the rest add to. */
interface Draft {
  readonly query: QueryPair[];
  fields: readonly string[] | undefined;
  sort: readonly SortTerm[];
  readonly filters: BoundCondition[];
  limit: number | undefined;
  cursor: string | undefined;
  readonly ignored: string[];
}

/** Takes the occurrences of one parameter into the draft; returns what is wrong with them. */
type Take = (draft: Draft, pairs: readonly QueryPair[]) => string | undefined;

interface ParameterPlan {
  readonly parameter: Parameter;
  readonly take: Take;
}

const MOST_NAMES = 200;
const MOST_SORT_TERMS = 10;
const MOST_CURSOR = 2048;

const EMPTY: QueryReading = Object.freeze({
  query: Object.freeze([]),
  fields: undefined,
  sort: Object.freeze([]),
  filters: Object.freeze([]),
  limit: undefined,
  cursor: undefined,
});

/** Reads the query of an exchange. What is not declared is refused; what has a role is taken by it. */
export function queryReader(place: GrantedOperation): (exchange: Exchange) => QueryReading | Refusal {
  const places = recordPlaces(place);
  const byName = new Map<string, ParameterPlan>();
  const byBase = new Map<string, ParameterPlan>();
  const required: string[] = [];
  const { grant, operation, version } = place;
  const isHttp = version.system.spec.type === 'http';
  for (const declared of (isHttp ? filledByFilter(operation, grant.spec.filter) : operation).parameters) {
    if (declared.in !== 'query') continue;
    // Where the gateway's own credential goes the client has nothing to say.
    const isCredential = isCredentialParameter(version.environment.credential, declared);
    const parameter: Parameter = isCredential ? { ...declared, role: 'ignored', required: false } : declared;
    const isDeep = isDeepObject(parameter);
    const plan = { parameter, take: taker(place, parameter, places) };
    (isDeep ? byBase : byName).set(parameter.name, plan);
    if (parameter.required) required.push(parameter.name);
  }

  return (exchange) => {
    if (exchange.query === '' && required.length === 0) return EMPTY;
    const pairs = parseQuery(exchange.query);
    if ('kind' in pairs) return pairs;
    const occurrences = new Map<ParameterPlan, QueryPair[]>();
    for (const pair of pairs) {
      const plan = planOf(pair[0], byName, byBase);
      if (plan === undefined) return refuseUnknownParameter(pair[0]);
      const known = occurrences.get(plan);
      if (known === undefined) occurrences.set(plan, [pair]);
      else known.push(pair);
    }

    const draft: Draft = { ...EMPTY, query: [], filters: [], ignored: [] };
    const faults: ParameterFault[] = [];
    const given = new Set<string>();
    for (const [{ parameter, take }, own] of occurrences) {
      given.add(parameter.name);
      const message = take(draft, own);
      if (message !== undefined) faults.push({ name: parameter.name, message });
    }
    for (const name of required) if (!given.has(name)) faults.push({ name, message: 'is required' });
    if (faults.length > 0) return refuseParameters(faults);
    if (draft.ignored.length > 0) exchange.facts.ignored.push(...draft.ignored);
    return draft;
  };
}

function isDeepObject(parameter: Parameter): boolean {
  if (parameter.role === 'filter') return parameter.field === undefined;
  return parameter.style === 'deepObject';
}

function planOf(
  name: string,
  byName: ReadonlyMap<string, ParameterPlan>,
  byBase: ReadonlyMap<string, ParameterPlan>,
): ParameterPlan | undefined {
  const exact = byName.get(name);
  if (exact !== undefined) return exact;
  const bracket = name.indexOf('[');
  return bracket > 0 ? byBase.get(name.slice(0, bracket)) : undefined;
}

function taker(place: GrantedOperation, parameter: Parameter, places: RecordPlaces): Take {
  const { contract, system } = place.version;
  // Over HTTP the upstream does the paging, ordering and filtering, by its own parameters: once checked, they are passed on.
  const keeps = system.spec.type === 'http';
  const keep = (draft: Draft, pairs: readonly QueryPair[]): void => {
    if (keeps) draft.query.push(...pairs);
  };
  switch (parameter.role) {
    case 'ignored':
      return (draft) => {
        draft.ignored.push(parameter.name);
        return undefined;
      };
    case 'fields':
      return (draft, pairs) => {
        const names = listOf(pairs, MOST_NAMES);
        if (names === undefined) return 'is not a list of field names';
        draft.fields = [...new Set(names)];
        keep(draft, pairs);
        return undefined;
      };
    case 'sort':
      return (draft, pairs) => {
        const names = listOf(pairs, MOST_SORT_TERMS);
        const terms = names?.map(sortTerm);
        if (terms === undefined || terms.some((term) => term.field === '')) return 'is not a list of sort terms';
        draft.sort = terms;
        keep(draft, pairs);
        return undefined;
      };
    case 'limit':
      return checked(parameterReader(contract, parameter), (draft, pairs) => {
        const limit = Number(pairs[0]?.[1]);
        if (!Number.isSafeInteger(limit) || limit < 1) return 'is not a whole number above 0';
        draft.limit = limit;
        keep(draft, pairs);
        return undefined;
      });
    case 'cursor':
      return checked(parameterReader(contract, parameter), (draft, pairs) => {
        const cursor = pairs[0]?.[1] ?? '';
        if (cursor === '' || cursor.length > MOST_CURSOR) return 'is not a cursor of this interface';
        draft.cursor = cursor;
        keep(draft, pairs);
        return undefined;
      });
    case 'filter':
      return parameter.field === undefined ? filterMany(places, keep) : filterOne(place, parameter, places, keep);
    case 'forward':
      return forward(place, parameter);
  }
}

function checked(read: ParameterReader, then: Take): Take {
  return (draft, pairs) => {
    const reading = read(pairs.map(textOf));
    return 'message' in reading ? reading.message : then(draft, pairs);
  };
}

function filterOne(
  place: GrantedOperation,
  parameter: Parameter,
  places: RecordPlaces,
  keep: (draft: Draft, pairs: readonly QueryPair[]) => void,
): Take {
  const field = parameter.field ?? '';
  const operator = conditionOperator(parameter.operator ?? '=');
  if (operator === undefined) {
    throw new Error(`Parameter ${parameter.name} has the operator ${parameter.operator}, which filters do not have.`);
  }
  const read = parameterReader(place.version.contract, parameter);
  const isGranted = places.comparable(field) !== undefined;
  return (draft, pairs) => {
    const texts = pairs.map(textOf);
    if (isGranted) {
      const reading = read(texts);
      if ('message' in reading) return reading.message;
    }
    const condition = queryCondition(places, field, operator, texts.join(','));
    if (condition === undefined) return 'does not have the type of its field';
    draft.filters.push(condition);
    keep(draft, pairs);
    return undefined;
  };
}

function filterMany(places: RecordPlaces, keep: (draft: Draft, pairs: readonly QueryPair[]) => void): Take {
  return (draft, pairs) => {
    const names = new Set(pairs.map(([name]) => name));
    if (names.size < pairs.length) return 'is given more than once for the same field and operator';
    for (const [name, text] of pairs) {
      const parts = bracketParts(name);
      if (parts === undefined) return 'is not of the form name[field][operator]';
      const condition = queryCondition(places, parts.field, parts.operator, text);
      if (condition === undefined) return 'has a value that does not have the type of its field';
      draft.filters.push(condition);
    }
    keep(draft, pairs);
    return undefined;
  };
}

function forward(place: GrantedOperation, parameter: Parameter): Take {
  const read = parameter.style === 'deepObject' ? readDeep(place, parameter) : readPlain(place, parameter);
  return (draft, pairs) => {
    const reading = read(pairs);
    if ('message' in reading) return reading.message;
    draft.query.push(...pairs);
    return undefined;
  };
}

function readPlain(place: GrantedOperation, parameter: Parameter): (pairs: readonly QueryPair[]) => ParameterReading {
  const read = parameterReader(place.version.contract, parameter);
  return (pairs) => read(pairs.map(textOf));
}

function readDeep(place: GrantedOperation, parameter: Parameter): (pairs: readonly QueryPair[]) => ParameterReading {
  const read = deepObjectReader(place.version.contract, parameter);
  return (pairs) => {
    const parts = new Map<string, string>();
    for (const [name, text] of pairs) {
      const property = /^[^[\]]+\[([^[\]]{1,200})\]$/.exec(name)?.[1];
      if (property === undefined) return { message: 'is not of the form name[property]' };
      if (parts.has(property)) return { message: 'is given more than once' };
      parts.set(property, text);
    }
    return read(parts);
  };
}

/** A comma list given once; undefined when it is empty, has empty items or is too long. */
function listOf(pairs: readonly QueryPair[], most: number): readonly string[] | undefined {
  if (pairs.length !== 1) return undefined;
  const names = textOf(pairs[0]).split(',', most + 1);
  return names.length > most || names.includes('') ? undefined : names;
}

function sortTerm(text: string): SortTerm {
  return text.startsWith('-') ? { field: text.slice(1), descending: true } : { field: text, descending: false };
}

function textOf(pair: QueryPair | undefined): string {
  return pair?.[1] ?? '';
}
