import type { Contract, Field, Shape } from '../openapi/contract.ts';
import { successContents } from '../openapi/list-operations.ts';
import { throughArrays } from '../openapi/through-arrays.ts';

/** A field that holds data, and the operations whose answers or bodies can hold it. */
export interface ReachedField {
  readonly field: Field;
  readonly operations: ReadonlySet<string>;
}

/** Every field of the answers of success and of the bodies of a contract, by id; furniture of answers is none. */
export function reachedFields(contract: Contract): ReadonlyMap<string, ReachedField> {
  const reached = new Map<string, { readonly field: Field; readonly operations: Set<string> }>();
  for (const operation of contract.operations.values()) {
    const bodies = [
      ...successContents(operation),
      ...(operation.requestBody === undefined ? [] : [operation.requestBody.content]),
    ];
    const waiting: Shape[] = bodies.flatMap(({ shape }) => throughArrays(shape));
    const seen = new Set<object>();
    for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
      if (seen.has(shape.fields)) continue;
      seen.add(shape.fields);
      for (const field of [...shape.fields.values(), ...(shape.entries === undefined ? [] : [shape.entries])]) {
        waiting.push(...throughArrays(field.shape));
        if (field.annotation.envelope === true) continue;
        const known = reached.get(field.id) ?? { field, operations: new Set<string>() };
        known.operations.add(operation.id);
        reached.set(field.id, known);
      }
    }
  }
  return reached;
}
