/**
 * Which part of an OpenAPI document holds which (OpenAPI 3.2 §4, with 3.1's and 3.0's parts), so that one walk can tell
 * a schema from an example and a reference from a property that happens to be called `$ref`.
 * `map:` is an object with free names, `list:` an array; what is not named here is copied as it is.
 */
export type Part =
  | 'document'
  | 'components'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'header'
  | 'requestBody'
  | 'response'
  | 'mediaType'
  | 'callback'
  | 'schema';

type Held = Part | `map:${Part}` | `list:${Part}`;

const OPERATIONS = {
  get: 'operation',
  put: 'operation',
  post: 'operation',
  delete: 'operation',
  options: 'operation',
  head: 'operation',
  patch: 'operation',
  trace: 'operation',
  query: 'operation',
} as const;

const PARTS: Record<Part, Readonly<Record<string, Held>>> = {
  document: { paths: 'map:pathItem', webhooks: 'map:pathItem', components: 'components' },
  components: {
    schemas: 'map:schema',
    responses: 'map:response',
    parameters: 'map:parameter',
    requestBodies: 'map:requestBody',
    headers: 'map:header',
    callbacks: 'map:callback',
    pathItems: 'map:pathItem',
    mediaTypes: 'map:mediaType',
  },
  pathItem: { ...OPERATIONS, parameters: 'list:parameter', additionalOperations: 'map:operation' },
  operation: {
    parameters: 'list:parameter',
    requestBody: 'requestBody',
    responses: 'map:response',
    callbacks: 'map:callback',
  },
  parameter: { schema: 'schema', content: 'map:mediaType' },
  header: { schema: 'schema', content: 'map:mediaType' },
  requestBody: { content: 'map:mediaType' },
  response: { headers: 'map:header', content: 'map:mediaType' },
  mediaType: { schema: 'schema', itemSchema: 'schema' },
  callback: {},
  schema: {
    properties: 'map:schema',
    patternProperties: 'map:schema',
    $defs: 'map:schema',
    definitions: 'map:schema',
    dependentSchemas: 'map:schema',
    items: 'schema',
    additionalProperties: 'schema',
    not: 'schema',
    if: 'schema',
    ...Object.fromEntries([['then', 'schema' as const]]),
    else: 'schema',
    contains: 'schema',
    propertyNames: 'schema',
    unevaluatedItems: 'schema',
    unevaluatedProperties: 'schema',
    contentSchema: 'schema',
    allOf: 'list:schema',
    anyOf: 'list:schema',
    oneOf: 'list:schema',
    prefixItems: 'list:schema',
  },
};

/** What the member `name` of a `part` holds; undefined for plain data. */
export function heldBy(part: Part, name: string): Held | undefined {
  if (part === 'callback') return 'pathItem';
  return Object.hasOwn(PARTS[part], name) ? PARTS[part][name] : undefined;
}
