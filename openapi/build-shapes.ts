import type { FieldClass } from '../catalog/documents.ts';
import { pointerToken, pointerTokens } from '../catalog/source-text.ts';
import { fieldAnnotation, modelOf, stricterClass } from './annotation.ts';
import type { Field, JsonSchema, SchemaAnnotation, Shape } from './contract.ts';
import { DocumentTooComplex } from './document-faults.ts';
import { localReference, valueAt } from './json-pointer.ts';
import { isList, isObject, member, members, type PlainObject, strings } from './plain-data.ts';

type JsonType = Shape['types'] extends ReadonlySet<infer T> ? T : never;
type MutableShape = { -readonly [K in keyof Shape]: Shape[K] };

/** Fields of all shapes together; the largest real document seen has 2 300. */
const MAX_FIELDS = 40_000;
/** Schemas joined by allOf, anyOf, oneOf into one shape. */
const MAX_PARTS = 2_000;
/** Unnamed shapes within each other; recursion through names does not count. */
const MAX_CHAIN = 150;

const SCHEMAS = '/components/schemas/';
const ANY: JsonSchema = true;

/** Keywords that make a schema more than a reference or a choice. */
const SHAPING = ['properties', 'patternProperties', 'items', 'prefixItems', 'if', 'then', 'else', 'dependentSchemas'];

/** Where a schema led: through references and choices of one to what really says something. */
interface Peeled {
  readonly schema: JsonSchema;
  /** Name of the last component schema on the way. */
  readonly name: string | undefined;
  /** The schemas on the way, for their annotations and flags; the last is `schema`. */
  readonly way: readonly JsonSchema[];
  readonly nullable: boolean;
}

/** What a reference leads to, and its name where that is a component schema. */
interface Target {
  readonly target: JsonSchema;
  readonly name: string | undefined;
}

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
  readonly #named = new Map<string, MutableShape>();
  readonly #waiting: (() => void)[] = [];
  readonly #numbers = new Map<JsonSchema, number>();
  readonly #peeled = new Map<JsonSchema, Peeled>();
  readonly #targets = new Map<string, Target>();
  #fields = 0;

  constructor(document: PlainObject) {
    this.#document = document;
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
    const peeled = schemas.map((schema) => this.#peel(schema));
    const targets = new Map(peeled.map((one) => [one.schema, one]));
    const [only] = targets.values();
    const nullable = peeled.some((one) => one.nullable);
    if (only !== undefined && targets.size === 1 && only.name !== undefined) {
      const shape = this.#namedShape(only.name, only.schema);
      return nullable && !shape.types.has('null') ? this.#orNull(shape) : shape;
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
    const parts = this.#parts([peeled]);
    shape.types = typesOf(parts.all);
    shape.annotation = annotationOf(parts.all);
    const chain = { key: String(this.#number(schema)), shape, up: undefined, length: 1 };
    this.#waiting.push(() => this.#fill(shape, [peeled], { path: name, chain, inherited: 'confidential' }));
    return shape;
  }

  /** A named shape that may also be null: the same maps, so that filling the one fills the other. */
  #orNull(shape: Shape): Shape {
    const types = new Set([...shape.types, 'null' as const]);
    return Object.defineProperties(Object.create(null) as MutableShape, {
      ...Object.fromEntries(
        (['name', 'path', 'annotation', 'fields', 'entries', 'items', 'schema'] as const).map((member) => [
          member,
          { get: () => shape[member], enumerable: true },
        ]),
      ),
      types: { value: types, enumerable: true },
    });
  }

  #blank(path: string, schema: JsonSchema): MutableShape {
    return { path, annotation: {}, types: new Set(), fields: new Map(), schema };
  }

  #fill(shape: MutableShape, peeled: readonly Peeled[], spot: Spot): void {
    const { all, required } = this.#parts(peeled);
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
    const way = schemas.flatMap((schema) => this.#peel(schema).way);
    const perSchema = schemas.map((schema) =>
      fieldAnnotation(
        this.#peel(schema).way.map((step) => member(step, 'x-portcullis')),
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

  /** Follows references, and choices that leave but one branch once null is set aside. */
  #peel(schema: JsonSchema): Peeled {
    const known = this.#peeled.get(schema) ?? this.#peelAnew(schema);
    this.#peeled.set(schema, known);
    return known;
  }

  #peelAnew(schema: JsonSchema): Peeled {
    const way: JsonSchema[] = [schema];
    let current = schema;
    let name: string | undefined;
    let nullable = false;
    const seen = new Set<JsonSchema>([schema]);
    for (;;) {
      const next = this.#onlyBranch(current);
      if (next === undefined) return { schema: current, name, way, nullable };
      nullable ||= next.nullable;
      name = next.name ?? name;
      // A circle of references alone says nothing: it is read as "anything", and nothing in it can be granted.
      if (seen.has(next.schema)) return { schema: ANY, name: undefined, way, nullable };
      seen.add(next.schema);
      current = next.schema;
      way.push(current);
    }
  }

  #onlyBranch(schema: JsonSchema): { schema: JsonSchema; name: string | undefined; nullable: boolean } | undefined {
    if (!isObject(schema)) return undefined;
    if (SHAPING.some((keyword) => schema[keyword] !== undefined) || isObject(schema.additionalProperties)) {
      return undefined;
    }
    const reference = schema.$ref;
    const branches: { schema: JsonSchema; name: string | undefined; choice: boolean }[] = [];
    if (typeof reference === 'string') {
      const { target, name } = this.#target(reference);
      branches.push({ schema: target, name, choice: false });
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const list = schema[keyword];
      if (!isList(list)) continue;
      for (const branch of list)
        branches.push({ schema: asSchema(branch), name: undefined, choice: keyword !== 'allOf' });
    }
    const telling = branches.filter(({ schema: branch }) => !isNullOnly(branch) && !isSilent(branch));
    const [only] = telling;
    if (only === undefined || telling.length !== 1) return undefined;
    return {
      schema: only.schema,
      name: only.name,
      nullable: branches.some((one) => one.choice && isNullOnly(one.schema)),
    };
  }

  #target(reference: string): Target {
    const known = this.#targets.get(reference) ?? this.#targetAnew(reference);
    this.#targets.set(reference, known);
    return known;
  }

  #targetAnew(reference: string): Target {
    const pointer = localReference(reference);
    const target = pointer === undefined ? undefined : valueAt(this.#document, pointer);
    if (pointer === undefined || target === undefined) return { target: ANY, name: undefined };
    const isNamed = pointer.startsWith(SCHEMAS) && !pointer.slice(SCHEMAS.length).includes('/');
    return { target: asSchema(target), name: isNamed ? pointerTokens(pointer).at(-1) : undefined };
  }

  /** All schemas that take part in a union, and the names required whatever branch holds. */
  #parts(peeled: readonly Peeled[]): { all: PlainObject[]; required: ReadonlySet<string> } {
    const all: PlainObject[] = [];
    const seen = new Set<JsonSchema>();
    const visit = (schema: JsonSchema, depth: number): Set<string> => {
      const required = new Set<string>();
      if (!isObject(schema) || seen.has(schema)) return required;
      seen.add(schema);
      if (all.push(schema) > MAX_PARTS || depth > MAX_CHAIN) {
        throw new DocumentTooComplex('Too many schemas are joined into one by allOf, anyOf or oneOf.', '');
      }
      for (const name of strings(schema.required)) required.add(name);
      const reference = schema.$ref;
      const joined = typeof reference === 'string' ? [this.#target(reference).target] : [];
      for (const branch of [...joined, ...schemaList(schema.allOf)]) {
        for (const name of visit(branch, depth + 1)) required.add(name);
      }
      for (const keyword of ['anyOf', 'oneOf']) {
        const sets = schemaList(schema[keyword]).map((branch) => visit(branch, depth + 1));
        for (const name of sets[0] ?? []) if (sets.every((set) => set.has(name))) required.add(name);
      }
      for (const keyword of ['then', 'else'])
        if (schema[keyword] !== undefined) visit(asSchema(schema[keyword]), depth + 1);
      for (const [, branch] of members(schema.dependentSchemas)) visit(asSchema(branch), depth + 1);
      return required;
    };
    const sets = peeled.map((one) => visit(one.schema, 0));
    const shared = [...(sets[0] ?? [])].filter((name) => sets.every((set) => set.has(name)));
    return { all, required: new Set(shared) };
  }

  #number(schema: JsonSchema): number {
    const known = this.#numbers.get(schema);
    if (known !== undefined) return known;
    this.#numbers.set(schema, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

function asSchema(value: unknown): JsonSchema {
  return isObject(value) || typeof value === 'boolean' ? value : ANY;
}

function schemaList(value: unknown): JsonSchema[] {
  return isList(value) ? value.map(asSchema) : [];
}

function isNullOnly(schema: JsonSchema): boolean {
  const type = member(schema, 'type');
  return type === 'null' || (isList(type) && type.length === 1 && type[0] === 'null') || isNullEnum(schema);
}

function isNullEnum(schema: JsonSchema): boolean {
  const choices = member(schema, 'enum');
  return isList(choices) && choices.length === 1 && choices[0] === null;
}

/** A branch that only describes, or only narrows what others shape (`required: [a]`). */
function isSilent(schema: JsonSchema): boolean {
  if (!isObject(schema)) return true;
  return !['$ref', 'type', 'allOf', 'anyOf', 'oneOf', 'enum', 'const', 'additionalProperties', ...SHAPING].some(
    (keyword) => schema[keyword] !== undefined,
  );
}

const TYPES = new Set<string>(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

function isType(name: unknown): name is JsonType {
  return typeof name === 'string' && TYPES.has(name);
}

function typesOf(parts: readonly PlainObject[]): Set<JsonType> {
  const types = new Set<JsonType>();
  for (const part of parts) {
    const stated = part.type;
    const listed = isList(stated) ? stated : [stated];
    for (const type of listed) if (isType(type)) types.add(type);
    if (stated !== undefined) continue;
    if (part.properties !== undefined || isObject(part.additionalProperties)) types.add('object');
    if (part.items !== undefined) types.add('array');
    for (const value of [...(isList(part.enum) ? part.enum : []), ...('const' in part ? [part.const] : [])]) {
      types.add(typeOfValue(value));
    }
  }
  return types.size === 0 ? new Set(['any']) : types;
}

function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'string';
}

function annotationOf(parts: readonly PlainObject[]): SchemaAnnotation {
  for (const part of parts) {
    const model = modelOf(part['x-portcullis']);
    if (model !== undefined) return { model };
  }
  return {};
}
