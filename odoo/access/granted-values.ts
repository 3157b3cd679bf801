import type { Mask } from '../../catalog/documents.ts';
import type { Field, Shape } from '../../openapi/contract.ts';
import type { SelectionNode } from '../../openapi/selection.ts';
import { elementShape, ownPath, placeOf, relatedModel, type ValueKind } from '../field-place.ts';
import { recordFrame } from '../record-frame.ts';
import type { OpenedOperation } from './opened-operation.ts';

/** One value that a grant shows or lets write, by its place in Odoo. */
export interface GrantedValue {
  readonly field: Field;
  /** Names of Odoo from the operation's model on; the last is the value's own. */
  readonly path: readonly string[];
  readonly kind: ValueKind;
  /** The models that the contract says stand behind the steps of `path`, where it says so. */
  readonly models: readonly (string | undefined)[];
  readonly mask: Mask | undefined;
}

/** Related records within related records, and objects within objects; a contract may go round in circles. */
const DEEPEST_RELATED = 4;
const DEEPEST_GROUP = 16;

interface Way {
  readonly path: readonly string[];
  readonly models: readonly (string | undefined)[];
  readonly related: number;
  readonly groups: number;
}

const START: Way = { path: [], models: [], related: 0, groups: 0 };

/** What the answer of an operation shows under its grant, envelopes and fields that this version does not have left out. */
export function* shownValues({ place, odoo }: OpenedOperation, major: number): Iterable<GrantedValue> {
  const { frame, node } = recordFrame(place.operation, odoo.call === 'list', place.selection);
  if (frame !== undefined && node !== undefined) yield* shown(frame.shape, node, major, START);
}

function* shown(shape: Shape, node: SelectionNode, major: number, way: Way): Iterable<GrantedValue> {
  const { fields } = elementShape(shape);
  for (const [name, granted] of node.keys) {
    const field = fields.get(name);
    if (field === undefined || field.annotation.envelope === true) continue;
    const path = ownPath(field, major);
    if (path === null) continue;
    const model = relatedModel(field.shape, major);
    const isObject = granted.keys.size > 0;
    if (path === undefined) {
      if (isObject && way.groups < DEEPEST_GROUP) {
        yield* shown(field.shape, granted, major, { ...way, groups: way.groups + 1 });
      }
    } else if (model !== undefined && isObject) {
      if (way.related < DEEPEST_RELATED) yield* shown(field.shape, granted, major, through(way, path, model));
    } else if (granted.leaf) {
      yield valueAt(field, path, major, way, granted.mask);
    }
  }
}

/** What the body of an operation may write under its grant; lines are written together with their record only. */
export function* writtenValues({ place, kind }: OpenedOperation, major: number): Iterable<GrantedValue> {
  const shape = place.operation.requestBody?.content.shape;
  if (shape === undefined || (kind !== 'create' && kind !== 'update')) return;
  yield* written(shape, place.writable, kind === 'create', major, START);
}

function* written(
  shape: Shape,
  writable: ReadonlySet<string>,
  isCreate: boolean,
  major: number,
  way: Way,
): Iterable<GrantedValue> {
  for (const field of elementShape(shape).fields.values()) {
    if (field.readOnly || !writable.has(field.id)) continue;
    const path = ownPath(field, major);
    if (path === null) continue;
    const model = relatedModel(field.shape, major);
    if (path === undefined) {
      const isGroup = elementShape(field.shape).fields.size > 0 && way.groups < DEEPEST_GROUP;
      if (isGroup) yield* written(field.shape, writable, isCreate, major, { ...way, groups: way.groups + 1 });
    } else if (path === 'id' || path.includes('.')) {
      // Nothing is written behind a relation.
    } else if (model === undefined) {
      if (isCreate || field.annotation.writeOnce !== true) yield valueAt(field, path, major, way, undefined);
    } else if (isCreate && field.shape.items !== undefined && way.related < DEEPEST_RELATED) {
      yield* written(field.shape, writable, isCreate, major, through(way, path, model));
    }
  }
}

function through(way: Way, path: string, model: string): Way {
  const steps = path.split('.');
  return {
    ...way,
    path: [...way.path, ...steps],
    models: [...way.models, ...steps.map((_, index) => (index === steps.length - 1 ? model : undefined))],
    related: way.related + 1,
  };
}

function valueAt(field: Field, path: string, major: number, way: Way, mask: Mask | undefined): GrantedValue {
  const steps = path.split('.');
  return {
    field,
    path: [...way.path, ...steps],
    kind: placeOf(field, path, major).kind,
    models: [...way.models, ...steps.map(() => undefined)],
    mask,
  };
}
