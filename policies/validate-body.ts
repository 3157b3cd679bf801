import { ImpossibleGrant } from '../catalog/impossible-grant.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { GrantPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';
import type { Shape } from '../openapi/contract.ts';
import { childPointer } from '../openapi/json-pointer.ts';
import { compileValidator } from '../openapi/validators.ts';

const MOST_ERRORS = 20;

/**
 * Holds the parsed body against its schema: JSON Pointers and reasons, no values. It runs after the write guard:
 * what is wrong with a value must not tell a consumer that a field it may not write exists.
 */
export function validateBody(): GrantPolicy {
  return {
    name: 'validate-body',
    stage: 'validate',
    prepare(place) {
      const { requestBody } = place.operation;
      if (requestBody === undefined) return undefined;
      refuseUnwritableRequirement(place, requestBody.content.shape);
      const validate = compileValidator(place.version.contract, requestBody.content.schema, 'request');
      return (exchange) => {
        const body = exchange.typed?.body;
        if (body === undefined) return undefined;
        const errors = validate(body);
        if (errors.length === 0) return undefined;
        const shown = errors.slice(0, MOST_ERRORS).map(({ pointer, message }) => ({ pointer, message }));
        return refuse('body-invalid', undefined, { members: { errors: shown } });
      };
    },
  };
}

/** A grant under which no body can ever be right is a mistake in the catalog, better told when it is made. */
function refuseUnwritableRequirement(place: GrantedOperation, shape: Shape, seen = new Set<Shape>()): void {
  if (seen.has(shape) || isChoice(shape)) return;
  seen.add(shape);
  for (const field of shape.fields.values()) {
    const isWritable = place.writable.has(field.id) && !field.readOnly;
    if (field.required && !field.readOnly && !isWritable) {
      const message =
        `the request body needs ${field.id}, which grant ${place.grant.metadata.name} does not let ` +
        `${place.consumer.metadata.name} write; add it to write, or take the operation out`;
      const index = place.grant.spec.operations.indexOf(place.operation.id);
      throw new ImpossibleGrant(message, childPointer('/spec/operations', index));
    }
    if (isWritable) refuseUnwritableRequirement(place, field.shape, seen);
  }
  if (shape.items !== undefined) refuseUnwritableRequirement(place, shape.items, seen);
}

/** In a choice a property may be required in one branch only; what a body needs then depends on the body. */
function isChoice({ schema }: Shape): boolean {
  return typeof schema === 'object' && ('oneOf' in schema || 'anyOf' in schema);
}
