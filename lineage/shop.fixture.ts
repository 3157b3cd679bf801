/** A document of one version: orders with what is said of their fields. */
function api(version: string, fields: Readonly<Record<string, string>>): string {
  const properties = Object.entries(fields).map(
    ([name, said]) => `        ${name}: {type: string, x-portcullis: {${said}}}`,
  );
  return `openapi: 3.1.0
info: {title: Orders, version: '${version}'}
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getOrder
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
    patch:
      operationId: updateOrder
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
components:
  schemas:
    Order:
      type: object
      properties:
${properties.join('\n')}
`;
}

const HEAD = 'apiVersion: portcullis/v1';

const consumer = (name: string, environment: string, more = ''): string => `${HEAD}
kind: Consumer
metadata: {name: ${name}}
spec:
  owner: sales
  environment: ${environment}
  ${more}
  clients: [{id: ${name}, authentication: {method: client_secret, secret: {env: SECRET}}}]
`;

/** `more`: further members of the spec, on one line. */
export const grant = (name: string, of: string, major: number, more = 'read: {Order: [number]}'): string => `${HEAD}
kind: Grant
metadata: {name: ${name}}
spec:
  consumer: ${of}
  interface: orders
  major: ${major}
  plan: plan
  purpose: Testing
  until: "2030-12-31"
  operations: [getOrder, updateOrder]
  ${more}
`;

/** The documents of a small shop: an interface with a version in every state, and consumers in two environments. */
export const SHOP: Readonly<Record<string, string>> = {
  'house.yaml': [
    `${HEAD}\nkind: Team\nmetadata: {name: sales}\nspec: {contact: "#sales"}\n`,
    `${HEAD}\nkind: Team\nmetadata: {name: books}\nspec: {contact: "#books"}\n`,
    `${HEAD}\nkind: Plan\nmetadata: {name: plan}\nspec: {rate: {perSecond: 1, burst: 1}}\n`,
    `${HEAD}\nkind: System\nmetadata: {name: shop}\nspec: {type: http, owner: sales, environments: {production: {url: "https://shop.example"}, staging: {url: "https://staging.example"}}}\n`,
    `${HEAD}\nkind: System\nmetadata: {name: ledger}\nspec: {type: http, owner: books, environments: {production: {url: "https://ledger.example"}}}\n`,
    consumer('web', 'production'),
    consumer('app', 'production'),
    consumer('gone', 'production', 'status: disabled'),
    consumer('web-test', 'staging'),
  ].join('---\n'),
  'interface.yaml': `${HEAD}
kind: Interface
metadata: {name: orders}
spec:
  system: shop
  owners: {business: sales, technical: sales, steward: sales}
  support: {contact: "#sales"}
  objective: {availabilityPercent: 99, p95Ms: 500}
  runbook: https://runbooks.example/orders
  criticality: low
  mode: real-time
  versions:
    - {version: "0.9", document: 0.9.yaml, lifecycle: retired}
    - {version: "1.0", document: 1.0.yaml, lifecycle: production}
    - {version: "1.1", document: 1.1.yaml, lifecycle: deprecated, deprecated: "2026-06-01", sunset: "2027-06-01", successor: "2.0"}
    - {version: "2.0", document: 2.0.yaml, lifecycle: production}
    - {version: "3.0", document: 3.0.yaml, lifecycle: testing}
`,
  '0.9.yaml': api('0.9', { number: 'class: internal' }),
  '1.0.yaml': api('1.0', { number: 'class: internal', old: 'class: internal' }),
  '1.1.yaml': api('1.1', { number: 'class: internal', total: 'class: internal, systemOfRecord: ledger' }),
  '2.0.yaml': api('2.0', {
    number: 'class: internal',
    total: 'class: internal, systemOfRecord: shop',
    spare: 'class: internal',
  }),
  '3.0.yaml': api('3.0', { number: 'class: internal' }),
};
