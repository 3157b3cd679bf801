import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatFault } from './fault.ts';
import { loadCatalog } from './load-folder.ts';

const EXAMPLE = fileURLToPath(new URL('../examples/distribution/catalog/', import.meta.url));

/** Fields that stand in the documents to be owned, filtered by or refused, and that no grant may name (SC-01 to SC-11). */
const HIDDEN = [
  ...['vat', 'bankAccounts', 'creditLimit', 'paymentTermId', 'pricelistId', 'customerRank', 'notes'],
  ...['cost', 'onHand', 'channelTags', 'narration', 'accessToken', 'bankAccountId', 'accountId', 'partnerName'],
  ...['warehouse', 'partnerEmail', 'saleTotal', 'carrierType', 'signatureImage', 'driverId', 'charges'],
];

test('the example company loads without a fault', async () => {
  const { catalog, faults } = await loadCatalog(EXAMPLE, '2026-11-20');
  assert.deepEqual(faults.map(formatFault), []);
  const versions = [...catalog.interfaces].map(
    ([name, { document }]) => `${name} ${document.spec.versions.map(({ version }) => version).join(' ')}`,
  );
  assert.deepEqual(versions.sort(), [
    'account-self-service 1.1',
    'customer-master 1.2',
    'parcel-tracking 1.0',
    'payment-status 1.0',
    'product-availability 1.4 2.0',
    'shipment-booking 2.1',
    'transfer-execution 1.3',
  ]);
});

test('no grant of the example names a hidden field, and every consumer has exactly one grant', async () => {
  const { catalog } = await loadCatalog(EXAMPLE, '2026-11-20');
  for (const [name, { document }] of catalog.grants) {
    const { read = {}, write = {} } = document.spec;
    const named = [read, write].flatMap((rules) => Object.values(rules)).flat();
    const leaked = named.filter((path) => path.split('.').some((part) => HIDDEN.includes(part)));
    assert.deepEqual(leaked, [], name);
  }
  const consumers = [...catalog.grants.values()].map(({ document }) => document.spec.consumer);
  assert.deepEqual(consumers.sort(), [...catalog.consumers.keys()].sort());
});

test('client secrets are environment variables named after their client', async () => {
  const { catalog } = await loadCatalog(EXAMPLE, '2026-11-20');
  for (const { document } of catalog.consumers.values()) {
    for (const { id, authentication } of document.spec.clients) {
      if (authentication?.method !== 'client_secret') continue;
      const name = `PORTCULLIS_SECRET_${id.toUpperCase().replaceAll('-', '_')}`;
      assert.equal(JSON.stringify(authentication.secret), JSON.stringify({ env: name }));
    }
  }
});
