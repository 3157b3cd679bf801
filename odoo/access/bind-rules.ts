import type { FilterTerm } from '../../catalog/documents.ts';
import type { BoundTerm } from '../../gateway/exchange.ts';
import type { Contract } from '../../openapi/contract.ts';
import { ALL, and, type Domain, normalDomain, or } from '../domain.ts';
import { elementShape, relatedModel } from '../field-place.ts';
import { type FilterSource, ownTerms, termsDomain } from '../filter-terms.ts';
import type { DatabaseKnowledge } from '../knowledge.ts';
import { recordFrame } from '../record-frame.ts';
import { byModel } from './database-access.ts';
import { type GrantedPlace, type OpenedOperation, openedOperation } from './opened-operation.ts';

/** The rule of each model as a domain in prefix form; empty where every record may be seen. */
export type RuleOf = (model: string) => Domain;

/** Resolves what must be asked of Odoo for the rules (`linkedFrom`), once per call. Rejects with RefusalError. */
export type BindRules = (read: FilterSource['read']) => Promise<RuleOf>;

/**
 * Which records grants let one consumer reach over the Odoo protocols, by model: the record filter of every schema of it
 * in any of the grants, and the fixed domains of their operations. Records within the domain of any reading operation may
 * be reached, so that the domains of operations that change something hold for reading, too. Throws an Error for a filter
 * that needs a claim, and for what is no domain.
 */
export function bindRules(places: readonly GrantedPlace[], { major }: DatabaseKnowledge): BindRules {
  const fixed = new Map([...byModel(places, major)].map(([model, operations]) => [model, fixedDomain(operations)]));
  const filters = [...Map.groupBy(places, ({ grant }) => grant).values()].flatMap((own) => filtersOf(own, major));
  if (filters.length === 0) {
    const rule: RuleOf = (model) => fixed.get(model) ?? ALL;
    return () => Promise.resolve(rule);
  }
  return async (read) => {
    const rules = new Map(fixed);
    for (const { model, schema, contract, recordFilter } of filters) {
      const source = { contract, major, recordFilter, read };
      const shape = contract.shapes.get(schema);
      if (shape === undefined) continue;
      const domain = await termsDomain(source, shape, ownTerms(source, schema) ?? []);
      rules.set(model, and(rules.get(model) ?? ALL, domain));
    }
    return (model) => rules.get(model) ?? ALL;
  };
}

interface SchemaFilter {
  readonly model: string;
  readonly schema: string;
  readonly contract: Contract;
  readonly recordFilter: FilterSource['recordFilter'];
}

/** The filters of one grant. Throws an Error for one that would bind no model: it must not be lost. */
function filtersOf(places: readonly GrantedPlace[], major: number): SchemaFilter[] {
  const [first] = places;
  if (first === undefined) return [];
  const { contract } = first.version;
  const filter = Object.entries(first.grant.spec.filter ?? {});
  const recordFilter: Record<string, readonly BoundTerm[]> = Object.create(null);
  for (const [schema, terms] of filter) recordFilter[schema] = terms.map(withoutCaller);
  const operations = places.flatMap((place) => openedOperation(place, major) ?? []);
  return filter.flatMap(([schema]) => {
    const models = filteredModels(contract, schema, operations, major);
    if (models.size === 0 && contract.shapes.get(schema)?.annotation.model === undefined) {
      throw new Error(`the record filter of ${schema} is that of no model; name the model at the schema`);
    }
    return [...models].map((model) => ({ model, schema, contract, recordFilter }));
  });
}

/** The models whose records the filter of a schema is about: the schema's own, and those of operations on such records. */
export function filteredModels(
  contract: Contract,
  schema: string,
  operations: readonly OpenedOperation[],
  major: number,
): ReadonlySet<string> {
  const shape = contract.shapes.get(schema);
  const models = new Set(operations.filter((one) => recordSchema(one) === schema).map(({ model }) => model));
  const own = shape === undefined ? undefined : relatedModel(shape, major);
  return own === undefined ? models : models.add(own);
}

/** The schema that an operation's records are of, by name. */
export function recordSchema({ place: { operation, selection }, odoo }: OpenedOperation): string | undefined {
  const { frame } = recordFrame(operation, odoo.call === 'list', selection);
  const request = operation.requestBody?.content.shape;
  return frame?.shape.name ?? (request === undefined ? undefined : elementShape(request).name);
}

/** A term that is the same for every caller. */
function withoutCaller(term: FilterTerm): BoundTerm {
  if ('or' in term) {
    const or = term.or.map((one) => {
      const bound = withoutCaller(one);
      if ('linkedFrom' in bound || 'or' in bound) throw new Error('a record filter has linkedFrom inside "or"');
      return bound;
    });
    return { or };
  }
  const [field, operator, value] = term;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [field, operator, value];
  if ('linkedFrom' in value) return { linkedFrom: value.linkedFrom };
  throw new Error('a record filter needs a claim, and an API key brings none');
}

/** Within the domain of some operation that reads, and of all others. */
export function fixedDomain(operations: readonly OpenedOperation[]): Domain {
  const domains = (isRead: boolean): Domain[] => {
    const own = operations.filter(({ kind }) => (kind === 'read') === isRead);
    const texts = new Set(own.map(({ odoo }) => JSON.stringify(odoo.domain ?? [])));
    return [...texts].map((text) => normalDomain(JSON.parse(text)));
  };
  const reading = domains(true);
  return and(...(reading.length === 0 ? [] : [or(...reading)]), ...domains(false));
}
