import type { Upstream } from '../../gateway/upstream.ts';
import type { OdooOperation } from '../../openapi/contract.ts';
import type { CallKind } from '../guard/access.ts';
import { nameFor } from '../odoo-name.ts';

/** One operation under one grant, as adapters see it. */
export type GrantedPlace = Parameters<Upstream['prepare']>[0];

/** A granted operation by its names in one major version of Odoo. */
export interface OpenedOperation {
  readonly place: GrantedPlace;
  readonly odoo: OdooOperation;
  readonly model: string;
  readonly kind: CallKind;
  /** Of an action. */
  readonly method: string | undefined;
}

const KINDS: Readonly<Record<OdooOperation['call'], CallKind>> = {
  list: 'read',
  get: 'read',
  create: 'create',
  update: 'update',
  delete: 'delete',
  action: 'action',
};

/** Undefined for an operation that is none of Odoo, or whose model or method this version does not have. */
export function openedOperation(place: GrantedPlace, major: number): OpenedOperation | undefined {
  const { odoo } = place.operation.annotation;
  if (odoo === undefined) return undefined;
  const model = nameFor(odoo.model, major);
  if (model === null) return undefined;
  const kind = KINDS[odoo.call];
  if (kind !== 'action') return { place, odoo, model, kind, method: undefined };
  const method = odoo.method === undefined ? null : nameFor(odoo.method, major);
  return method === null ? undefined : { place, odoo, model, kind, method };
}
