import type { Contract, JsonSchema } from './contract.ts';
import type { EngineForm } from './engine-schema.ts';
import { mismatchMessage } from './mismatch-message.ts';
import { isList, isObject, member, members, type PlainObject } from './plain-data.ts';
import { type Check, type EngineError, SchemaEngine } from './schema-engine.ts';

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
    const lazy = !speaksOfUnevaluated(contract.document);
    modes = {
      request: new SchemaCompiler(contract.document, { open: true, lazy }),
      response: new SchemaCompiler(contract.document, { open: false, lazy }),
    };
    compilers.set(contract, modes);
  }
  return modes[mode].validator(schema);
}

const compilers = new WeakMap<Contract, { request: SchemaCompiler; response: SchemaCompiler }>();

class SchemaCompiler {
  readonly #validators = new Map<JsonSchema, Validate>();
  readonly #first: SchemaEngine;
  readonly #all: SchemaEngine;

  constructor(document: PlainObject, form: EngineForm) {
    this.#first = new SchemaEngine(document, form, false);
    this.#all = new SchemaEngine(document, form, true);
  }

  validator(schema: JsonSchema): Validate {
    const known = this.#validators.get(schema);
    if (known !== undefined) return known;
    let first: Check | undefined;
    let all: Check | undefined;
    const validate: Validate = (value) => {
      first ??= this.#first.compile(schema);
      const values = countValues(value);
      const steps = MIN_STEPS + STEPS_PER_VALUE * values;
      const found = first(value, steps);
      if (found === 'too-complex') return TOO_COMPLEX;
      if (found.length === 0) return [];
      if (values > MAX_VALUES_FOR_ALL_ERRORS) return described(found);
      all ??= this.#all.compile(schema);
      const more = all(value, steps);
      // The two engines agree; should they ever not, the error that was found counts.
      return described(more === 'too-complex' || more.length === 0 ? found : more);
    };
    this.#validators.set(schema, validate);
    return validate;
  }
}

/** Whether some schema of the document speaks of what others did not evaluate. */
function speaksOfUnevaluated(value: unknown): boolean {
  if (isList(value)) return value.some(speaksOfUnevaluated);
  return members(value).some(([name, held]) => name.startsWith('unevaluated') || speaksOfUnevaluated(held));
}

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
  return { pointer: error.instancePath, message: mismatchMessage(error) };
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
