/** A catalog over an Odoo 18, and what the same database says as 18 and as 19. */
export const CATALOG_FILES: Readonly<Record<string, string>> = {
  'company.yaml': `
apiVersion: portcullis/v1
kind: System
metadata: { name: erp }
spec:
  type: odoo
  owner: it
  environments:
    production:
      url: https://erp.example
      odoo: { version: 18, protocol: jsonrpc, database: erp, login: bot }
      credential: { type: bearer, secret: { env: KEY } }
${['it', 'sales', 'staff', 'finance']
  .map((name) => `---\napiVersion: portcullis/v1\nkind: Team\nmetadata: { name: ${name} }\nspec: {}\n`)
  .join('')}---
apiVersion: portcullis/v1
kind: Plan
metadata: { name: plan }
spec: { rate: { perSecond: 5, burst: 20 } }
${['shop', 'desk']
  .map(
    (name) => `---
apiVersion: portcullis/v1
kind: Consumer
metadata: { name: ${name} }
spec:
  owner: ${name === 'shop' ? 'sales' : 'staff'}
  environment: production
  clients: [{ id: ${name}, authentication: { method: client_secret, secret: { env: ${name.toUpperCase()} } } }]
`,
  )
  .join('')}---
apiVersion: portcullis/v1
kind: Interface
metadata: { name: orders }
spec:
  system: erp
  owners: { business: sales, technical: it, steward: finance }
  support: { contact: it }
  objective: { availabilityPercent: 99, p95Ms: 800 }
  runbook: none
  criticality: low
  mode: real-time
  versions:
    - { version: "1.0", document: orders-1.yaml, lifecycle: production }
    - { version: "2.0", document: orders-2.yaml, lifecycle: production, responseValidation: refuse }
    - { version: "0.9", document: orders-1.yaml, lifecycle: retired }
---
apiVersion: portcullis/v1
kind: Grant
metadata: { name: shop-orders }
spec:
  consumer: shop
  interface: orders
  major: 1
  plan: plan
  purpose: sell
  until: "2030-12-31"
  operations: [listLines]
  read: { Line: [id, unitId, customer.phone] }
---
apiVersion: portcullis/v1
kind: Grant
metadata: { name: desk-orders }
spec:
  consumer: desk
  interface: orders
  major: 1
  plan: plan
  purpose: look
  until: "2030-12-31"
  operations: [listLines]
  read: { Line: [id] }
`,
  'orders-1.yaml': contract('product_uom', 'product_packaging_id'),
  'orders-2.yaml': contract(
    '{ "18": product_uom, "19": product_uom_id }',
    '{ "18": product_packaging_id, "19": null }',
  ),
};

function contract(unit: string, packaging: string): string {
  return `
openapi: 3.1.0
info: { title: Orders, version: "1" }
paths:
  /lines:
    get:
      operationId: listLines
      x-portcullis:
        odoo: { call: list, model: sale.order.line, sort: state, domain: [[order_id.note, "!=", false]] }
      responses:
        "200":
          description: Lines.
          content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Line" } } } }
    post:
      operationId: createLine
      x-portcullis: { odoo: { call: create, model: sale.order.line } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/Line" } } }
      responses:
        "201":
          description: The line.
          content: { application/json: { schema: { $ref: "#/components/schemas/Line" } } }
components:
  schemas:
    Line:
      type: object
      x-portcullis: { model: sale.order.line }
      properties:
        id: { type: integer, readOnly: true, x-portcullis: { class: internal, odoo: id } }
        unitId: { type: [integer, "null"], x-portcullis: { class: internal, odoo: ${unit}, relation: id } }
        packagingId: { type: [integer, "null"], x-portcullis: { class: internal, odoo: ${packaging} } }
        state: { type: string, enum: [draft, sale, done], x-portcullis: { class: internal, odoo: state } }
        kind: { type: string, enum: [line, note], x-portcullis: { class: internal, odoo: display_type } }
        city: { type: string, readOnly: true, x-portcullis: { class: internal, odoo: partner_id.city } }
        customer:
          readOnly: true
          x-portcullis: { odoo: partner_id }
          $ref: "#/components/schemas/Customer"
    Customer:
      type: object
      x-portcullis: { model: res.partner }
      properties:
        phone: { type: [string, "null"], x-portcullis: { class: confidential, odoo: mobile } }
`;
}

const LOGGED =
  'create_uid: { type: many2one, relation: res.users }\n        write_uid: { type: many2one, relation: res.users }';

/** `lines` and `partner` are the fields of the two models that are read whole. */
function document(version: number, lines: string, partner: string, order: string): string {
  return `
apiVersion: portcullis/v1
kind: OdooModels
metadata: { name: erp-models }
spec:
  systems: [erp]
  version: ${version}
  readAt: "2026-11-25"
  models:
    sale.order.line:
      fields:
        id: { type: integer }
        ${LOGGED}
        partner_id: { type: many2one, relation: res.partner }
        order_id: { type: many2one, relation: sale.order }
        ${lines}
    res.partner:
      fields:
        id: { type: integer }
        ${LOGGED}
        ${partner}
    sale.order:
      fields:
        id: { type: integer }
        ${order}
`;
}

export const MODELS_18 = document(
  18,
  `product_uom: { type: many2one, relation: uom.uom, title: Unit }
        product_packaging_id: { type: many2one, relation: product.packaging }
        state: { type: selection, selection: [draft, sale, done] }
        display_type: { type: selection, selection: [line, note] }
        qty_hint: { type: float }`,
  `mobile: { type: char }
        city: { type: char }
        x_loyality: { type: char, title: Loyalty }`,
  'note: { type: text }',
);

export const MODELS_19 = document(
  19,
  `product_uom_id: { type: many2one, relation: uom.uom, title: Unit }
        state: { type: selection, selection: [draft, sale], sortable: false }
        display_type: { type: selection, selection: [line, note, section] }
        qty_hint: { type: integer }
        batch_id: { type: many2one, relation: stock.lot, required: true }`,
  `city: { type: text }
        x_loyalty: { type: char, title: Loyalty }`,
  'note: { type: html }',
);
