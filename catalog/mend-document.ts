import type { ErrorObject } from 'ajv/dist/2020.js';
import { pointerTokens } from './source-text.ts';

/** The part of JSON Schema that tells a shape, as far as the published schemas use it. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly $defs?: Readonly<Record<string, Schema>> | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly prefixItems?: readonly Schema[] | undefined;
}

/**
 * A copy of a faulty document that has the shape of its kind: a missing member is empty, one of the wrong type is
 * replaced. The faults are told already; the copy lets the rules across documents tell the others at once.
 */
export function mendDocument(content: object, errors: readonly ErrorObject[], published: object): object {
  const schema = asSchema(published);
  const copy = thawed(content);
  for (const error of errors) {
    const tokens = pointerTokens(error.instancePath);
    const at = valueAt(copy, tokens);
    const place = asSchema(error.parentSchema);
    switch (error.keyword) {
      case 'required':
        if (isObject(at)) {
          const member: string = error.params.missingProperty;
          at[member] ??= emptyValue(place.properties?.[member] ?? {}, schema);
        }
        break;
      case 'type':
        replace(copy, tokens, emptyValue(place, schema, at));
        break;
      case 'minItems':
        if (Array.isArray(at) && place.prefixItems) {
          for (const item of place.prefixItems.slice(at.length)) at.push(emptyValue(item, schema));
        }
        break;
      case 'discriminator':
        replace(copy, tokens, undefined);
        break;
    }
  }
  return frozen(copy);
}

/** Our own schemas are what is mended by, and they are of this form. */
function asSchema(schema: object | undefined): Schema {
  return { ...schema };
}

/** The emptiest value of a schema, in the words of our own schemas; a number or truth value becomes a text where one is wanted. */
function emptyValue(schema: Schema, root: Schema, instead?: unknown): unknown {
  if (schema.$ref !== undefined) {
    return emptyValue(root.$defs?.[schema.$ref.slice('#/$defs/'.length)] ?? {}, root, instead);
  }
  const [type] = [schema.type ?? 'string'].flat();
  switch (type) {
    case 'object': {
      const object = emptyObject();
      for (const name of schema.required ?? []) object[name] = emptyValue(schema.properties?.[name] ?? {}, root);
      return object;
    }
    case 'array':
      return [];
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    default:
      return typeof instead === 'number' || typeof instead === 'boolean' ? String(instead) : '';
  }
}

function valueAt(root: unknown, tokens: readonly string[]): unknown {
  let current = root;
  for (const token of tokens) {
    if (Array.isArray(current)) current = current[Number(token)];
    else if (isObject(current)) current = current[token];
    else return undefined;
  }
  return current;
}

function replace(root: unknown, tokens: readonly string[], value: unknown): void {
  const parent = valueAt(root, tokens.slice(0, -1));
  const last = tokens.at(-1);
  if (last === undefined) return;
  if (Array.isArray(parent)) parent[Number(last)] = value;
  else if (isObject(parent)) {
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
}

function thawed(content: object): object {
  if (Array.isArray(content)) return content.map((item: unknown) => (isContainer(item) ? thawed(item) : item));
  const copy = emptyObject();
  for (const [name, value] of Object.entries(content)) copy[name] = isContainer(value) ? thawed(value) : value;
  return copy;
}

function frozen(content: object): object {
  for (const value of Object.values(content)) if (isContainer(value)) frozen(value);
  return Object.freeze(content);
}

function emptyObject(): Record<string, unknown> {
  return Object.create(null);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value);
}
