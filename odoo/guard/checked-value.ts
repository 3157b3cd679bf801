import type { FieldKnowledge } from '../knowledge.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, OdooFloat, type OdooValue } from '../wire/value.ts';
import { unfitAnswer } from './refusals.ts';

/** A many2one as Odoo answered it. The label is undefined where it was not asked for. */
export interface Link {
  readonly id: number;
  readonly label: string | undefined;
}

/** A value of Odoo's, known to be of its field's type. */
export type ReadValue =
  | { readonly kind: 'plain'; readonly value: OdooValue }
  | { readonly kind: 'link'; readonly link: Link | undefined }
  | { readonly kind: 'links'; readonly ids: readonly number[] };

/** Checks what Odoo answered for a field: a value of another type was meant for another field. Throws OdooRefusal. */
export function checkedValue(field: FieldKnowledge, value: OdooValue | undefined): ReadValue {
  switch (field.type) {
    case 'many2one':
      return { kind: 'link', link: linkIn(value) };
    case 'one2many':
    case 'many2many':
      return { kind: 'links', ids: idsIn(value) };
    default:
      return { kind: 'plain', value: plainIn(field, value) };
  }
}

function plainIn({ type, name }: FieldKnowledge, value: OdooValue | undefined): OdooValue {
  switch (type) {
    case 'integer':
      if (name === 'id') return isRecordId(value) ? value : fail();
      return value === false || isWhole(value) ? value : fail();
    case 'many2one_reference':
      return value === false || isWhole(value) ? value : fail();
    case 'float':
    case 'monetary':
      return value === false || isWhole(value) || value instanceof OdooFloat || isNumber(value) ? value : fail();
    case 'boolean':
      return typeof value === 'boolean' ? value : fail();
    case 'json':
    case 'serialized':
    case 'properties':
    case 'properties_definition':
      return value === undefined ? fail() : value;
    default:
      return value === false || typeof value === 'string' ? value : fail();
  }
}

export function isNumber(value: OdooValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isWhole(value: OdooValue | undefined): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function linkIn(value: OdooValue | undefined): Link | undefined {
  if (value === false) return undefined;
  if (isRecordId(value)) return { id: value, label: undefined };
  if (!isOdooList(value) || value.length !== 2) return fail();
  const [id, label] = value;
  if (!isRecordId(id)) return fail();
  // A record without a name has the label false.
  return { id, label: label === false ? '' : typeof label === 'string' ? label : fail() };
}

function idsIn(value: OdooValue | undefined): readonly number[] {
  return isOdooList(value) ? value.map((id) => (isRecordId(id) ? id : fail())) : fail();
}

function fail(): never {
  throw unfitAnswer();
}
