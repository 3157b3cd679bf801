import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compiled, DEMO_CATALOG, demoLandscape, inFolder, subjectOf } from './demo.fixture.ts';
import type { LineageGraph } from './graph.ts';
import { Landscape } from './landscape.ts';
import { grant, SHOP } from './shop.fixture.ts';
import { traceLineage } from './trace.ts';

/** `kind from → to`, without the kinds of the nodes. */
const told = ({ edges }: LineageGraph): string[] =>
  edges.map(({ kind, from, to }) => `${kind} ${from.replace(/^\w+ /, '')} → ${to.replace(/^\w+ /, '')}`);

async function traced(files: Readonly<Record<string, string>>, name: string): Promise<LineageGraph> {
  return inFolder({ ...SHOP, ...files }, async (folder) => {
    const landscape = new Landscape(await compiled(folder));
    return traceLineage(landscape, subjectOf(landscape, name));
  });
}

/** Orders with people in them, in two places. */
const PEOPLE = `openapi: 3.1.0
info: {title: Orders, version: '2.0'}
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getOrder
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
    patch:
      operationId: updateOrder
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: done}}
components:
  schemas:
    Order:
      type: object
      properties:
        number: {type: string, x-portcullis: {class: internal}}
        buyer: {$ref: '#/components/schemas/Person'}
        contact: {$ref: '#/components/schemas/Person'}
    Person:
      type: object
      properties:
        phone: {type: string, x-portcullis: {class: confidential, tags: [PII], systemOfRecord: ledger}}
        orders: {type: array, items: {$ref: '#/components/schemas/Order'}}
`;

describe('a trace', () => {
  const rules =
    'read: {Order: [buyer.phone, contact.phone]}\n  masks: {Order.buyer.phone: {type: last-4}}\n  write: {Order: [buyer.phone]}';
  const files = { '2.0.yaml': PEOPLE, 'grants.yaml': grant('web-2', 'web', 2, rules) };

  it('says of a field that is masked in one place and not in another just that', async () => {
    const { edges } = await traced(files, 'Person.phone');
    const read = edges.find(({ kind }) => kind === 'reads');
    assert.deepEqual([read?.masks, read?.maskedEverywhere, read?.operations], [['last-4'], false, ['getOrder']]);
  });

  it('goes both ways through an interface that is passed on, and ends in schemas that hold one another', async () => {
    assert.deepEqual(
      told(await traced(files, 'orders/2.0:Person.phone')),
      [
        'owns ledger → shop/Person.phone',
        'stands shop/Person.phone → orders/2.0:Person.phone',
        'reads orders/2.0:Person.phone → web-2',
        'receives web-2 → web',
        'sends web → web-2',
      ].concat(['writes web-2 → orders/2.0:Person.phone', 'stores orders/2.0:Person.phone → shop/Person.phone']),
    );
  });

  it('tells by which names a version of Odoo knows a field', async () => {
    const files = { 16: 'odoo/stock.move.line.qty_done', 19: 'odoo/stock.move.line.quantity' };
    const landscape = await demoLandscape();
    const { nodes } = traceLineage(landscape, subjectOf(landscape, 'TransferLine.quantity'));
    assert.deepEqual(
      nodes.filter(({ kind }) => kind === 'place').map(({ name }) => name),
      [files[19]],
    );
  });

  it('takes systems that are one database for one', async () => {
    const landscape = new Landscape(await compiled(DEMO_CATALOG));
    assert.deepEqual(
      [landscape.storeOf('odoo-finance'), landscape.systemsOf('odoo')],
      ['odoo', ['odoo', 'odoo-finance']],
    );
    const [one, other] = ['odoo/res.partner.vat', 'odoo-finance/res.partner.vat'].map((name) =>
      traceLineage(landscape, subjectOf(landscape, name)),
    );
    assert.deepEqual(one, other);
  });

  it('follows what Odoo computes, in both directions', async () => {
    const landscape = await demoLandscape();
    const copies = (name: string) =>
      told(traceLineage(landscape, subjectOf(landscape, name))).filter((line) => line.startsWith('copies'));
    // product.product.name is the template's.
    assert.deepEqual(copies('product-availability/2.0:Product.name'), [
      'copies odoo/product.template.name → odoo/product.product.name',
    ]);
    assert.ok(
      copies('product.template.name').includes('copies odoo/product.template.name → odoo/product.product.name'),
    );
    const { nodes } = traceLineage(landscape, subjectOf(landscape, 'product.template.name'));
    assert.ok(nodes.some(({ name }) => name === 'shopify-storefront'));
  });

  it('of a consumer shows what it gets and sends, and nothing of others', async () => {
    const landscape = await demoLandscape();
    const { nodes, edges } = traceLineage(landscape, subjectOf(landscape, 'legacy-order-desk'));
    assert.deepEqual(
      nodes.filter(({ kind }) => kind === 'consumer' || kind === 'grant').map(({ name }) => name),
      ['legacy-order-desk-customer-master-v1', 'legacy-order-desk'],
    );
    const stored = edges.filter(({ kind }) => kind === 'stores').map(({ to }) => to);
    assert.deepEqual(stored, ['place odoo/res.partner.phone']);
    const grantNode = nodes.find(({ kind }) => kind === 'grant');
    assert.ok(grantNode?.kind === 'grant');
    assert.deepEqual(grantNode.protocols, ['odoo']);
  });
});
