import assert from 'node:assert/strict';
import type { Sourced } from '../catalog/catalog.ts';
import type { GrantDocument, GrantSpec } from '../catalog/documents.ts';
import { parseSource } from '../catalog/parse-source.ts';
import { contractOf, document } from './contract.fixture.ts';

/** A small interface with all that makes granting hard: envelopes, references, recursion, maps, unions, classes. */
export const SHOP = contractOf(
  document(
    `
/orders:
  get:
    operationId: listOrders
    parameters:
      - {name: fields, in: query, x-portcullis: {role: fields}}
      - {name: vatNumber, in: query, schema: {type: string}, x-portcullis: {role: filter, field: vatNumber, operator: eq}}
      - {name: number, in: query, schema: {type: string}, description: Not the vat number., x-portcullis: {role: filter, field: number, operator: eq}}
      - {name: trace, in: query, schema: {type: string}, x-portcullis: {role: ignored}}
    responses: {'200': {description: A page without vatNumber, content: {application/json: {schema: {$ref: '#/components/schemas/OrderPage'}}}}}
  post:
    operationId: createOrder
    x-portcullis: {idempotencyKey: required}
    requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
    responses:
      '201': {description: created, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      '202': {description: accepted, content: {application/json: {schema: {type: object, properties: {number: {type: string}, ticket: {type: string}}}}}}
/parties:
  get:
    operationId: findParties
    parameters: [{name: phone, in: query, schema: {type: string}}, {name: page, in: query, schema: {type: integer}}]
    responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Party'}}}}}}
/secrets:
  get:
    operationId: readSecrets
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/SecretThing'}}}}}`,
    `
OrderPage:
  type: object
  required: [items]
  properties:
    items: {type: array, items: {$ref: '#/components/schemas/Order'}, x-portcullis: {class: internal, envelope: true}}
    next: {type: [string, 'null'], x-portcullis: {class: internal, envelope: true}}
Order:
  type: object
  description: Has a vatNumber.
  required: [number, buyer, vatNumber]
  x-portcullis: {model: sale.order}
  examples: [{vatNumber: SECRET-EXAMPLE}]
  properties:
    id: {type: integer, readOnly: true, x-portcullis: {class: internal, odoo: id}}
    number: {type: string, description: See vat_number too., x-portcullis: {class: internal, odoo: name}}
    status: {type: string, enum: [open, vatNumber]}
    vatNumber: {type: string, x-portcullis: {class: restricted, tags: [tax-id], odoo: partner_id.vat}}
    password: {type: string, writeOnly: true, x-portcullis: {class: restricted, tags: [credential]}}
    buyer: {$ref: '#/components/schemas/Party'}
    seller: {$ref: '#/components/schemas/Party'}
    address: {type: object, properties: {city: {type: string}, street: {type: string}}}
    labels: {type: object, properties: {internalNote: {type: string}}, additionalProperties: {type: string}}
    children: {type: array, items: {$ref: '#/components/schemas/Order'}}
    extra: {type: object}
    tags: {type: array, items: {type: string}}
Party:
  type: object
  properties:
    name: {type: string}
    phone: {type: string}
    parent: {anyOf: [{$ref: '#/components/schemas/Party'}, {type: 'null'}]}
SecretThing: {type: object, properties: {hiddenThing: {type: string}}}`,
  ),
);

/** A grant on SHOP with positions: `spec` as YAML, one member a line, as it would stand in a file from line 5. */
export function grantOf(spec: string): Sourced<GrantDocument> {
  const head = 'apiVersion: portcullis/v1\nkind: Grant\nmetadata: {name: g}\nspec:\n';
  const { content, source, faults } = parseSource('grant.yaml', head + spec.trim().replaceAll(/^/gm, '  '));
  assert.deepEqual(faults, []);
  // The loader's schemas vouch for this in earnest; a fixture may be trusted.
  return { document: content as GrantDocument, source };
}

export function specOf(spec: string): GrantSpec {
  return grantOf(spec).document.spec;
}
