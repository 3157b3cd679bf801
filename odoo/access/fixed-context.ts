import type { CallKind } from '../guard/access.ts';
import type { OdooObject } from '../wire/value.ts';
import type { OpenedOperation } from './opened-operation.ts';
import { plainObject } from './plain-value.ts';

/** Two operations that do the same to the same model, with different contexts of their documents. */
export interface ContextClash {
  readonly first: OpenedOperation;
  readonly second: OpenedOperation;
}

/** The first operation of each kind among those on one model, and those that say another context than it. */
export function contextClashes(operations: readonly OpenedOperation[]): ContextClash[] {
  const firsts = new Map<CallKind, OpenedOperation>();
  return operations.flatMap((second) => {
    const first = firsts.get(second.kind) ?? second;
    firsts.set(second.kind, first);
    return contextText(first) === contextText(second) ? [] : [{ first, second }];
  });
}

/** The documents' context by what a call does. Throws an Error where two operations on the model disagree. */
export function fixedContext(operations: readonly OpenedOperation[]): Readonly<Partial<Record<CallKind, OdooObject>>> {
  const [clash] = contextClashes(operations);
  if (clash !== undefined) {
    const names = `${clash.first.place.operation.id} and ${clash.second.place.operation.id}`;
    throw new Error(`${names} call ${clash.first.model} in different contexts`);
  }
  const contexts: Partial<Record<CallKind, OdooObject>> = {};
  for (const { kind, odoo } of operations) {
    if (odoo.context !== undefined) contexts[kind] = plainObject(odoo.context);
  }
  return Object.freeze(contexts);
}

function contextText({ odoo }: OpenedOperation): string {
  return JSON.stringify(Object.entries(odoo.context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}
