import type { Mask } from '../catalog/documents.ts';
import { ConsumerSchemas } from './consumer-schemas.ts';
import type { Contract, Operation, Parameter } from './contract.ts';
import { type Hides, hiddenNames } from './hidden-names.ts';
import { successStatuses } from './list-operations.ts';
import { mergeComponents } from './merge-components.ts';
import { emptyObject, member } from './plain-data.ts';
import type { Selection, SelectionNode } from './selection.ts';

/** One operation as one consumer may call it. */
export interface ConsumerOperation {
  readonly operation: Operation;
  readonly selection: Selection | undefined;
  readonly writable: ReadonlySet<string>;
  readonly masks: Readonly<Record<string, Mask>>;
}

/** The authorization server of a consumer's clients. */
export interface TokenSource {
  readonly tokenUrl: string;
  readonly authorizationUrl: string;
  readonly grantTypes: ReadonlySet<'client_credentials' | 'authorization_code' | 'refresh_token'>;
}

export interface ConsumerView {
  readonly contract: Contract;
  /** Address of the version at the gateway: `https://gateway.example.com/customer-master/v1`. */
  readonly serverUrl: string;
  /** How the consumer's clients get tokens; absent: the document only says that a bearer token is needed. */
  readonly tokens?: TokenSource | undefined;
  readonly operations: readonly ConsumerOperation[];
}

type Draft = Record<string, unknown>;

/** A refusal as the gateway sends it (RFC 9457). */
const PROBLEM: Draft = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'instance'],
};

const ROLE_TEXTS = {
  fields: 'Fields to return, separated by commas. Default: all.',
  sort: 'Fields to sort by, separated by commas; a minus sign before a field means descending.',
  limit: 'Largest number of records to return.',
  cursor: 'Where to go on: the cursor of the answer before.',
  filter: 'Conditions as name[field][operator]=value.',
} as const;

/**
 * The consumer's own OpenAPI 3.1 document: the operations it may call, with the fields it may read and write and nothing
 * else. It is put together from what is granted; texts of the interface come along only where they speak of nothing
 * hidden.
 */
export function consumerContract(view: ConsumerView): Record<string, unknown> {
  const hides = hiddenNames(view.contract, visibleNames(view));
  const schemas = new ConsumerSchemas(view.contract, hides, { Problem: PROBLEM });
  const writer = new ConsumerWriter(hides, schemas);
  const paths: Record<string, Draft> = emptyObject() as Record<string, Draft>;
  for (const granted of view.operations) {
    const { path, method } = granted.operation;
    const item = paths[path] ?? emptyObject();
    // OpenAPI 3.1 has no place for the method QUERY; 3.2's would not be read by 3.1 tools.
    item[method === 'QUERY' ? 'x-query' : method.toLowerCase()] = writer.operation(granted);
    paths[path] = item;
  }
  const { title } = view.contract;
  const version = member(member(view.contract.document, 'info'), 'version');
  return mergeComponents({
    openapi: '3.1.1',
    info: {
      title: title === '' || hides(title) ? 'API' : title,
      version: typeof version === 'string' ? version : '0',
    },
    servers: [{ url: view.serverUrl }],
    security: [{ token: [] }],
    paths,
    components: { schemas: schemas.components, securitySchemes: { token: securityScheme(view.tokens) } },
  });
}

function securityScheme(tokens: TokenSource | undefined): Draft {
  const flows = tokens === undefined ? {} : flowsOf(tokens);
  if (Object.keys(flows).length === 0) return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
  return { type: 'oauth2', flows };
}

/** OAuth flows as OpenAPI 3.1 §4.8.28 names them. */
function flowsOf({ tokenUrl, authorizationUrl, grantTypes }: TokenSource): Draft {
  const refresh = grantTypes.has('refresh_token') ? { refreshUrl: tokenUrl } : {};
  return {
    ...(grantTypes.has('client_credentials') ? { clientCredentials: { tokenUrl, scopes: {} } } : {}),
    ...(grantTypes.has('authorization_code')
      ? { authorizationCode: { authorizationUrl, tokenUrl, ...refresh, scopes: {} } }
      : {}),
  };
}

class ConsumerWriter {
  readonly #hides: Hides;
  readonly #schemas: ConsumerSchemas;

  constructor(hides: Hides, schemas: ConsumerSchemas) {
    this.#hides = hides;
    this.#schemas = schemas;
  }

  operation(granted: ConsumerOperation): Draft {
    const { operation } = granted;
    const parameters = operation.parameters.flatMap((parameter) => this.#parameter(parameter, granted.selection) ?? []);
    const { idempotencyKey } = operation.annotation;
    const declared = operation.parameters.some(
      (one) => one.in === 'header' && one.name.toLowerCase() === 'idempotency-key',
    );
    if (idempotencyKey !== undefined && !declared) {
      const required = idempotencyKey === 'required';
      parameters.push({ name: 'Idempotency-Key', in: 'header', required, schema: { type: 'string' } });
    }
    const { summary, requestBody } = operation;
    return {
      operationId: operation.id,
      ...(summary === undefined || this.#hides(summary) ? {} : { summary }),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(requestBody === undefined ? {} : { requestBody: this.#requestBody(requestBody, granted.writable) }),
      responses: this.#responses(granted),
    };
  }

  #parameter(parameter: Parameter, selection: Selection | undefined): Draft | undefined {
    const { name, role, field, style, explode } = parameter;
    if (role === 'ignored') return undefined;
    if (role === 'filter' && field !== undefined && !isComparable(selection, field)) return undefined;
    if (role === 'forward' && parameter.in === 'query' && !parameter.required && this.#hides(name)) return undefined;
    const common = { name, in: parameter.in, required: parameter.required };
    const styled = { ...common, style, explode };
    if (role === 'fields' || role === 'sort') {
      return { ...common, schema: { type: 'string' }, description: ROLE_TEXTS[role] };
    }
    if (role === 'filter' && field === undefined) {
      return {
        ...styled,
        style: 'deepObject',
        explode: true,
        schema: { type: 'object' },
        description: ROLE_TEXTS.filter,
      };
    }
    const own = parameter.description;
    const general = role === 'limit' || role === 'cursor' ? ROLE_TEXTS[role] : undefined;
    const description = own === undefined || this.#hides(own) ? general : own;
    return {
      ...styled,
      schema: this.#schemas.parameter(parameter.schema),
      ...(description === undefined ? {} : { description }),
    };
  }

  #requestBody(body: NonNullable<Operation['requestBody']>, writable: ReadonlySet<string>): Draft {
    const schema = this.#schemas.input(body.content.shape, writable);
    return { required: body.required, content: { [body.content.mediaType]: { schema } } };
  }

  #responses({ operation, selection }: ConsumerOperation): Draft {
    const out: Draft = {};
    const partial = operation.parameters.some((parameter) => parameter.role === 'fields');
    for (const status of successStatuses(operation.responses.keys())) {
      const response = operation.responses.get(status);
      if (response === undefined) continue;
      const { description, content } = response;
      const schema =
        content === undefined || selection === undefined
          ? undefined
          : this.#schemas.answer(selection.root, content.shape, partial);
      out[status === 'default' ? '2XX' : status] = {
        description: description === '' || this.#hides(description) ? 'Success.' : description,
        ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }),
      };
    }
    const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
    out['4XX'] = { description: 'The request was refused.', content: problem };
    out['5XX'] = { description: 'The request failed.', content: problem };
    return out;
  }
}

/** Whether a field of the records is granted and shown as it is, so that it may filter. */
function isComparable(selection: Selection | undefined, path: string): boolean {
  if (selection === undefined) return false;
  const starts = [...nodesOf([selection])].filter((node) => node.record);
  return (starts.length === 0 ? [selection.root] : starts).some((start) => {
    let node: SelectionNode | undefined = start;
    for (const name of path.split('.')) {
      node = node?.keys.get(name);
      if (node === undefined || node.mask !== undefined) return false;
    }
    return node.leaf;
  });
}

function nodesOf(selections: readonly Selection[]): Set<SelectionNode> {
  const seen = new Set(selections.map((selection) => selection.root));
  for (const node of seen) {
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return seen;
}

/** Names that the consumer knows anyway: of what it reads, writes, calls and passes in paths. */
function* visibleNames({ operations }: ConsumerView): Iterable<string> {
  for (const node of nodesOf(operations.flatMap(({ selection }) => selection ?? []))) {
    for (const [name, next] of node.keys) if (next.field !== '') yield name;
    const schema = node.field.slice(0, Math.max(0, node.field.indexOf('.')));
    if (schema !== '') yield schema;
  }
  for (const { operation, writable } of operations) {
    yield operation.id;
    for (const parameter of operation.parameters)
      if (parameter.in === 'path' || parameter.required) yield parameter.name;
    for (const id of writable) {
      yield id.slice(id.lastIndexOf('.') + 1);
      yield id.slice(0, Math.max(0, id.indexOf('.')));
    }
  }
}
