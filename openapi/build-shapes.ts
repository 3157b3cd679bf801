import type { FieldClass } from '../catalog/documents.ts';
import { pointerToken } from '../catalog/source-text.ts';
import { fieldAnnotation, modelOf, stricterClass } from './annotation.ts';
import type { Field, JsonSchema, SchemaAnnotation, Shape } from './contract.ts';
import { DocumentTooComplex } from './document-faults.ts';
import { valueAt } from './json-pointer.ts';
import { narrowedSchema } from './narrowed-schema.ts';
import { asSchema, type Peeled, SCHEMAS, SchemaPeeler } from './peel-schema.ts';
import { isList, isObject, member, members, type PlainObject } from './plain-data.ts';
import { typesOf } from './schema-value-types.ts';

type MutableShape = { -readonly [K in keyof Shape]: Shape[K] };

/** Fields of all shapes together; the largest real document seen has 2 300. */
const MAX_FIELDS = 40_000;
/** Unnamed shapes within each other; recursion through names does not count. */
const MAX_CHAIN = 150;

/** A shape being made and those it is made within. */
interface Link {
  readonly key: string;
  readonly shape: Shape;
  readonly up: Link | undefined;
  readonly length: number;
}

/** A place in the graph whose shape is being made: unions met on the way down close cycles. */
interface Spot {
  readonly path: string;
  readonly chain: Link | undefined;
  readonly inherited: FieldClass;
}

/**
 * Builds the shapes of one document's schemas, each named schema once. Fields of a union (allOf, anyOf, oneOf of several
 * parts) are named by the place of the union. Throws DocumentTooComplex when a bound is passed.
 */
export class ShapeBuilder {
  readonly #document: PlainObject;
  readonly #schemas: SchemaPeeler;
  readonly #named = new Map<string, MutableShape>();
  readonly #waiting: (() => void)[] = [];
  readonly #numbers = new Map<JsonSchema, number>();
  #fields = 0;

  constructor(document: PlainObject) {
    this.#document = document;
    this.#schemas = new SchemaPeeler(document);
  }

  /** Shapes of all component schemas by name; one that only stands for another gives the other's shape. */
  namedShapes(): Map<string, Shape> {
    const shapes = new Map<string, Shape>();
    const schemas = valueAt(this.#document, '/components/schemas');
    for (const [name] of members(schemas)) {
      shapes.set(name, this.rootShape({ $ref: `#${SCHEMAS}${pointerToken(name)}` }, name));
    }
    return shapes;
  }

  /** Shape of a body; `name` is its name where its schema has none. */
  rootShape(schema: JsonSchema, name: string): Shape {
    const shape = this.#shapeOf([schema], { path: name, chain: undefined, inherited: 'confidential' }, name);
    // Named shapes are filled from a queue, not by recursion: a chain of a thousand references is no deep stack.
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next();
    return shape;
  }

  #shapeOf(schemas: readonly JsonSchema[], spot: Spot, rootName?: string): Shape {
    const peeled = schemas.map((schema) => this.#schemas.peel(schema));
    const targets = new Map(peeled.map((one) => [one.schema, one]));
    const [only] = targets.values();
    const nullable = peeled.some((one) => one.nullable);
    if (only !== undefined && targets.size === 1 && only.name !== undefined) {
      const shape = this.#namedShape(only.name, only.schema);
      // Of several that lead to one, any may hold: what each says beside its reference is not said by all.
      const schema = peeled.length === 1 ? narrowedSchema(only.schema, only.way.slice(0, -1)) : only.schema;
      const isTyped = member(schema, 'type') !== member(only.schema, 'type');
      const types = orNull(isTyped ? typesOf(isObject(schema) ? [schema] : []) : shape.types, nullable);
      const isSame = schema === only.schema && types.size === shape.types.size;
      return isSame ? shape : this.#seenFrom(shape, schema, types);
    }
    const key = [...targets.keys()]
      .map((schema) => this.#number(schema))
      .sort((a, b) => a - b)
      .join(' ');
    for (let link = spot.chain; link !== undefined; link = link.up) if (link.key === key) return link.shape;
    if ((spot.chain?.length ?? 0) > MAX_CHAIN)
      throw new DocumentTooComplex('Schemas are nested too deeply within each other.', '');
    const schema = schemas.length === 1 && schemas[0] !== undefined ? schemas[0] : { anyOf: schemas };
    const shape = this.#blank(spot.path, schema);
    if (rootName !== undefined) shape.name = rootName;
    const chain = { key, shape, up: spot.chain, length: (spot.chain?.length ?? 0) + 1 };
    this.#fill(shape, peeled, { ...spot, chain });
    if (nullable) shape.types = new Set([...shape.types, 'null']);
    return shape;
  }

  #namedShape(name: string, schema: JsonSchema): Shape {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const shape = this.#blank(name, schema);
    shape.name = name;
    this.#named.set(name, shape);
    const peeled: Peeled = { schema, name, way: [schema], nullable: false };
    // The types must be there at once, the rest is filled in later.
    const parts = this.#schemas.parts([peeled]);
    shape.types = typesOf(parts.all);
    shape.annotation = annotationOf(parts.all);
    const chain = { key: String(this.#number(schema)), shape, up: undefined, length: 1 };
    this.#waiting.push(() => this.#fill(shape, [peeled], { path: name, chain, inherited: 'confidential' }));
    return shape;
  }

  /** A named shape as one reference to it has it: the same maps, so that filling the one fills the other. */
  #seenFrom(shape: Shape, schema: JsonSchema, types: Shape['types']): Shape {
    return Object.defineProperties(Object.create(null) as MutableShape, {
      ...Object.fromEntries(
        (['name', 'path', 'annotation', 'fields', 'entries', 'items'] as const).map((member) => [
          member,
          { get: () => shape[member], enumerable: true },
        ]),
      ),
      schema: { value: schema, enumerable: true },
      types: { value: types, enumerable: true },
    });
  }

  #blank(path: string, schema: JsonSchema): MutableShape {
    return { path, annotation: {}, types: new Set(), fields: new Map(), schema };
  }

  #fill(shape: MutableShape, peeled: readonly Peeled[], spot: Spot): void {
    const { all, required } = this.#schemas.parts(peeled);
    shape.types = typesOf(all);
    shape.annotation = annotationOf(all);
    const statedClass = fieldAnnotation(
      all.map((part) => member(part, 'x-portcullis')),
      'confidential',
    ).class;
    const inherited = stricterClass(spot.inherited, statedClass === 'restricted' ? 'restricted' : 'confidential');
    const below = { ...spot, inherited };
    const properties = new Map<string, Set<JsonSchema>>();
    const entries = new Set<JsonSchema>();
    const items = new Set<JsonSchema>();
    for (const part of all) {
      for (const [name, schema] of members(member(part, 'properties'))) {
        const known = properties.get(name) ?? new Set();
        properties.set(name, known.add(asSchema(schema)));
      }
      for (const [, schema] of members(member(part, 'patternProperties'))) entries.add(asSchema(schema));
      const additional = member(part, 'additionalProperties');
      if (isObject(additional) && Object.keys(additional).length > 0) entries.add(asSchema(additional));
      const itemSchema = member(part, 'items');
      if (itemSchema !== undefined && itemSchema !== false) items.add(asSchema(itemSchema));
      const prefix = member(part, 'prefixItems');
      if (isList(prefix)) for (const schema of prefix) items.add(asSchema(schema));
    }
    const fields = new Map<string, Field>();
    shape.fields = fields;
    for (const [name, schemas] of properties)
      fields.set(name, this.#field(name, [...schemas], required.has(name), below));
    if (entries.size > 0) shape.entries = this.#field('*', [...entries], false, below);
    // Arrays are transparent: their elements stand at the same path.
    if (items.size > 0) shape.items = this.#shapeOf([...items], below);
  }

  #field(name: string, schemas: readonly JsonSchema[], required: boolean, spot: Spot): Field {
    this.#fields += 1;
    if (this.#fields > MAX_FIELDS) throw new DocumentTooComplex(`The schemas have more than ${MAX_FIELDS} fields.`, '');
    const id = `${spot.path}.${name}`;
    const way = schemas.flatMap((schema) => this.#schemas.peel(schema).way);
    const perSchema = schemas.map((schema) =>
      fieldAnnotation(
        this.#schemas.peel(schema).way.map((step) => member(step, 'x-portcullis')),
        spot.inherited,
      ),
    );
    const annotation =
      perSchema.length === 1 && perSchema[0] ? perSchema[0] : fieldAnnotation(perSchema, spot.inherited);
    const inherited = annotation.class === 'restricted' ? 'restricted' : spot.inherited;
    return {
      name,
      id,
      annotation,
      required,
      readOnly: way.some((step) => member(step, 'readOnly') === true),
      writeOnly: way.some((step) => member(step, 'writeOnly') === true),
      shape: this.#shapeOf(schemas, { ...spot, path: id, inherited }),
    };
  }

  #number(schema: JsonSchema): number {
    const known = this.#numbers.get(schema);
    if (known !== undefined) return known;
    this.#numbers.set(schema, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

function orNull(types: Shape['types'], nullable: boolean): Shape['types'] {
  return nullable && !types.has('null') ? new Set([...types, 'null']) : types;
}

function annotationOf(parts: readonly PlainObject[]): SchemaAnnotation {
  for (const part of parts) {
    const model = modelOf(part['x-portcullis']);
    if (model !== undefined) return { model };
  }
  return {};
}
