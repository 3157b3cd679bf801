import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { canonicalJson } from './canonical-json.ts';
import type { JsonSchema } from './contract.ts';
import { type EngineForm, engineSchema, idOf } from './engine-schema.ts';
import { valueAt } from './json-pointer.ts';
import { linearPattern } from './linear-pattern.ts';
import { isObject, type PlainObject } from './plain-data.ts';

/** What the engine reports of one mismatch. */
export interface EngineError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Holds a value against a compiled schema; `too-complex` when the steps or the stack run out before that is known. */
export type Check = (value: unknown, maxSteps: number) => readonly EngineError[] | 'too-complex';

class TooManySteps extends Error {}

type Context = Parameters<ValidateFunction>[1];

/**
 * One Ajv for the schemas of one document. A step is one entry into a schema behind a reference. Made on first use: most
 * operations never see a request.
 */
export class SchemaEngine {
  readonly #document: PlainObject;
  readonly #form: EngineForm;
  readonly #allErrors: boolean;
  #ajv: Ajv2020 | undefined;
  readonly #added = new Set<string>();
  readonly #checks = new Map<string, ValidateFunction>();
  #stepsLeft = 0;

  constructor(document: PlainObject, form: EngineForm, allErrors: boolean) {
    this.#document = document;
    this.#form = form;
    this.#allErrors = allErrors;
  }

  /** Throws an Error where the schema is invalid. */
  compile(schema: JsonSchema): Check {
    const check = this.#compile(schema);
    return (value, maxSteps) => {
      this.#stepsLeft = maxSteps;
      try {
        return check(value) ? [] : (check.errors ?? []);
      } catch (error) {
        // Deep nesting ends the stack (RangeError) before the steps; both mean that the value cannot be vouched for.
        if (error instanceof TooManySteps || error instanceof RangeError) return 'too-complex';
        throw error;
      }
    };
  }

  #compile(schema: JsonSchema): ValidateFunction {
    this.#ajv ??= this.#make();
    const ajv = this.#ajv;
    const wanted: string[] = [];
    const ready = engineSchema(schema, this.#form, wanted);
    for (let pointer = wanted.pop(); pointer !== undefined; pointer = wanted.pop()) {
      if (this.#added.has(pointer)) continue;
      this.#added.add(pointer);
      const body = engineSchema(this.#target(pointer), this.#form, wanted);
      ajv.addSchema({ $id: idOf(pointer), countSteps: true, allOf: [body] });
    }
    return ajv.compile(typeof ready === 'boolean' ? { allOf: [ready] } : ready);
  }

  #target(pointer: string): JsonSchema {
    const target = valueAt(this.#document, pointer);
    return isObject(target) || typeof target === 'boolean' ? target : false;
  }

  #behind(pointer: string): ValidateFunction {
    const known = this.#checks.get(pointer) ?? this.#compile(this.#target(pointer));
    this.#checks.set(pointer, known);
    return known;
  }

  #step(): void {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) throw new TooManySteps();
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
        this.#step();
        return true;
      },
    });
    const lazyRef = (pointer: string, value: unknown, _schema: unknown, context: Context): boolean => {
      this.#step();
      const check = this.#behind(pointer);
      const fits = check(value, context);
      // A recursive schema calls this again before the errors are read: they belong to the call, not to the check.
      Object.assign(lazyRef, { errors: fits ? null : check.errors });
      return fits;
    };
    // 'full': the errors already have the path of the whole value.
    ajv.addKeyword({ keyword: 'lazyRef', schemaType: 'string', errors: 'full', validate: lazyRef });
    return ajv;
  }
}
