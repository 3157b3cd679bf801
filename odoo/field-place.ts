import type { Field, Shape } from '../openapi/contract.ts';
import { nameFor } from './odoo-name.ts';

/** How a single value is carried in the contract and in Odoo. */
export type ValueKind =
  | 'text'
  | 'time'
  | 'date'
  | 'decimal'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'relation'
  | 'label'
  | 'list';

/** Where a contract field stands in Odoo. */
export interface FieldPlace {
  readonly field: Field;
  /** Path on the record's model; null where this Odoo version has no such field. */
  readonly path: string | null;
  readonly kind: ValueKind;
  /** For kind `decimal`. */
  readonly decimals: number;
  /** Model of the records that a relation leads to, where the document says it. */
  readonly target: string | undefined;
}

/** The shape of the elements, through arrays. */
export function elementShape(shape: Shape): Shape {
  let inner = shape;
  for (let depth = 0; depth < 8 && inner.items !== undefined && inner.fields.size === 0; depth++) inner = inner.items;
  return inner;
}

/** Whether an object-shaped property is read from a model of its own, rather than grouping fields of its record. */
export function relatedModel(shape: Shape, major: number): string | undefined {
  const { model } = elementShape(shape).annotation;
  return model === undefined ? undefined : (nameFor(model, major) ?? undefined);
}

/** Odoo path of one property: its annotation, else `id` for the property of that name. Undefined: not kept in Odoo. */
export function ownPath(field: Field, major: number): string | null | undefined {
  const { odoo } = field.annotation;
  if (odoo !== undefined) return nameFor(odoo, major);
  return field.name === 'id' ? 'id' : undefined;
}

/**
 * Follows a contract path (`address.city`, `consignee.name`) from a schema to its place in Odoo. Objects without a model
 * group fields of the same record; objects with one are a step into a related record. Undefined where the path leads
 * nowhere, or to no single value.
 */
export function findPlace(schema: Shape, contractPath: string, major: number): FieldPlace | undefined {
  let shape = elementShape(schema);
  let prefix: string | null = '';
  const names = contractPath.split('.');
  for (const [index, name] of names.entries()) {
    const field = shape.fields.get(name);
    if (field === undefined) return undefined;
    const path = ownPath(field, major);
    const isLast = index === names.length - 1;
    const isGroup = elementShape(field.shape).fields.size > 0 && relatedModel(field.shape, major) === undefined;
    if (!isLast && isGroup && path === undefined) {
      shape = elementShape(field.shape);
      continue;
    }
    if (path === undefined) return undefined;
    prefix = prefix === null || path === null ? null : prefix === '' ? path : `${prefix}.${path}`;
    if (isLast) return isGroup ? undefined : placeOf(field, prefix, major);
    shape = elementShape(field.shape);
  }
  return undefined;
}

/** How a field with a known path is carried. */
export function placeOf(field: Field, path: string | null, major: number): FieldPlace {
  const decimals = field.annotation.decimals ?? 2;
  return { field, path, kind: kindOf(field, path, major), decimals, target: relatedModel(field.shape, major) };
}

function kindOf(field: Field, path: string | null, major: number): ValueKind {
  const { shape, annotation } = field;
  if (relatedModel(shape, major) !== undefined) return shape.items === undefined ? 'relation' : 'list';
  if (shape.types.has('array') || shape.items !== undefined) return 'list';
  const format = keyword(field, 'format');
  if (annotation.relation === 'label') return 'label';
  if (annotation.relation === 'id') return 'relation';
  if (format === 'date-time') return 'time';
  if (format === 'date') return 'date';
  if (shape.types.has('string') && (annotation.decimals !== undefined || format === 'decimal')) return 'decimal';
  // Odoo's naming rule for relations; only integers carry them as ids.
  if (shape.types.has('integer') && /(?:^|_|\.)(?:\w*_id|create_uid|write_uid)$/.test(path ?? '')) return 'relation';
  if (shape.types.has('integer')) return 'integer';
  if (shape.types.has('number')) return 'number';
  if (shape.types.has('boolean') && !shape.types.has('string')) return 'boolean';
  return 'text';
}

/** A keyword of a field's schema. */
export function keyword({ shape }: Field, name: string): unknown {
  return typeof shape.schema === 'object' && Object.hasOwn(shape.schema, name) ? shape.schema[name] : undefined;
}
