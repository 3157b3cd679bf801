import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { corpusTable, readCorpus } from './corpus.ts';

const FOLDER = fileURLToPath(new URL('../../shared/openapi-corpus/', import.meta.url));

describe('the corpus of real API descriptions', () => {
  it('is loaded, or refused with a place, document by document', async () => {
    assert.ok(existsSync(FOLDER), `the corpus is missing: this test needs the real API descriptions in ${FOLDER}`);
    const rows = await readCorpus(FOLDER);
    assert.equal(rows.length, 61);
    const byName = new Map(rows.map((row) => [row.document, row]));
    for (const row of rows) {
      assert.notEqual(row.outcome, 'crash', `${row.document}: ${row.verdict}`);
      if (row.outcome === 'loaded') assert.ok((row.operations ?? 0) > 0 && (row.fields ?? 0) > 0, row.document);
      else assert.match(row.verdict, new RegExp(`^${row.document.replaceAll('.', '\\.')}:\\d+:\\d+ [a-z-]+ \\S`));
    }
    const operations = (name: string): number | undefined => byName.get(name)?.operations;
    assert.equal(operations('adyen-ManagementService__v3.json'), 134);
    assert.equal(operations('amazon-fulfillment-inbound__v0.json'), 6);
    assert.equal(operations('dcsa-ebl__v3.0.4.yaml'), 11);
    assert.equal(operations('xero-files__HEAD.yaml'), 18);
    const refused = new Map(
      rows.filter((row) => row.outcome === 'fault').map((row) => [row.document, row.verdict.split(' ')[1]]),
    );
    assert.deepEqual(Object.fromEntries(refused), {
      'amazon-schema-FBAInventoryAvailabilityChangeNotification__HEAD.json': 'document-not-openapi',
      'amazon-schema-OrderChangeNotification__HEAD.json': 'document-not-openapi',
      'dcsa-error-domain__v1.0.0.yaml': 'no-operations',
      'dcsa-error-domain__v4.0.0.yaml': 'no-operations',
      'openlineage__HEAD.yaml': 'ref-remote',
      'ups-quantumview__HEAD.yaml': 'operation-collision',
      'ups-shipping__00379e4.yaml': 'operation-collision',
      'ups-shipping__66148b9.yaml': 'operation-collision',
      'ups-shipping__f47c34c.yaml': 'operation-collision',
      'wms-async-order-service__HEAD.yaml': 'document-not-openapi',
      'wms-async-shipping-service__HEAD.yaml': 'document-not-openapi',
      'woocommerce-orders__components.yaml': 'file-invalid',
      'woocommerce-orders__retrieve_order.yaml': 'ref-remote',
      'xero-webhooks__HEAD.yaml': 'no-operations',
    });
    assert.match(corpusTable(rows), /61 documents: 47 loaded, 14 with faults, 0 crashed/);
  });
});
