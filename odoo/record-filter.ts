import type { BoundTerm } from '../gateway/exchange.ts';
import type { Shape } from '../openapi/contract.ts';
import { ALL, and, type Domain } from './domain.ts';
import { elementShape, relatedModel } from './field-place.ts';
import { type FilterSource, ownTerms, termsDomain } from './filter-terms.ts';
import type { PlaceRun } from './prepared-place.ts';
import type { RelatedNode } from './read-plan.ts';

/**
 * The terms that hold for the records of an operation: those of its schema, or, where the grant speaks of no schema of
 * that name, of every schema of the same model. A record must not get out through a second schema for it.
 */
export function termsFor(run: PlaceRun): readonly (readonly [schema: Shape, terms: readonly BoundTerm[]])[] {
  const { place, exchange } = run;
  const entries = Object.entries(exchange.recordFilter);
  const { name } = place.schema;
  const own = entries.filter(([schema]) => schema === name);
  const chosen = own.length > 0 ? own : entries.filter(([schema]) => modelOf(run, schema) === place.model);
  return chosen.flatMap(([schema, terms]) => {
    const shape = place.contract.shapes.get(schema);
    return shape === undefined ? [] : [[shape, terms] as const];
  });
}

function modelOf({ place }: PlaceRun, schema: string): string | undefined {
  const shape = place.contract.shapes.get(schema);
  return shape === undefined ? undefined : relatedModel(shape, place.major);
}

/** The record filter as an Odoo domain, with the operation's own. `id` is the record that is spoken of, when there is one. */
export async function recordDomain(run: PlaceRun, id?: number): Promise<Domain> {
  const domains: Domain[] = [run.place.domain];
  for (const [schema, terms] of termsFor(run)) domains.push(await termsDomain(sourceOf(run), schema, terms, { id }));
  return and(...domains);
}

/** The filter of a schema for records that are shown within others. */
export async function relatedDomain(run: PlaceRun, node: RelatedNode): Promise<Domain> {
  const shape = elementShape(node.shape);
  const source = sourceOf(run);
  const terms = shape.name === undefined ? undefined : ownTerms(source, shape.name);
  return terms === undefined ? ALL : termsDomain(source, shape, terms, { through: node.fieldId });
}

function sourceOf(run: PlaceRun): FilterSource {
  const { contract, major, client } = run.place;
  return { contract, major, recordFilter: run.exchange.recordFilter, read: (call) => client.read(call, run) };
}
