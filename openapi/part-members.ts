import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import type { DocumentFaults } from './document-faults.ts';
import type { Part } from './document-structure.ts';
import { childPointer } from './json-pointer.ts';
import { isList, members, type PlainObject } from './plain-data.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** The members of each part of OpenAPI 3.x; those of 2.0 that are kept when it is converted stand among them. */
const MEMBERS: Readonly<Partial<Record<Part, readonly string[]>>> = {
  document: [
    ...['openapi', '$self', 'info', 'jsonSchemaDialect', 'servers', 'paths', 'webhooks', 'components', 'security'],
    ...['tags', 'externalDocs'],
  ],
  components: [
    ...['schemas', 'responses', 'parameters', 'examples', 'requestBodies', 'headers', 'securitySchemes', 'links'],
    ...['callbacks', 'pathItems', 'mediaTypes'],
  ],
  pathItem: ['$ref', 'summary', 'description', ...METHODS, 'additionalOperations', 'servers', 'parameters'],
  operation: [
    ...['tags', 'summary', 'description', 'externalDocs', 'operationId', 'parameters', 'requestBody', 'responses'],
    ...['callbacks', 'deprecated', 'security', 'servers', 'consumes', 'produces', 'schemes'],
  ],
  parameter: [
    ...['$ref', 'name', 'in', 'description', 'required', 'deprecated', 'allowEmptyValue', 'style', 'explode'],
    ...['allowReserved', 'schema', 'example', 'examples', 'content', 'collectionFormat'],
  ],
  requestBody: ['$ref', 'description', 'content', 'required'],
  response: ['$ref', 'summary', 'description', 'headers', 'content', 'links', 'examples'],
  mediaType: ['schema', 'itemSchema', 'example', 'examples', 'encoding', 'prefixEncoding', 'itemEncoding'],
};

const IN_SCHEMA = 'write it in its schema: schema: {type: …}';
/** Members of OpenAPI 2.0 that newer versions pass over, and where they belong. */
const MOVED: Readonly<Partial<Record<Part, ReadonlyMap<string, string>>>> = {
  document: new Map([
    ['definitions', 'write the schemas under components: {schemas: …}'],
    ['basePath', 'write it as servers: [{url: …}]'],
    ['host', 'write it as servers: [{url: …}]'],
  ]),
  parameter: new Map(
    ['type', 'format', 'enum', 'items', 'pattern', 'minimum', 'maximum'].map((name) => [name, IN_SCHEMA]),
  ),
  response: new Map([['schema', 'write it under content: {application/json: {schema: …}}']]),
  requestBody: new Map([['schema', 'write it under content: {application/json: {schema: …}}']]),
};

/** Styles that a parameter may have at its place (OpenAPI 3.1 §4.8.12.3). */
const STYLES: Readonly<Record<string, readonly string[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form', 'cookie'],
};

/** A shorter name is near to too many others. */
const LEAST_COMPARED = 4;

/** Warns of members of a part (schemas have their own rules) that are most likely misspelt, or stand where 2.0 had them. */
export function checkMembers(part: Part, value: PlainObject, pointer: string, faults: DocumentFaults): void {
  const known = MEMBERS[part];
  if (known === undefined) return;
  for (const [name, held] of members(value)) {
    if (known.includes(name) || name.startsWith('x-')) continue;
    const at = childPointer(pointer, name);
    const moved = MOVED[part]?.get(name);
    if (moved !== undefined) {
      faults.warn('keyword-ineffective', `${quoted(name)} means nothing here since OpenAPI 3.0; ${moved}`, at);
      continue;
    }
    const hint = name.length < LEAST_COMPARED || held === undefined ? '' : suggestion(name, known);
    if (hint !== '') faults.warn('keyword-misspelt', `${quoted(name)} is no member of ${named(part)}${hint}`, at);
  }
  if (part === 'parameter') checkParameter(value, pointer, faults);
}

function checkParameter(parameter: PlainObject, pointer: string, faults: DocumentFaults): void {
  const add = (name: string, message: string): void =>
    faults.add('document-invalid', `${name} ${message}`, childPointer(pointer, name));
  for (const name of ['required', 'explode', 'deprecated', 'allowReserved']) {
    const held = parameter[name];
    if (held !== undefined && typeof held !== 'boolean') add(name, 'must be true or false');
  }
  const { style, in: place } = parameter;
  const styles = typeof place === 'string' && Object.hasOwn(STYLES, place) ? STYLES[place] : undefined;
  if (style === undefined || styles === undefined || (typeof style === 'string' && styles.includes(style))) return;
  const hint = typeof style === 'string' ? suggestion(style, styles) : '';
  add('style', `must be one of ${styles.join(', ')} for a parameter in ${String(place)}${hint}`);
}

const NAMES: Readonly<Partial<Record<Part, string>>> = {
  document: 'an OpenAPI document',
  components: 'components',
  pathItem: 'a path',
  operation: 'an operation',
  requestBody: 'a request body',
  mediaType: 'a media type',
};

/** A part as people call it, with its article. */
export function named(part: Part): string {
  return NAMES[part] ?? `a ${part}`;
}

/** What stands at a place where something else is needed: `nothing`, `the text "x"`, `a list`. */
export function foundThere(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (isList(value)) return 'a list';
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  return typeof value === 'object' ? 'an object' : String(value);
}
