import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { canonicalJson } from './canonical-json.ts';
import type { Contract, JsonSchema } from './contract.ts';
import { localReference, valueAt } from './json-pointer.ts';
import { linearPattern } from './linear-pattern.ts';
import { emptyObject, isList, isObject, member, members, type PlainObject } from './plain-data.ts';

/** Where a value breaks its schema (RFC 6901 pointer into the value) and how; never holds a value. */
export interface ValidationError {
  readonly pointer: string;
  readonly message: string;
}

/** Holds a value against a schema; an empty list means that it fits, more than 20 errors are never given. */
export type Validate = (value: unknown) => readonly ValidationError[];

const MAX_ERRORS = 20;
/** Above this many values only the first error is sought: errors of a large list would take more memory than the list. */
const MAX_VALUES_FOR_ALL_ERRORS = 5_000;
/**
 * Named schemas entered during one check, per value and at least. Nested choices of recursive schemas double the work at
 * every level; an honest check enters a few for each value.
 */
const STEPS_PER_VALUE = 50;
const MIN_STEPS = 10_000;

const TOO_COMPLEX: readonly ValidationError[] = [
  { pointer: '', message: 'is too deeply nested or too complex to check' },
];

class TooManySteps extends Error {}

type Check = (value: unknown, maxSteps: number) => readonly ValidationError[];

/**
 * Compiles a schema of a contract (JSON Schema 2020-12 with formats, `$ref` within the document). Compiling is put off
 * to the first use and done once per schema and mode. In mode `request` unknown properties are not an error: a policy
 * of its own refuses them without telling hidden from unknown. Throws an Error on first use where the schema itself
 * is invalid.
 */
export function compileValidator(contract: Contract, schema: JsonSchema, mode: 'request' | 'response'): Validate {
  if (schema === true) return () => [];
  let modes = compilers.get(contract);
  if (modes === undefined) {
    modes = { request: new SchemaCompiler(contract, 'request'), response: new SchemaCompiler(contract, 'response') };
    compilers.set(contract, modes);
  }
  return modes[mode].validator(schema);
}

const compilers = new WeakMap<Contract, { request: SchemaCompiler; response: SchemaCompiler }>();

class SchemaCompiler {
  readonly #document: PlainObject;
  readonly #mode: 'request' | 'response';
  readonly #validators = new Map<JsonSchema, Validate>();
  readonly #first: Engine;
  readonly #all: Engine;

  constructor(contract: Contract, mode: 'request' | 'response') {
    this.#document = contract.document;
    this.#mode = mode;
    this.#first = new Engine(false);
    this.#all = new Engine(true);
  }

  validator(schema: JsonSchema): Validate {
    const known = this.#validators.get(schema);
    if (known !== undefined) return known;
    let first: Check | undefined;
    let all: Check | undefined;
    const validate: Validate = (value) => {
      first ??= this.#first.compile(schema, this.#document, this.#mode);
      const values = countValues(value);
      const steps = MIN_STEPS + STEPS_PER_VALUE * values;
      const errors = first(value, steps);
      if (errors.length === 0 || errors === TOO_COMPLEX || values > MAX_VALUES_FOR_ALL_ERRORS) return errors;
      all ??= this.#all.compile(schema, this.#document, this.#mode);
      const found = all(value, steps);
      // The two engines agree; should they ever not, the error that was found counts.
      return found.length === 0 || found === TOO_COMPLEX ? errors : found;
    };
    this.#validators.set(schema, validate);
    return validate;
  }
}

/** One Ajv with the named schemas that were needed so far. Made on first use: most operations never see a request. */
class Engine {
  readonly #allErrors: boolean;
  #ajv: Ajv2020 | undefined;
  readonly #added = new Set<string>();
  #stepsLeft = 0;

  constructor(allErrors: boolean) {
    this.#allErrors = allErrors;
  }

  compile(schema: JsonSchema, document: PlainObject, mode: 'request' | 'response'): Check {
    this.#ajv ??= this.#make();
    const ajv = this.#ajv;
    const wanted: string[] = [];
    const prepared = prepare(schema, mode, wanted);
    for (let pointer = wanted.pop(); pointer !== undefined; pointer = wanted.pop()) {
      if (this.#added.has(pointer)) continue;
      this.#added.add(pointer);
      const target = valueAt(document, pointer);
      const body = prepare(isObject(target) || typeof target === 'boolean' ? target : false, mode, wanted);
      ajv.addSchema({ $id: idOf(pointer), countSteps: true, allOf: [body] });
    }
    const check = ajv.compile(typeof prepared === 'boolean' ? { allOf: [prepared] } : prepared);
    return (value, maxSteps) => this.#run(check, value, maxSteps);
  }

  #run(check: ValidateFunction, value: unknown, maxSteps: number): readonly ValidationError[] {
    this.#stepsLeft = maxSteps;
    try {
      if (check(value)) return [];
      return described(check.errors ?? []);
    } catch (error) {
      // Deep nesting ends the stack (RangeError) before the step limit; both mean that the value cannot be vouched for.
      if (error instanceof TooManySteps || error instanceof RangeError) return TOO_COMPLEX;
      throw error;
    }
  }

  #make(): Ajv2020 {
    const ajv = new Ajv2020({
      strict: false,
      allErrors: this.#allErrors,
      validateSchema: false,
      ownProperties: true,
      logger: false,
      code: { regExp: linearPattern },
    });
    addFormats.default(ajv);
    // Ajv's own compares every pair; a list of 100 000 objects would take minutes.
    ajv.removeKeyword('uniqueItems');
    ajv.addKeyword({
      keyword: 'uniqueItems',
      type: 'array',
      schemaType: 'boolean',
      error: { message: 'must not have equal items' },
      validate: (wanted: boolean, list: readonly unknown[]) =>
        !wanted || new Set(list.map(canonicalJson)).size === list.length,
    });
    ajv.addKeyword({
      keyword: 'countSteps',
      before: 'allOf',
      validate: () => {
        this.#stepsLeft -= 1;
        if (this.#stepsLeft < 0) throw new TooManySteps();
        return true;
      },
    });
    return ajv;
  }
}

/** Keywords that hold subschemas by name; the names themselves are data. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Keywords whose values are data and never hold schemas, and annotations that no check needs. */
const DATA = new Set(['enum', 'const', 'required', 'dependentRequired', 'type']);
const DROPPED = new Set([
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  // Words of older OpenAPI versions that mean nothing in 3.1, though the engine would act on them.
  ...['nullable', 'discriminator', 'xml', 'externalDocs', 'id'],
]);

/** A copy of a schema for the engine: references become ids, and unknown properties are allowed in requests. */
function prepare(schema: JsonSchema, mode: 'request' | 'response', wanted: string[]): AnySchemaObject | boolean {
  if (typeof schema === 'boolean') return schema;
  const out = emptyObject();
  for (const [name, value] of members(schema)) {
    if (DROPPED.has(name) || name.startsWith('x-')) continue;
    if (mode === 'request' && CLOSING.has(name) && isClosed(value)) continue;
    if (name === '$ref' && typeof value === 'string') {
      const pointer = localReference(value);
      if (pointer === undefined) return false;
      wanted.push(pointer);
      out.$ref = idOf(pointer);
    } else if (DATA.has(name)) {
      out[name] = value;
    } else if (MAPS.has(name)) {
      const map = emptyObject();
      for (const [key, held] of tellingFirst(members(value))) map[key] = prepare(asSchema(held), mode, wanted);
      out[name] = map;
    } else if (isList(value)) {
      out[name] = value.map((held) => prepare(asSchema(held), mode, wanted));
    } else {
      out[name] = isObject(value) ? prepare(value, mode, wanted) : value;
    }
  }
  return out;
}

/** Properties of fixed value first: the wrong branch of a choice ends at its tag instead of at the bottom of the tree. */
function tellingFirst(properties: readonly [string, unknown][]): readonly [string, unknown][] {
  const isTelling = ([, schema]: [string, unknown]) =>
    member(schema, 'const') !== undefined || isList(member(schema, 'enum'));
  return [...properties.filter(isTelling), ...properties.filter((entry) => !isTelling(entry))];
}

const CLOSING = new Set(['additionalProperties', 'unevaluatedProperties']);

function isClosed(value: unknown): boolean {
  return value === false || (isObject(value) && isObject(value.not) && Object.keys(value.not).length === 0);
}

function asSchema(value: unknown): JsonSchema {
  return isObject(value) || typeof value === 'boolean' ? value : true;
}

/** An address by which the engine knows a part of the document; hex, because engines normalise percent signs. */
function idOf(pointer: string): string {
  return `portcullis:${Buffer.from(pointer, 'utf8').toString('hex')}`;
}

type EngineError = NonNullable<ValidateFunction['errors']>[number];

function described(errors: readonly EngineError[]): ValidationError[] {
  const seen = new Map<string, ValidationError>();
  for (const error of errors) {
    const one = describe(error);
    if (one !== undefined) seen.set(`${one.pointer} ${one.message}`, one);
    if (seen.size === MAX_ERRORS) break;
  }
  return seen.size === 0 ? [{ pointer: '', message: 'does not fit the schema' }] : [...seen.values()];
}

/** Messages come from the schema alone. Names of properties that only the value has stand in pointers, never in text. */
function describe(error: EngineError): ValidationError | undefined {
  const missing = member(error.params, 'missingProperty');
  if (typeof missing === 'string') {
    const token = missing.replaceAll('~', '~0').replaceAll('/', '~1');
    return { pointer: `${error.instancePath}/${token}`, message: 'is required' };
  }
  if (error.keyword === 'if' || error.keyword === 'allOf' || error.keyword === 'propertyNames') return undefined;
  if (error.keyword === 'false schema') return { pointer: error.instancePath, message: 'is not allowed' };
  const extra = member(error.params, 'additionalProperty') ?? member(error.params, 'unevaluatedProperty');
  if (typeof extra === 'string') return { pointer: error.instancePath, message: 'must not have other properties' };
  return { pointer: error.instancePath, message: error.message ?? 'does not fit the schema' };
}

/** Values within a value, itself included. */
function countValues(value: unknown): number {
  let count = 0;
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    count += 1;
    if (isList(next)) for (const held of next) waiting.push(held);
    else if (isObject(next)) for (const held of Object.values(next)) waiting.push(held);
  }
  return count;
}
