import { pointerTokens } from '../catalog/source-text.ts';
import type { JsonSchema } from './contract.ts';
import { DocumentTooComplex } from './document-faults.ts';
import { localReference, valueAt } from './json-pointer.ts';
import { isList, isObject, member, members, type PlainObject, strings } from './plain-data.ts';

/** Schemas joined by allOf, anyOf, oneOf into one shape, and how deep they may lie in each other. */
const MAX_PARTS = 2_000;
const MAX_DEPTH = 150;

/** Where named schemas stand. */
export const SCHEMAS = '/components/schemas/';
const ANY: JsonSchema = true;

/** Keywords that make a schema more than a reference or a choice. */
const SHAPING = ['properties', 'patternProperties', 'items', 'prefixItems', 'if', 'then', 'else', 'dependentSchemas'];

/** Where a schema led: through references and choices of one to what really says something. */
export interface Peeled {
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

/** Finds what the schemas of one document really say: behind references, and joined from their branches. */
export class SchemaPeeler {
  readonly #document: PlainObject;
  readonly #peeled = new Map<JsonSchema, Peeled>();
  readonly #targets = new Map<string, Target>();

  constructor(document: PlainObject) {
    this.#document = document;
  }

  /** Follows references, and choices that leave but one branch once null is set aside. */
  peel(schema: JsonSchema): Peeled {
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
  parts(peeled: readonly Peeled[]): { all: PlainObject[]; required: ReadonlySet<string> } {
    const all: PlainObject[] = [];
    const seen = new Set<JsonSchema>();
    const visit = (schema: JsonSchema, depth: number): Set<string> => {
      const required = new Set<string>();
      if (!isObject(schema) || seen.has(schema)) return required;
      seen.add(schema);
      if (all.push(schema) > MAX_PARTS || depth > MAX_DEPTH) {
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
}

/** A subschema as it may stand in any document; what is none says nothing. */
export function asSchema(value: unknown): JsonSchema {
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
