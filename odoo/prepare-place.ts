import type { Catalog } from '../catalog/catalog.ts';
import type { OdooBinding } from '../catalog/documents.ts';
import { ImpossibleGrant, messageOf } from '../catalog/impossible-grant.ts';
import { pointerToken } from '../catalog/source-text.ts';
import type { Upstream } from '../gateway/upstream.ts';
import type { Operation, Shape } from '../openapi/contract.ts';
import type { SelectionNode } from '../openapi/selection.ts';
import { checkFilter } from './check-filter.ts';
import { checkOperation, wrong } from './check-operation.ts';
import type { CursorSeal } from './cursor.ts';
import { type Domain, normalDomain } from './domain.ts';
import { elementShape, findPlace } from './field-place.ts';
import { linkTargets } from './link-targets.ts';
import { parseSort, sortKeys } from './list-records.ts';
import type { OdooClient } from './odoo-client.ts';
import { nameFor } from './odoo-name.ts';
import type { PreparedPlace } from './prepared-place.ts';
import { readPlan, UnservedField } from './read-plan.ts';
import { recordFrame } from './record-frame.ts';

type GrantedPlace = Parameters<Upstream['prepare']>[0];

/** Decides everything that can be decided before a request comes. Throws an Error that says what the document must change. */
export function preparePlace(
  place: GrantedPlace,
  binding: OdooBinding,
  client: OdooClient,
  seal: CursorSeal,
  catalog: Catalog,
): PreparedPlace {
  const { operation, version, selection } = place;
  const { odoo } = operation.annotation;
  if (odoo === undefined) {
    const message = `operation ${operation.id} says nothing of what it calls in Odoo; add x-portcullis: {odoo: {call, model}}`;
    throw new ImpossibleGrant(message, operation.pointer, 'description');
  }
  const major = binding.version;
  const model = nameFor(odoo.model, major);
  if (model === null) throw wrong(operation, `has no model in Odoo ${major}; name one for that version`, 'model');

  const { status, hasContent, frame, node } = recordFrame(operation, odoo.call === 'list', selection);
  if (odoo.call === 'list' && frame === undefined) {
    const message =
      'lists records, but its answer is neither a list nor an object with an envelope list; mark the list with x-portcullis: {envelope: true}';
    throw wrong(operation, message, 'call');
  }
  const request = operation.requestBody?.content.shape;
  const schema = frame?.shape ?? (request === undefined ? undefined : elementShape(request));
  const shape = schema ?? NO_SHAPE;
  checkOperation(operation, model, shape, major);
  checkFilter({ contract: version.contract, major, model, schema: shape, odoo }, place.grant.spec.filter ?? {});
  const order = parseSort(odoo.sort);
  for (const { field } of order) {
    if (findPlace(shape, field, major)?.path === null)
      throw wrong(
        operation,
        `has a default sort by ${field}, which Odoo ${major} does not have; sort by another`,
        'sort',
      );
  }
  const sorted = sortKeys({ schema: shape, major }, order);
  if (typeof sorted === 'string') throw wrong(operation, `has a default sort that Odoo cannot do. ${sorted}`, 'sort');

  const system = version.system.metadata.name;
  return {
    client,
    major,
    model,
    system,
    linkTarget: linkTargets(catalog, system, major, client),
    odoo,
    operationId: operation.id,
    contract: version.contract,
    consumer: place.consumer.metadata.name,
    grant: place.grant.metadata.name,
    schema: shape,
    plan: node === undefined ? [] : planOf(place, shape, node, major),
    domain: domainOf(operation, odoo.domain ?? []),
    context: odoo.context ?? {},
    status,
    hasBody: hasContent && selection !== undefined,
    seal,
    envelope: frame?.items === undefined ? undefined : { items: frame.items, next: frame.next },
    location: readableAt(place, model),
    request,
  };
}

function domainOf(operation: Operation, domain: readonly unknown[]): Domain {
  try {
    return normalDomain(domain);
  } catch (error) {
    throw wrong(operation, `has a domain that is none: ${messageOf(error)}`, 'domain');
  }
}

/** What cannot be read stands in the grant: there its rule is taken out. */
function planOf({ grant }: GrantedPlace, shape: Shape, node: SelectionNode, major: number): PreparedPlace['plan'] {
  try {
    return readPlan(shape, node, major);
  } catch (error) {
    if (!(error instanceof UnservedField)) throw error;
    throw new ImpossibleGrant(error.message, readRulePointer(grant.spec.read ?? {}, error.fieldId));
  }
}

const NO_SHAPE: Shape = { path: '', annotation: {}, types: new Set(), fields: new Map(), schema: true };

/** The rule that ends in a field, else the rules of all. */
function readRulePointer(rules: Readonly<Record<string, readonly string[]>>, fieldId: string): string {
  for (const [schema, paths] of Object.entries(rules)) {
    const index = paths.findIndex((path) => `${schema}.${path}` === fieldId);
    if (index >= 0) return `/spec/read/${pointerToken(schema)}/${index}`;
  }
  return '/spec/read';
}

/** Path under which the consumer finds a created record: that of a granted `get` on the same collection. */
function readableAt({ operation, version, grant }: GrantedPlace, model: string): string | undefined {
  for (const other of version.contract.operations.values()) {
    const { odoo } = other.annotation;
    if (odoo?.call !== 'get' || odoo.model !== operation.annotation.odoo?.model || model === '') continue;
    if (other.path !== `${operation.path}/{${odoo.idParameter ?? 'id'}}` || !grant.spec.operations.includes(other.id))
      continue;
    return `${version.basePath}${operation.path}`;
  }
  return undefined;
}
