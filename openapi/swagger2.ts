import type { DocumentFaults } from './document-faults.ts';
import { childPointer, localReference, valueAt } from './json-pointer.ts';
import { emptyObject, isList, isObject, member, members, type PlainObject, strings } from './plain-data.ts';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/** Members of a 2.0 parameter or header that are its schema (Swagger 2.0, Parameter Object and Items Object). */
const SCHEMA_MEMBERS = new Set([
  ...['type', 'format', 'items', 'default', 'enum', 'multipleOf', 'uniqueItems', 'pattern'],
  ...['maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'maxItems', 'minItems'],
]);

/** Query styles of the 2.0 collection formats; `csv` is the default. */
const STYLES = new Map<unknown, { style: string; explode: boolean }>([
  ['csv', { style: 'form', explode: false }],
  ['multi', { style: 'form', explode: true }],
  ['ssv', { style: 'spaceDelimited', explode: false }],
  ['pipes', { style: 'pipeDelimited', explode: false }],
]);

/** 2.0 addresses of shared parts and where they stand in a 3.x document. */
const MOVED_REFERENCES: readonly (readonly [from: string, to: string])[] = [
  ['#/definitions/', '#/components/schemas/'],
  ['#/responses/', '#/components/responses/'],
];

type Draft = Record<string, unknown>;

/**
 * Rebuilds a Swagger 2.0 document with the parts of OpenAPI 3.0: definitions, parameters, bodies and forms, media types,
 * base path. Schemas stay as they are (see schema-form.ts) but for their references. Tells `faults` what moved where.
 */
export function fromSwagger2(document: PlainObject, faults: DocumentFaults): PlainObject {
  return new Converter(document, faults).convert();
}

class Converter {
  readonly #document: PlainObject;
  readonly #faults: DocumentFaults;

  constructor(document: PlainObject, faults: DocumentFaults) {
    this.#document = document;
    this.#faults = faults;
  }

  convert(): PlainObject {
    const document = this.#document;
    const out = emptyObject();
    for (const name of ['info', 'tags', 'externalDocs', 'security']) {
      const value = member(document, name);
      if (value !== undefined) out[name] = value;
    }
    for (const [name, value] of members(document)) if (name.startsWith('x-')) out[name] = value;
    const basePath = member(document, 'basePath');
    if (typeof basePath === 'string' && basePath !== '' && basePath !== '/') {
      out.servers = [{ url: basePath.startsWith('/') ? basePath : `/${basePath}` }];
    }
    this.#faults.moved('/servers', '/basePath');
    const components = emptyObject();
    components.schemas = this.#mapOf(member(document, 'definitions'), (schema) => references(schema));
    this.#faults.moved('/components/schemas', '/definitions');
    if (member(document, 'responses') !== undefined) {
      components.responses = this.#named('responses', '/components/responses', '/responses', (response, to, from) =>
        this.#response(response, strings(member(document, 'produces')), to, from),
      );
    }
    out.components = components;
    out.paths = this.#named('paths', '/paths', '/paths', (item, to) => this.#pathItem(item, to));
    return out;
  }

  #mapOf(map: unknown, convert: (value: unknown) => unknown): Draft {
    const out = emptyObject();
    for (const [name, value] of members(map)) out[name] = convert(value);
    return out;
  }

  #named(
    name: string,
    to: string,
    from: string,
    convert: (value: PlainObject, to: string, from: string) => unknown,
  ): unknown {
    const map = member(this.#document, name);
    if (!isObject(map)) return map;
    const out = emptyObject();
    this.#faults.moved(to, from);
    for (const [key, value] of members(map)) {
      out[key] = isObject(value) ? convert(value, childPointer(to, key), childPointer(from, key)) : value;
    }
    return out;
  }

  #pathItem(item: PlainObject, pointer: string): Draft {
    const out = emptyObject();
    const shared = this.#parameters(member(item, 'parameters'), childPointer(pointer, 'parameters'));
    for (const [name, value] of members(item)) {
      if (METHODS.has(name) && isObject(value)) out[name] = this.#operation(value, shared, childPointer(pointer, name));
      else if (name === '$ref' || name.startsWith('x-')) out[name] = value;
    }
    return out;
  }

  #operation(operation: PlainObject, shared: readonly Written[], pointer: string): Draft {
    const out = emptyObject();
    for (const [name, value] of members(operation)) {
      if (!['parameters', 'consumes', 'produces', 'schemes', 'responses'].includes(name)) out[name] = value;
    }
    const own = this.#parameters(member(operation, 'parameters'), childPointer(pointer, 'parameters'));
    // An operation's parameter replaces the path's of the same name and place; it has one body, whatever its name.
    const same = (one: Written, other: Written) =>
      one.in === other.in && (one.in === 'body' || member(one.value, 'name') === member(other.value, 'name'));
    const all = [...shared.filter((one) => !own.some((other) => same(one, other))), ...own];
    const target = childPointer(pointer, 'parameters');
    const plain = all.filter((one) => one.in !== 'body' && one.in !== 'formData');
    out.parameters = plain.map((one, index) => this.#parameter(one, childPointer(target, index)));
    const consumes = this.#mediaTypes(operation, 'consumes');
    const body = this.#requestBody(all, consumes, childPointer(pointer, 'requestBody'));
    if (body !== undefined) out.requestBody = body;
    const produces = this.#mediaTypes(operation, 'produces');
    const responses = member(operation, 'responses');
    out.responses = emptyObject();
    for (const [status, response] of members(responses)) {
      const at = childPointer(childPointer(pointer, 'responses'), status);
      if (isObject(out.responses)) {
        Object.assign(out.responses, {
          [status]: isObject(response) ? this.#response(response, produces, at, at) : response,
        });
      }
    }
    return out;
  }

  #mediaTypes(operation: PlainObject, name: 'consumes' | 'produces'): string[] {
    return strings(member(operation, name) ?? member(this.#document, name));
  }

  /** Parameters with their shared ones looked up: a body or form parameter must be known for what it is. */
  #parameters(list: unknown, pointer: string): Written[] {
    if (!isList(list)) return [];
    return list.flatMap((entry, index) => {
      let at = childPointer(pointer, index);
      let value = entry;
      const reference = member(entry, '$ref');
      if (typeof reference === 'string') {
        const local = localReference(reference);
        const found = local?.startsWith('/parameters/') ? valueAt(this.#document, local) : undefined;
        if (local === undefined || !isObject(found)) {
          const code = reference.startsWith('#') ? 'ref-missing' : 'ref-remote';
          this.#faults.add(
            code,
            `the reference to a parameter leads nowhere; put the parameter into this document`,
            at,
          );
          return [];
        }
        value = found;
        at = local;
      }
      if (!isObject(value)) return [];
      return [{ value, at, in: member(value, 'in') }];
    });
  }

  #parameter({ value, at }: Written, pointer: string): Draft {
    this.#faults.moved(pointer, at);
    this.#faults.moved(childPointer(pointer, 'schema'), at);
    const { rest, schema } = splitSchema(value);
    const format = rest.collectionFormat;
    delete rest.collectionFormat;
    rest.schema = schema;
    if (schema.type !== 'array') return rest;
    const style = STYLES.get(format ?? 'csv');
    if (style === undefined) {
      this.#faults.warn(
        'parameter-unsupported',
        'this collectionFormat has no place in OpenAPI 3; use csv or multi',
        at,
      );
    }
    return Object.assign(rest, value.in === 'query' ? (style ?? STYLES.get('csv')) : { style: 'simple' });
  }

  #requestBody(all: readonly Written[], consumes: readonly string[], pointer: string): Draft | undefined {
    const body = all.find((one) => one.in === 'body');
    if (body !== undefined) {
      this.#faults.moved(pointer, body.at);
      const schema = references(member(body.value, 'schema') ?? {});
      const types = consumes.length === 0 ? ['application/json'] : consumes;
      for (const type of types) {
        const media = childPointer(childPointer(pointer, 'content'), type);
        this.#faults.moved(childPointer(media, 'schema'), childPointer(body.at, 'schema'));
      }
      const content = Object.fromEntries(types.map((type) => [type, { schema }]));
      const description = member(body.value, 'description');
      const required = member(body.value, 'required') === true;
      return { ...(description === undefined ? {} : { description }), required, content };
    }
    const form = all.filter((one) => one.in === 'formData');
    const first = form[0];
    if (first === undefined) return undefined;
    this.#faults.moved(pointer, first.at);
    const isFile = (one: Written): boolean => member(one.value, 'type') === 'file';
    const usual = form.some(isFile) ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
    const known = consumes.filter((type) => /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/.test(type));
    const types = known.length === 0 ? [usual] : known;
    const properties = emptyObject();
    const required: string[] = [];
    for (const { value, at } of form) {
      const name = member(value, 'name');
      if (typeof name !== 'string') continue;
      const { schema, rest } = splitSchema(value);
      for (const extra of ['description', 'x-portcullis']) if (rest[extra] !== undefined) schema[extra] = rest[extra];
      properties[name] = schema;
      if (rest.required === true) required.push(name);
      for (const type of types) {
        const media = childPointer(childPointer(pointer, 'content'), type);
        this.#faults.moved(childPointer(`${media}/schema/properties`, name), at);
      }
    }
    const schema = { type: 'object', properties, required };
    const content = Object.fromEntries(types.map((type) => [type, { schema }]));
    return { required: required.length > 0, content };
  }

  #response(response: PlainObject, produces: readonly string[], to: string, from: string): Draft {
    const out = emptyObject();
    const schema = member(response, 'schema');
    const examples = member(response, 'examples');
    for (const [name, value] of members(response)) {
      if (name === '$ref' && typeof value === 'string') out[name] = movedReference(value);
      else if (name !== 'schema' && name !== 'examples' && name !== 'headers') out[name] = value;
    }
    const headers = member(response, 'headers');
    if (isObject(headers)) {
      out.headers = this.#mapOf(headers, (header) => {
        if (!isObject(header)) return header;
        const { rest, schema: headerSchema } = splitSchema(header);
        delete rest.collectionFormat;
        return Object.assign(rest, { schema: headerSchema });
      });
    }
    if (schema === undefined) return out;
    const isFile = member(schema, 'type') === 'file';
    const usual = isFile ? 'application/octet-stream' : 'application/json';
    const content = emptyObject();
    for (const type of isFile || produces.length === 0 ? [usual] : produces) {
      const media = childPointer(childPointer(to, 'content'), type);
      this.#faults.moved(childPointer(media, 'schema'), childPointer(from, 'schema'));
      const example = member(examples, type);
      content[type] = { schema: references(schema), ...(example === undefined ? {} : { example }) };
    }
    out.content = content;
    return out;
  }
}

interface Written {
  readonly value: PlainObject;
  readonly at: string;
  readonly in: unknown;
}

function splitSchema(value: PlainObject): { rest: Draft; schema: Draft } {
  const rest = emptyObject();
  const schema = emptyObject();
  for (const [name, entry] of members(value)) {
    if (SCHEMA_MEMBERS.has(name)) schema[name] = entry;
    else rest[name] = entry;
  }
  return { rest, schema };
}

function movedReference(reference: string): string {
  for (const [from, to] of MOVED_REFERENCES) if (reference.startsWith(from)) return to + reference.slice(from.length);
  return reference;
}

/** A copy of a 2.0 schema with every reference led to its place in a 3.x document. */
function references(schema: unknown): unknown {
  if (isList(schema)) return schema.map(references);
  if (!isObject(schema)) return schema;
  const out = emptyObject();
  for (const [name, value] of members(schema)) {
    out[name] = name === '$ref' && typeof value === 'string' ? movedReference(value) : references(value);
  }
  return out;
}
