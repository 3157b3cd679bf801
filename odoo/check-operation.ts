import { ImpossibleGrant } from '../catalog/impossible-grant.ts';
import type { Operation, Shape } from '../openapi/contract.ts';
import { findPlace } from './field-place.ts';
import { nameFor } from './odoo-name.ts';

const MODEL = /^[a-z0-9_.]+$/;
const METHOD = /^[a-z][a-z0-9_]*$/i;
const NEEDS_ID: ReadonlySet<string> = new Set(['get', 'update', 'delete', 'action']);

/**
 * Refuses an operation whose annotation names what is not there: a misspelt name must never switch a check off in
 * silence. Throws an Error that says what the document must change.
 */
export function checkOperation(operation: Operation, model: string, record: Shape, major: number): void {
  const { odoo } = operation.annotation;
  if (odoo === undefined) return;
  if (!MODEL.test(model)) throw wrong(operation, `has the model ${model}, which Odoo cannot have; correct it`, 'model');
  const request = operation.requestBody?.content.shape;
  if ((odoo.call === 'create' || odoo.call === 'update') && request === undefined) {
    throw wrong(operation, `is to ${odoo.call} a record, but has no JSON request body; describe one`, 'call');
  }
  const content = [...operation.responses].find(([status, one]) => status.startsWith('2') && one.content !== undefined);
  if (odoo.call === 'delete' && content !== undefined) {
    const message = `deletes a record, after which there is nothing to show, but its answer ${content[0]} has content; describe 204 without any`;
    throw wrong(operation, message, 'call');
  }
  const needsId = NEEDS_ID.has(odoo.call);
  const id = odoo.idParameter ?? 'id';
  if ((needsId || odoo.idParameter !== undefined) && !pathParameters(operation).includes(id)) {
    const message = `takes the record id from the path parameter ${id}, which its path does not have; name another with idParameter`;
    throw wrong(operation, message, odoo.idParameter === undefined ? undefined : 'idParameter');
  }
  if (odoo.call === 'action') checkMethod(operation, nameFor(odoo.method ?? {}, major), major);
  for (const [group, names] of (odoo.unique ?? []).entries()) {
    for (const [index, name] of names.entries()) {
      checkUnique(operation, name, `unique/${group}/${index}`, [request, record], major);
    }
  }
}

/** What is wrong with an operation, at a member of its `x-portcullis.odoo` (a JSON Pointer without its first slash). */
export function wrong(operation: Operation, what: string, member?: string): ImpossibleGrant {
  const at = `${operation.pointer}/x-portcullis/odoo${member === undefined ? '' : `/${member}`}`;
  return new ImpossibleGrant(`operation ${operation.id} ${what}`, at, 'description');
}

function pathParameters({ path, parameters }: Operation): readonly string[] {
  return parameters.filter(({ in: at, name }) => at === 'path' && path.includes(`{${name}}`)).map(({ name }) => name);
}

function checkMethod(operation: Operation, method: string | null, major: number): void {
  if (method === null) {
    throw wrong(operation, `has no method to call in Odoo ${major}; name one for that version`, 'method');
  }
  if (!METHOD.test(method)) {
    throw wrong(operation, `has the method ${method}, which Odoo lets nobody call; name a public one`, 'method');
  }
}

function checkUnique(
  operation: Operation,
  name: string,
  at: string,
  shapes: readonly (Shape | undefined)[],
  major: number,
): void {
  const place = shapes
    .map((shape) => (shape === undefined ? undefined : findPlace(shape, name, major)))
    .find((found) => found !== undefined);
  const start = `has the field ${name} in unique, but`;
  if (place === undefined) {
    throw wrong(operation, `${start} no field of that name has a place in Odoo; correct the name`, at);
  }
  if (place.path === null) throw wrong(operation, `${start} Odoo ${major} does not have it; leave it out`, at);
  // Values to compare are those that are written; nothing is written behind a relation, and lists are not compared.
  if (place.path.includes('.') || place.path === 'id' || place.kind === 'list') {
    throw wrong(operation, `${start} it is not a single value of the record that is created; leave it out`, at);
  }
}
