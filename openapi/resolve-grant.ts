import type { Mask } from '../catalog/documents.ts';
import type { Contract, Field, Operation, Shape } from './contract.ts';
import { type FieldRules, GrantedPlaces, hasFields, mayBeScalar, type Spot, strictest } from './granted-places.ts';
import { successContents } from './list-operations.ts';
import type { RecordKind, Selection, SelectionNode } from './selection.ts';
import { throughArrays } from './through-arrays.ts';

/** Places of all answers under one grant, or of one body; a grant that needs more is refused when it is compiled. */
const MAX_PLACES = 50_000;

/** A grant whose rules lead to more places than can be held in memory for it. */
export class GrantTooLarge extends Error {}

type OpenNode = { -readonly [K in keyof SelectionNode]: SelectionNode[K] } & { keys: Map<string, SelectionNode> };

/** A place whose keys are still to be found. */
interface Waiting {
  readonly node: OpenNode;
  readonly spots: readonly Spot[];
  /** Around the records: the root, and envelopes within it. */
  readonly frame: boolean;
  /** A mask on a container holds for every value in it. */
  readonly mask: Mask | undefined;
}

/**
 * What may be read from the answer of an operation: a finite graph, recursive schemas make cycles. Undefined where no
 * answer of success is JSON. Where several answers (200, 202) describe the same property, all must grant it. Throws
 * GrantTooLarge when the grant spans too many places. `read` is never changed after it was given, as catalogs are.
 */
export function resolveSelection(
  contract: Contract,
  operation: Operation,
  read: FieldRules,
  masks: Readonly<Record<string, Mask>>,
): Selection | undefined {
  const contents = successContents(operation);
  if (contents.length === 0) return undefined;
  try {
    return builderOf(contract, read, masks).build(contents.map((content) => content.shape));
  } catch (error) {
    // What was left half made must not be found again.
    builders.get(contract)?.delete(read);
    throw error;
  }
}

interface Built {
  readonly masks: string;
  readonly builder: SelectionBuilder;
}

const builders = new WeakMap<Contract, WeakMap<FieldRules, Built>>();

/** Operations under one grant share the places they have in common: the rules are followed once, not per operation. */
function builderOf(contract: Contract, read: FieldRules, masks: Readonly<Record<string, Mask>>): SelectionBuilder {
  const byRules = builders.get(contract) ?? new WeakMap<FieldRules, Built>();
  builders.set(contract, byRules);
  const known = byRules.get(read);
  const text = JSON.stringify(masks);
  if (known?.masks === text) return known.builder;
  const builder = new SelectionBuilder(new GrantedPlaces(read, masks));
  byRules.set(read, { masks: text, builder });
  return builder;
}

class SelectionBuilder {
  readonly #places: GrantedPlaces;
  readonly #nodes = new Map<string, OpenNode>();
  readonly #numbers = new Map<object, number>();
  readonly #waiting: Waiting[] = [];

  constructor(places: GrantedPlaces) {
    this.#places = places;
  }

  build(roots: readonly Shape[]): Selection {
    const root: OpenNode = { field: '', leaf: false, keys: new Map(), record: false };
    const spots = roots.flatMap((shape) => this.#places.root(shape));
    this.#waiting.push({ node: root, spots, frame: true, mask: undefined });
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#fill(next);
    return { root, ...fieldsOf(root) };
  }

  #fill({ node, spots, frame, mask }: Waiting): void {
    const isWrapper = frame && spots.some((spot) => wraps(spot.shape));
    node.record = frame && !isWrapper && spots.some((spot) => spot.shape.fields.size > 0);
    const names = new Set(spots.flatMap((spot) => [...spot.shape.fields.keys()]));
    const entries = this.#entries(spots, mask, isWrapper);
    if (entries !== undefined) node.entries = entries;
    for (const name of names) {
      const child = this.#child(spots, name, mask, isWrapper, node.record);
      if (child !== undefined) node.keys.set(name, child);
      // A described property that is not granted must not leave as an entry of the map beside it.
      else if (entries !== undefined) node.keys.set(name, DROPPED);
    }
    if (node.record) this.#nameRecord(node, spots);
  }

  /** Of a record that is shown in part the record of the call says which it is. */
  #nameRecord(node: OpenNode, spots: readonly Spot[]): void {
    const isShown = node.entries !== undefined || [...node.keys.values()].some((next) => next !== DROPPED);
    if (!isShown) return;
    const silent = new Map<string, RecordKind>();
    for (const { shape } of spots) {
      for (const [name, { annotation }] of shape.fields) {
        const isNamed = annotation.identifier ?? name === 'id';
        const granted = node.keys.get(name);
        if (isNamed && (granted === undefined || granted === DROPPED)) silent.set(name, selfKind(shape));
      }
    }
    if (silent.size > 0) node.silent = silent;
  }

  #entries(spots: readonly Spot[], mask: Mask | undefined, frame: boolean): SelectionNode | undefined {
    const objects = spots.filter(({ shape }) => shape.fields.size > 0 || shape.entries !== undefined);
    if (objects.some(({ shape }) => shape.entries === undefined)) return undefined;
    return objects.length === 0 ? undefined : this.#child(objects, '*', mask, frame, false);
  }

  #child(
    spots: readonly Spot[],
    name: string,
    inherited: Mask | undefined,
    frame: boolean,
    inRecord: boolean,
  ): SelectionNode | undefined {
    const found: { field: Field; exact: boolean; mask: Mask | undefined; below: readonly Spot[] }[] = [];
    for (const spot of spots) {
      // Where this answer has no such property, it is an entry of its map, if it has one.
      const asked = name === '*' || spot.shape.fields.has(name) ? name : '*';
      if (asked === '*' && spot.shape.entries === undefined) continue;
      const granted = this.#places.granted(spot, asked, frame);
      if (granted === undefined || granted.field.writeOnly) return undefined;
      found.push(granted);
    }
    const [first] = found;
    if (first === undefined) return undefined;
    const own = strictest(found.map((granted) => granted.mask));
    const mask = strictest([inherited?.type === 'hide' ? inherited : undefined, own, inherited]);
    const below = found.flatMap((granted) => granted.below);
    const leaf = found.every((granted) => granted.exact && mayBeScalar(granted.below.map((spot) => spot.shape)));
    const isIdentifier = first.field.annotation.identifier ?? (inRecord && name === 'id');
    const self = isIdentifier ? spots.find(({ shape }) => shape.fields.has(name))?.shape : undefined;
    return this.#node(first.field.id, below, {
      leaf,
      mask,
      identifies: leaf
        ? (linkKind(below, first.field) ?? (self === undefined ? undefined : selfKind(self)))
        : undefined,
      frame: frame && found.every((granted) => granted.field.annotation.envelope === true),
    });
  }

  #node(
    field: string,
    spots: readonly Spot[],
    traits: { leaf: boolean; mask: Mask | undefined; identifies: RecordKind | undefined; frame: boolean },
  ): SelectionNode {
    const { leaf, mask, identifies, frame } = traits;
    const state = spots.map(({ shape, rules, masks }) => [this.#number(shape.fields), [...rules].sort(), masks]);
    const key = JSON.stringify([field, leaf, mask, identifies, frame, state]);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    if (this.#nodes.size >= MAX_PLACES)
      throw new GrantTooLarge(`the grant spans more than ${MAX_PLACES} places of the answers.`);
    const node: OpenNode = { field, leaf, keys: new Map(), record: false };
    if (identifies !== undefined) node.identifies = identifies;
    if (mask !== undefined) node.mask = mask;
    this.#nodes.set(key, node);
    if (hasFields(spots.map((spot) => spot.shape))) this.#waiting.push({ node, spots, frame, mask });
    return node;
  }

  #number(of: object): number {
    const known = this.#numbers.get(of) ?? this.#numbers.size;
    this.#numbers.set(of, known);
    return known;
  }
}

/** A property of a record itself. */
function selfKind({ name, path, annotation: { model } }: Shape): RecordKind {
  return { schema: name ?? path, ...(model === undefined ? {} : { model }), role: 'self' };
}

/** A property whose own schema is bound to a model is a link to such a record. */
function linkKind(spots: readonly Spot[], { id }: Field): RecordKind | undefined {
  const model = spots.map(({ shape }) => shape.annotation.model).find((one) => one !== undefined);
  return model === undefined ? undefined : { schema: id, model, role: 'link' };
}

/** The fields of a selection in the order of the contract, from the outside in, and those that are masked. */
function fieldsOf(root: SelectionNode): { fields: string[]; masked: Set<string> } {
  const fields = new Set<string>();
  const masked = new Set<string>();
  const seen = new Set([root]);
  for (const node of seen) {
    if (node.field !== '') fields.add(node.field);
    if (node.mask !== undefined) masked.add(node.field);
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return { fields: [...fields], masked };
}

const DROPPED: SelectionNode = Object.freeze({
  field: '',
  leaf: false,
  keys: new Map<string, SelectionNode>(),
  record: false,
});

/** Whether records stand inside this shape: it has an envelope that holds objects. */
function wraps(shape: Shape): boolean {
  return [...shape.fields.values()].some(({ annotation, shape: inner }) => {
    if (annotation.envelope !== true) return false;
    return hasFields(throughArrays(inner));
  });
}

/** One place of a request body where the rules and the contract meet. */
export interface WritablePlace {
  readonly field: Field;
  readonly granted: boolean;
}

/** Every field of the parts of a request body that the rules open, granted or not, each place once. */
export function writablePlaces(operation: Operation, write: FieldRules): WritablePlace[] {
  const shape = operation.requestBody?.content.shape;
  if (shape === undefined) return [];
  const places = new GrantedPlaces(write);
  const found: WritablePlace[] = [];
  const numbers = new Map<object, number>();
  const seen = new Set<string>();
  const waiting = [...places.root(shape)];
  for (let spot = waiting.pop(); spot !== undefined; spot = waiting.pop()) {
    const { fields, entries } = spot.shape;
    const number = numbers.get(fields) ?? numbers.size;
    numbers.set(fields, number);
    const key = `${number} ${JSON.stringify([...spot.rules].sort())}`;
    if (seen.has(key)) continue;
    if (seen.size >= MAX_PLACES) throw new GrantTooLarge(`the grant spans more than ${MAX_PLACES} places of one body.`);
    seen.add(key);
    for (const field of [...fields.values(), ...(entries === undefined ? [] : [entries])]) {
      const granted = field.readOnly ? undefined : places.granted(spot, field.name, wraps(spot.shape));
      found.push({ field, granted: granted !== undefined });
      if (granted !== undefined) waiting.push(...granted.below);
    }
  }
  return found;
}

/**
 * Ids of the fields that may be written in the request body. A field that is reached at several places under one id is
 * writable only when all of them are granted.
 */
export function resolveWritable(_contract: Contract, operation: Operation, write: FieldRules): ReadonlySet<string> {
  const places = writablePlaces(operation, write);
  const refused = new Set(places.filter((place) => !place.granted).map((place) => place.field.id));
  return new Set(places.map((place) => place.field.id).filter((id) => !refused.has(id)));
}
