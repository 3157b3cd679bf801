import type { BoundTerm } from '../gateway/exchange.ts';
import { RefusalError, refuse } from '../gateway/problems.ts';
import type { Shape } from '../openapi/contract.ts';
import { conditionDomain } from './condition.ts';
import { memberOf } from './decode-answer.ts';
import { ALL, and, type Domain, leaf, NONE, or } from './domain.ts';
import { elementShape, findPlace, relatedModel } from './field-place.ts';
import type { PlaceRun } from './prepared-place.ts';
import type { RelatedNode } from './read-plan.ts';
import { isRecordId } from './typed-call.ts';
import { UnwritableValue } from './write-value.ts';

/** Records that `linkedFrom` may reach in a list. */
const MOST_LINKED = 10_000;
const DEEPEST = 4;

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
  for (const [schema, terms] of termsFor(run)) domains.push(await termsDomain(run, schema, terms, id, undefined, 0));
  return and(...domains);
}

/** The filter of a schema for records that are shown within others. */
export async function relatedDomain(run: PlaceRun, node: RelatedNode): Promise<Domain> {
  const shape = elementShape(node.shape);
  const terms = shape.name === undefined ? undefined : ownTerms(run, shape.name);
  return terms === undefined ? ALL : termsDomain(run, shape, terms, undefined, node.fieldId, 0);
}

function ownTerms({ exchange }: PlaceRun, schema: string): readonly BoundTerm[] | undefined {
  return Object.hasOwn(exchange.recordFilter, schema) ? exchange.recordFilter[schema] : undefined;
}

async function termsDomain(
  run: PlaceRun,
  schema: Shape,
  terms: readonly BoundTerm[],
  id: number | undefined,
  through: string | undefined,
  depth: number,
): Promise<Domain> {
  const domains: Domain[] = [];
  for (const term of terms) {
    if ('linkedFrom' in term) {
      // Shown within the very record that links to it, it is linked.
      if (term.linkedFrom !== through) domains.push(await linkedDomain(run, term.linkedFrom, id, depth));
    } else domains.push(termDomain(run, schema, term));
  }
  return and(...domains);
}

function termDomain({ place }: PlaceRun, schema: Shape, term: Exclude<BoundTerm, { linkedFrom: string }>): Domain {
  const { major } = place;
  try {
    if ('or' in term) return or(...term.or.map((condition) => conditionDomain(schema, condition, major, 'grant')));
    return conditionDomain(schema, term, major, 'grant');
  } catch (error) {
    if (!(error instanceof UnwritableValue)) throw error;
    throw claimUnfit(error);
  }
}

/** Whatever the grant itself says was computed once when it was prepared: what does not fit came with the caller. */
export function claimUnfit({ message }: UnwritableValue): RefusalError {
  return new RefusalError(refuse('claim-missing', undefined, { reason: `record filter: ${message}` }));
}

/** Records that visible records of another schema link to. A known id is asked for; otherwise all are collected. */
async function linkedDomain(run: PlaceRun, linkedFrom: string, id: number | undefined, depth: number): Promise<Domain> {
  const { client, contract, major } = run.place;
  const dot = linkedFrom.indexOf('.');
  const schemaName = linkedFrom.slice(0, dot);
  const schema = contract.shapes.get(schemaName);
  const place = schema === undefined ? undefined : findPlace(schema, linkedFrom.slice(dot + 1), major);
  const model = schema === undefined ? undefined : relatedModel(schema, major);
  if (schema === undefined || place === undefined || model === undefined || depth === DEEPEST) {
    throw new RefusalError(refuse('internal-error', undefined, { reason: `linkedFrom ${linkedFrom} leads nowhere` }));
  }
  if (place.path === null) return NONE;
  const visible = await termsDomain(run, schema, ownTerms(run, schemaName) ?? [], undefined, undefined, depth + 1);
  if (id !== undefined) {
    const domain = and(visible, leaf(place.path, 'in', [id]));
    const found = await client.read(
      { model, method: 'search', args: { domain, offset: 0, limit: 1 }, context: {} },
      run,
    );
    return Array.isArray(found) && found.length > 0 ? ALL : NONE;
  }
  const [field = '', ...rest] = place.path.split('.');
  const args = { domain: visible, fields: [field], offset: 0, limit: MOST_LINKED, order: 'id', load: null };
  const rows =
    rest.length > 0 ? undefined : await client.read({ model, method: 'search_read', args, context: {} }, run);
  if (!Array.isArray(rows) || rows.length === MOST_LINKED) {
    throw new RefusalError(refuse('upstream-answer-invalid', undefined, { reason: 'odoo:too-many-linked' }));
  }
  const ids = rows.flatMap((row) => memberOf(row, field)).filter(isRecordId);
  return leaf('id', 'in', [...new Set(ids)]);
}
