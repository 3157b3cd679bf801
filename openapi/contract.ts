import type { FieldClass } from '../catalog/documents.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'TRACE' | 'QUERY';

/** A JSON Schema as in OpenAPI 3.1 (2020-12): 2.0 and 3.0 documents are brought to this form when parsed. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/**
 * Name of a field's place in Odoo: a field path on the schema's model, or one per Odoo major version
 * (`{"16": "qty_done", "17": "quantity"}`: from that version on; null where it does not exist).
 */
export type OdooName = string | Readonly<Record<string, string | null>>;

/** `x-portcullis` of a property. Absent annotations mean class confidential (unknown is confidential). */
export interface FieldAnnotation {
  readonly class: FieldClass;
  readonly tags: readonly string[];
  /** System that owns the value; a write by anyone else is answered with `owned_by`. */
  readonly systemOfRecord?: string;
  readonly canonicalName?: string;
  readonly odoo?: OdooName;
  /** This value identifies the record: its keyed hash stands in the audit record. A property named `id` does so by default. */
  readonly identifier?: boolean;
  /** Furniture of the answer (page cursor, list of items), not data: comes with the operation. */
  readonly envelope?: boolean;
  /** May be set once; a different value later is a conflict (409). */
  readonly writeOnce?: boolean;
  /** Decimal places for money: the contract carries a decimal string. */
  readonly decimals?: number;
  /** many2one: `id` (default) or `label`: which half of the pair this property carries. */
  readonly relation?: 'id' | 'label';
}

/** `x-portcullis` of an object schema: its Odoo model, when its properties are places of that model. */
export interface SchemaAnnotation {
  readonly model?: OdooName;
}

/** `x-portcullis` of an operation over Odoo. */
export interface OdooOperation {
  readonly call: 'list' | 'get' | 'create' | 'update' | 'delete' | 'action';
  readonly model: OdooName;
  /** Method of an `action`: the only method it can call. */
  readonly method?: OdooName;
  /** Path parameter that carries the record id; default `id`. */
  readonly idParameter?: string;
  /** Fixed Odoo domain over Odoo names, AND-ed to everything. */
  readonly domain?: readonly unknown[];
  /** Default order in contract names, e.g. `-writeDate`. The id is always the last key. */
  readonly sort?: string;
  /** Largest page; default 100. */
  readonly maxPageSize?: number;
  /** create: another active record with equal values in all these contract fields is a duplicate (409). */
  readonly unique?: readonly (readonly string[])[];
  /** Odoo context keys to send; the client's are never sent. */
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface OperationAnnotation {
  readonly odoo?: OdooOperation;
  /** A write that must carry an Idempotency-Key header. */
  readonly idempotencyKey?: 'required' | 'optional';
}

/** What a query parameter means to the gateway; parameters without a role are passed to the upstream. */
export type ParameterRole = 'fields' | 'sort' | 'limit' | 'cursor' | 'filter' | 'ignored' | 'forward';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly style: string;
  readonly explode: boolean;
  readonly role: ParameterRole;
  /** For role `filter` with one field: the contract field and operator; without: `name[field][operator]=value` (deepObject). */
  readonly field?: string;
  readonly operator?: string;
  readonly description?: string;
}

/** One property of an object; `id` is `Schema.path`, the name a grant and a record use. */
export interface Field {
  readonly name: string;
  readonly id: string;
  readonly annotation: FieldAnnotation;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  readonly shape: Shape;
}

/**
 * The shape of a value, as a graph (recursive schemas make cycles). Arrays are transparent to field paths.
 * allOf, anyOf and oneOf are united: a property of any branch is a property.
 */
export interface Shape {
  /** Name of the component schema, when it has one. Inline root schemas are named `<operationId>.response` / `.request`. */
  readonly name?: string;
  /** Path prefix under which this shape's own fields are named: `Schema` or `Schema.path`. */
  readonly path: string;
  readonly annotation: SchemaAnnotation;
  /** JSON types it may have; `any` when the schema does not say. */
  readonly types: ReadonlySet<'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'any'>;
  readonly fields: ReadonlyMap<string, Field>;
  /** Shape of the entries of a map (additionalProperties with a schema). */
  readonly entries?: Field;
  /** Shape of array elements. */
  readonly items?: Shape;
  readonly schema: JsonSchema;
}

export interface Content {
  readonly mediaType: string;
  readonly schema: JsonSchema;
  readonly shape: Shape;
}

export interface Operation {
  /** operationId, or `<method> <path>` where the document has none. */
  readonly id: string;
  readonly method: Method;
  /** Template as in the document: `/customers/{id}`. */
  readonly path: string;
  readonly summary?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  /** Keyed by status (`200`, `2XX`, `default`); only JSON content has a shape. */
  readonly responses: ReadonlyMap<string, { readonly description: string; readonly content?: Content }>;
  readonly annotation: OperationAnnotation;
  /** JSON Pointer of the operation in the document. */
  readonly pointer: string;
}

/** What one version's document means. */
export interface Contract {
  readonly title: string;
  readonly specVersion: string;
  /** `sha256:<hex>` of the document after overlays, in canonical JSON. */
  readonly digest: string;
  /** Path of the first server (or basePath): prefix of upstream paths. */
  readonly serverPath: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Every named shape (component schemas), by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Every field id that can be reached from an operation. */
  readonly fieldIds: ReadonlySet<string>;
  /** The document in 3.1 form, overlays applied, still with $ref, deeply frozen. */
  readonly document: Readonly<Record<string, unknown>>;
}
