import type { BoundTerm } from '../gateway/exchange.ts';
import { RefusalError, refuse } from '../gateway/problems.ts';
import type { Contract, Shape } from '../openapi/contract.ts';
import { conditionDomain } from './condition.ts';
import { memberOf } from './decode-answer.ts';
import { ALL, and, type Domain, leaf, NONE, or } from './domain.ts';
import { findPlace, relatedModel } from './field-place.ts';
import { isRecordId, type TypedCall } from './typed-call.ts';
import { UnwritableValue } from './write-value.ts';

/** Records that `linkedFrom` may reach in a list. */
const MOST_LINKED = 10_000;
const DEEPEST = 4;

/** The record filter of one grant, bound to its caller, and how Odoo is asked what it links to. */
export interface FilterSource {
  readonly contract: Contract;
  /** Odoo's major version. */
  readonly major: number;
  readonly recordFilter: Readonly<Record<string, readonly BoundTerm[]>>;
  /** A call that changes nothing. Rejects with RefusalError. */
  readonly read: (call: TypedCall) => Promise<unknown>;
}

/** The terms under a schema's own name. */
export function ownTerms({ recordFilter }: FilterSource, schema: string): readonly BoundTerm[] | undefined {
  return Object.hasOwn(recordFilter, schema) ? recordFilter[schema] : undefined;
}

/** Whatever the grant itself says was computed once when it was prepared: what does not fit came with the caller. */
export function claimUnfit({ message }: UnwritableValue): RefusalError {
  return new RefusalError(refuse('claim-missing', undefined, { reason: `record filter: ${message}` }));
}

/**
 * Terms over a schema as an Odoo domain. `id` is the record that is spoken of, when there is one; `through` the field that
 * leads to the records, when they are shown within others: what that field links is linked.
 */
export async function termsDomain(
  source: FilterSource,
  schema: Shape,
  terms: readonly BoundTerm[],
  {
    id,
    through,
    depth = 0,
  }: { readonly id?: number | undefined; readonly through?: string; readonly depth?: number } = {},
): Promise<Domain> {
  const domains: Domain[] = [];
  for (const term of terms) {
    if (!('linkedFrom' in term)) domains.push(termDomain(source, schema, term));
    else if (term.linkedFrom !== through) domains.push(await linkedDomain(source, term.linkedFrom, id, depth));
  }
  return and(...domains);
}

function termDomain({ major }: FilterSource, schema: Shape, term: Exclude<BoundTerm, { linkedFrom: string }>): Domain {
  try {
    if ('or' in term) return or(...term.or.map((condition) => conditionDomain(schema, condition, major, 'grant')));
    return conditionDomain(schema, term, major, 'grant');
  } catch (error) {
    if (!(error instanceof UnwritableValue)) throw error;
    throw claimUnfit(error);
  }
}

/** Records that visible records of another schema link to. A known id is asked for; otherwise all are collected. */
async function linkedDomain(
  source: FilterSource,
  linkedFrom: string,
  id: number | undefined,
  depth: number,
): Promise<Domain> {
  const { contract, major, read } = source;
  const dot = linkedFrom.indexOf('.');
  const schemaName = linkedFrom.slice(0, dot);
  const schema = contract.shapes.get(schemaName);
  const place = schema === undefined ? undefined : findPlace(schema, linkedFrom.slice(dot + 1), major);
  const model = schema === undefined ? undefined : relatedModel(schema, major);
  if (schema === undefined || place === undefined || model === undefined || depth === DEEPEST) {
    throw new RefusalError(refuse('internal-error', undefined, { reason: `linkedFrom ${linkedFrom} leads nowhere` }));
  }
  if (place.path === null) return NONE;
  const visible = await termsDomain(source, schema, ownTerms(source, schemaName) ?? [], { depth: depth + 1 });
  if (id !== undefined) {
    const domain = and(visible, leaf(place.path, 'in', [id]));
    const found = await read({ model, method: 'search', args: { domain, offset: 0, limit: 1 }, context: {} });
    return Array.isArray(found) && found.length > 0 ? ALL : NONE;
  }
  const [field = '', ...rest] = place.path.split('.');
  const args = { domain: visible, fields: [field], offset: 0, limit: MOST_LINKED, order: 'id', load: null };
  const rows = rest.length > 0 ? undefined : await read({ model, method: 'search_read', args, context: {} });
  if (!Array.isArray(rows) || rows.length === MOST_LINKED) {
    throw new RefusalError(refuse('upstream-answer-invalid', undefined, { reason: 'odoo:too-many-linked' }));
  }
  const ids = rows.flatMap((row) => memberOf(row, field)).filter(isRecordId);
  return leaf('id', 'in', [...new Set(ids)]);
}
