import type { Field, Shape } from '../openapi/contract.ts';
import type { SelectionNode } from '../openapi/selection.ts';
import { elementShape, type FieldPlace, keyword, ownPath, placeOf, relatedModel } from './field-place.ts';

/** A granted field that is never read from Odoo. */
export class UnservedField extends Error {
  readonly fieldId: string;
  constructor(message: string, fieldId: string) {
    super(message);
    this.fieldId = fieldId;
  }
}

/** One property of an answer and where its value comes from. */
export type ReadNode =
  | { readonly kind: 'value'; readonly name: string; readonly place: FieldPlace }
  /** An object that only groups fields of the same record. */
  | { readonly kind: 'group'; readonly name: string; readonly nodes: readonly ReadNode[] }
  /** An object, or list of objects, of another model: read by its ids in one further call. */
  | RelatedNode;

export interface RelatedNode {
  readonly kind: 'related';
  readonly name: string;
  /** Field id, what `linkedFrom` of a record filter speaks of. */
  readonly fieldId: string;
  /** Field of the record that holds the ids; null where this Odoo version has none. */
  readonly path: string | null;
  readonly isList: boolean;
  readonly model: string;
  readonly shape: Shape;
  readonly nodes: readonly ReadNode[];
}

/** Related records within related records; the contract may go round in circles. */
const DEEPEST = 4;

/**
 * What must be read for what a grant shows of a record: nothing else is asked of Odoo. Throws an Error where a granted
 * field cannot be served (binary content).
 */
export function readPlan(shape: Shape, node: SelectionNode, major: number, depth = 0): readonly ReadNode[] {
  const nodes: ReadNode[] = [];
  for (const [name, granted] of node.keys) {
    const field = elementShape(shape).fields.get(name);
    if (field === undefined || field.annotation.envelope === true) continue;
    const planned = planField(field, granted, major, depth);
    if (planned !== undefined) nodes.push(planned);
  }
  return order(nodes, elementShape(shape));
}

function planField(field: Field, node: SelectionNode, major: number, depth: number): ReadNode | undefined {
  const { name, id, shape } = field;
  const path = ownPath(field, major);
  const model = relatedModel(shape, major);
  if (model !== undefined && path !== undefined && node.keys.size > 0) {
    if (depth === DEEPEST) return undefined;
    const nodes = readPlan(shape, node, major, depth + 1);
    return { kind: 'related', name, fieldId: id, path, isList: shape.items !== undefined, model, shape, nodes };
  }
  if (path === undefined) {
    if (node.keys.size === 0 || elementShape(shape).fields.size === 0) return undefined;
    return { kind: 'group', name, nodes: readPlan(shape, node, major, depth) };
  }
  if (!node.leaf) return undefined;
  if (keyword(field, 'contentEncoding') !== undefined || /^(?:binary|byte)$/.test(String(keyword(field, 'format')))) {
    throw new UnservedField(`${id} holds binary content, which is not served from Odoo; remove the rule`, id);
  }
  return { kind: 'value', name, place: placeOf(field, path, major) };
}

/** In the order of the document, so that the answer is the same whatever the order of the grant. */
function order(nodes: ReadNode[], shape: Shape): readonly ReadNode[] {
  const places = new Map([...shape.fields.keys()].map((name, index) => [name, index]));
  return nodes.sort((left, right) => (places.get(left.name) ?? 0) - (places.get(right.name) ?? 0));
}

/** The part of a plan that a client asked for by contract paths; a path takes with it all that is below. */
export function narrowPlan(nodes: readonly ReadNode[], paths: readonly string[]): readonly ReadNode[] {
  return nodes.flatMap((node) => {
    if (paths.includes(node.name)) return [node];
    if (node.kind === 'value') return [];
    const below = paths
      .filter((path) => path.startsWith(`${node.name}.`))
      .map((path) => path.slice(node.name.length + 1));
    return below.length === 0 ? [] : [{ ...node, nodes: narrowPlan(node.nodes, below) }];
  });
}

/** Odoo fields of the record itself that a plan needs, and whether labels of relations are among them. */
export interface Wanted {
  readonly fields: ReadonlySet<string>;
  readonly labels: boolean;
}

export function wantedFields(nodes: readonly ReadNode[]): Wanted {
  const fields = new Set<string>();
  let labels = false;
  const add = (path: string | null) => path !== null && fields.add(path.split('.', 1)[0] ?? '');
  for (const node of nodes) {
    if (node.kind === 'group') {
      const inner = wantedFields(node.nodes);
      for (const field of inner.fields) fields.add(field);
      labels ||= inner.labels;
    } else if (node.kind === 'related') add(node.path);
    else {
      add(node.place.path);
      labels ||= node.place.kind === 'label' && node.place.path?.includes('.') === false;
    }
  }
  return { fields, labels };
}
