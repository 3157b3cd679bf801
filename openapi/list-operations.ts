import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import { operationAnnotation, parameterRole } from './annotation.ts';
import type { ShapeBuilder } from './build-shapes.ts';
import type { Content, JsonSchema, Method, Operation, Parameter } from './contract.ts';
import type { DocumentFaults } from './document-faults.ts';
import { childPointer } from './json-pointer.ts';
import { essence, isJson, preferredMediaType } from './media-type.ts';
import { follow } from './normal-form.ts';
import { checkCollisions, checkPathParameters, templateFault } from './path-template.ts';
import { isList, isObject, member, members, type PlainObject } from './plain-data.ts';

const METHODS: readonly Method[] = [
  ...(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'] as const),
];
const PLACES = ['path', 'query', 'header', 'cookie'] as const;
const DEFAULT_STYLE = { path: 'simple', query: 'form', header: 'simple', cookie: 'form' } as const;
/** Header parameters of these names are ignored (OpenAPI 3.1 §4.8.12): the gateway owns them. */
const OWNED_HEADERS = new Set(['accept', 'content-type', 'authorization']);

const STATUS = /^(?:[1-5](?:\d\d|XX)|default)$/i;

type Content0 = { readonly content?: Content };

/** The operations of a document in 3.1 form, by id, with their shapes. */
export function listOperations(
  document: PlainObject,
  shapes: ShapeBuilder,
  faults: DocumentFaults,
): Map<string, Operation> {
  const list: Operation[] = [];
  for (const [path, item] of members(member(document, 'paths'))) {
    if (path.startsWith('x-')) continue;
    const pointer = childPointer('/paths', path);
    const wrong = templateFault(path);
    if (wrong !== undefined) {
      faults.add('path-invalid', wrong, pointer);
      continue;
    }
    const found = follow(document, item);
    if (found === undefined) continue;
    for (const { method, value, at } of methodsOf(found.value, found.pointer ?? pointer, faults)) {
      const reader = new OperationReader(document, shapes, faults);
      list.push(reader.read(method, path, value, at, found.value, found.pointer ?? pointer));
    }
  }
  checkCollisions(list, faults);
  const operations = new Map<string, Operation>();
  for (const operation of list) {
    if (operations.has(operation.id)) {
      const message = `the operationId ${quoted(operation.id)} is used twice; give each operation its own`;
      faults.add('operation-id-duplicate', message, childPointer(operation.pointer, 'operationId'));
      continue;
    }
    operations.set(operation.id, operation);
    checkPathParameters(operation, faults);
  }
  return operations;
}

function methodsOf(
  item: PlainObject,
  pointer: string,
  faults: DocumentFaults,
): { method: Method; value: PlainObject; at: string }[] {
  const found: { method: Method; value: PlainObject; at: string }[] = [];
  for (const method of METHODS) {
    const value = member(item, method.toLowerCase());
    if (isObject(value)) found.push({ method, value, at: childPointer(pointer, method.toLowerCase()) });
  }
  const additional = childPointer(pointer, 'additionalOperations');
  for (const [name, value] of members(member(item, 'additionalOperations'))) {
    const method = METHODS.find((known) => known === name);
    const at = childPointer(additional, name);
    if (method === undefined) {
      const message = `the method ${quoted(name)} is not supported; use one of ${METHODS.join(', ')}`;
      faults.add('method-unsupported', message, at);
    } else if (isObject(value)) {
      found.push({ method, value, at });
    }
  }
  return found;
}

class OperationReader {
  readonly #document: PlainObject;
  readonly #shapes: ShapeBuilder;
  readonly #faults: DocumentFaults;

  constructor(document: PlainObject, shapes: ShapeBuilder, faults: DocumentFaults) {
    this.#document = document;
    this.#shapes = shapes;
    this.#faults = faults;
  }

  read(
    method: Method,
    path: string,
    operation: PlainObject,
    pointer: string,
    item: PlainObject,
    itemPointer: string,
  ): Operation {
    const stated = member(operation, 'operationId');
    const id = typeof stated === 'string' && stated !== '' ? stated : `${method.toLowerCase()} ${path}`;
    const summary = member(operation, 'summary');
    const body = follow(this.#document, member(operation, 'requestBody'));
    const requestBody = body === undefined ? undefined : this.#requestBody(body.value, id);
    return {
      id,
      method,
      path,
      ...(typeof summary === 'string' ? { summary } : {}),
      parameters: this.#parameters(item, itemPointer, operation, pointer),
      ...(requestBody === undefined ? {} : { requestBody }),
      responses: this.#responses(member(operation, 'responses'), id, childPointer(pointer, 'responses')),
      annotation: operationAnnotation(member(operation, 'x-portcullis')),
      pointer,
    };
  }

  /** Parameters of the path item, replaced by those of the operation with the same name and place. */
  #parameters(item: PlainObject, itemPointer: string, operation: PlainObject, pointer: string): Parameter[] {
    const byKey = new Map<string, Parameter>();
    for (const [holder, at] of [
      [item, itemPointer],
      [operation, pointer],
    ] as const) {
      const list = member(holder, 'parameters');
      if (!isList(list)) continue;
      list.forEach((entry, index) => {
        const parameter = this.#parameter(entry, childPointer(childPointer(at, 'parameters'), index));
        if (parameter !== undefined) byKey.set(`${parameter.in} ${parameter.name}`, parameter);
      });
    }
    return [...byKey.values()];
  }

  #parameter(entry: unknown, pointer: string): Parameter | undefined {
    const found = follow(this.#document, entry);
    if (found === undefined) return undefined;
    const value = found.value;
    const at = found.pointer ?? pointer;
    const name = member(value, 'name');
    const stated = member(value, 'in');
    const place = PLACES.find((known) => known === stated);
    if (typeof name !== 'string' || name === '') {
      this.#faults.add('document-invalid', 'a parameter needs a name; add it', at);
      return undefined;
    }
    if (place === undefined) {
      const hint = typeof stated === 'string' ? suggestion(stated, PLACES) : '';
      const message =
        stated === undefined
          ? `the parameter ${quoted(name)} does not say where it stands; add in: with one of ${PLACES.join(', ')}`
          : `parameters in ${quoted(String(stated))} are not supported; use one of ${PLACES.join(', ')}${hint}`;
      this.#faults.add('parameter-unsupported', message, childPointer(at, 'in'));
      return undefined;
    }
    if (place === 'header' && OWNED_HEADERS.has(name.toLowerCase())) return undefined;
    const style = member(value, 'style');
    const explode = member(value, 'explode');
    const description = member(value, 'description');
    const usedStyle = typeof style === 'string' ? style : DEFAULT_STYLE[place];
    return {
      name,
      in: place,
      required: place === 'path' || member(value, 'required') === true,
      schema: this.#parameterSchema(value),
      style: usedStyle,
      explode: typeof explode === 'boolean' ? explode : usedStyle === 'form',
      ...parameterRole(member(value, 'x-portcullis')),
      ...(typeof description === 'string' ? { description } : {}),
    };
  }

  #parameterSchema(value: PlainObject): JsonSchema {
    const [media] = members(member(value, 'content')).map(([, held]) => held);
    return schemaOf(value) ?? schemaOf(media) ?? true;
  }

  #requestBody(body: PlainObject, id: string): Operation['requestBody'] {
    const { content } = this.#content(member(body, 'content'), `${id}.request`, false);
    return content === undefined ? undefined : { required: member(body, 'required') === true, content };
  }

  #responses(responses: unknown, id: string, pointer: string): Operation['responses'] {
    const out = new Map<string, { description: string } & Content0>();
    const statuses = members(responses).filter(([status]) => {
      if (STATUS.test(status)) return true;
      if (!status.startsWith('x-')) {
        const message = `${quoted(status)} is no status of an answer; write three digits, a range such as 2XX, or default`;
        this.#faults.add('document-invalid', message, childPointer(pointer, status));
      }
      return false;
    });
    const main = successStatuses(statuses.map(([status]) => status))[0];
    for (const [status, entry] of statuses) {
      const response = follow(this.#document, entry);
      if (response === undefined) continue;
      const description = member(response.value, 'description');
      const name = status === main ? `${id}.response` : `${id}.response.${status}`;
      out.set(status, {
        description: typeof description === 'string' ? description : '',
        ...this.#content(member(response.value, 'content'), name, true),
      });
    }
    return out;
  }

  #content(content: unknown, name: string, jsonOnly: boolean): Content0 {
    const mediaType = preferredMediaType(Object.keys(isObject(content) ? content : {}));
    if (mediaType === undefined || (jsonOnly && !isJson(mediaType))) return {};
    const media = follow(this.#document, member(content, mediaType));
    const schema = schemaOf(media?.value) ?? true;
    const spoken = isJson(mediaType) && mediaType.includes('*') ? 'application/json' : essence(mediaType);
    return { content: { mediaType: spoken, schema, shape: this.#shapes.rootShape(schema, name) } };
  }
}

function schemaOf(holder: unknown): JsonSchema | undefined {
  const schema = member(holder, 'schema');
  return isObject(schema) || typeof schema === 'boolean' ? schema : undefined;
}

/** The statuses of success in order; `default` where no other tells of success. */
export function successStatuses(statuses: Iterable<string>): string[] {
  const all = [...statuses];
  const success = all.filter((status) => /^2(?:\d\d|XX)$/i.test(status)).sort();
  return success.length > 0 ? success : all.filter((status) => status === 'default');
}

/** The JSON answers of success, in order of status: what a selection speaks of. */
export function successContents(operation: Operation): Content[] {
  return successStatuses(operation.responses.keys()).flatMap(
    (status) => operation.responses.get(status)?.content ?? [],
  );
}
