import type { Operation, Shape } from '../openapi/contract.ts';
import { findPlace } from './field-place.ts';
import { nameFor } from './odoo-name.ts';

const MODEL = /^[a-z0-9_.]+$/;
const METHOD = /^[a-z][a-z0-9_]*$/i;

/**
 * Refuses an operation whose annotation names what is not there: a misspelt name must never switch a check off in
 * silence. Throws an Error that says what the document must change.
 */
export function checkOperation(operation: Operation, model: string, record: Shape, major: number): void {
  const { odoo } = operation.annotation;
  if (odoo === undefined) return;
  if (!MODEL.test(model)) throw new Error(`operation ${operation.id} has the model ${model}, which Odoo cannot have.`);
  const request = operation.requestBody?.content.shape;
  if ((odoo.call === 'create' || odoo.call === 'update') && request === undefined) {
    throw new Error(`operation ${operation.id} is to ${odoo.call} a record, but has no JSON request body.`);
  }
  const needsId = odoo.call === 'get' || odoo.call === 'update' || odoo.call === 'action';
  const id = odoo.idParameter ?? 'id';
  if ((needsId || odoo.idParameter !== undefined) && !pathParameters(operation).includes(id)) {
    throw new Error(
      `operation ${operation.id} takes the record id from the path parameter ${id}, which its path does not have. Name another with idParameter.`,
    );
  }
  if (odoo.call === 'action') checkMethod(operation.id, nameFor(odoo.method ?? {}, major), major);
  for (const name of (odoo.unique ?? []).flat()) checkUnique(operation.id, name, [request, record], major);
}

function pathParameters({ path, parameters }: Operation): readonly string[] {
  return parameters.filter(({ in: at, name }) => at === 'path' && path.includes(`{${name}}`)).map(({ name }) => name);
}

function checkMethod(operationId: string, method: string | null, major: number): void {
  if (method === null) throw new Error(`operation ${operationId} has no method to call in Odoo ${major}.`);
  if (!METHOD.test(method)) {
    throw new Error(`operation ${operationId} has the method ${method}, which Odoo lets nobody call.`);
  }
}

function checkUnique(operationId: string, name: string, shapes: readonly (Shape | undefined)[], major: number): void {
  const place = shapes
    .map((shape) => (shape === undefined ? undefined : findPlace(shape, name, major)))
    .find((found) => found !== undefined);
  const start = `operation ${operationId} has the field ${name} in unique, but`;
  if (place === undefined) throw new Error(`${start} no field of that name has a place in Odoo. Correct the name.`);
  if (place.path === null) throw new Error(`${start} Odoo ${major} does not have it.`);
  // Values to compare are those that are written; nothing is written behind a relation, and lists are not compared.
  if (place.path.includes('.') || place.path === 'id' || place.kind === 'list') {
    throw new Error(`${start} it is not a single value of the record that is created.`);
  }
}
