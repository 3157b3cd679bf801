import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { recordPlace } from '../audit/record/record-place.ts';
import { byPlace, formatFault } from '../catalog/fault.ts';
import { loadCatalog } from '../catalog/load-folder.ts';
import { compileCatalog } from '../gateway/compile.ts';
import { createContractCache } from '../gateway/contract-cache.ts';
import { keyRing } from '../gateway/secrets.ts';
import type { Upstream } from '../gateway/upstream.ts';
import { distribution, MODELS } from './access/access.fixture.ts';
import { clientPool } from './client-pool.ts';
import { odooUpstream } from './odoo-upstream.ts';

const http: Upstream = { type: 'http', prepare: () => () => assert.fail('nothing is sent'), close: async () => {} };

function compile(catalog: Parameters<typeof compileCatalog>[0]) {
  const odoo = odooUpstream({
    clients: clientPool({
      transport: () => assert.fail('nothing is sent'),
      readSecret: () => 'secret of the bot',
      openTls: () => undefined,
    }),
    keys: keyRing('master secret of the test'),
  });
  return compileCatalog(catalog, {
    environment: 'production',
    policies: [],
    upstreams: { http, odoo },
    wrap: (_, send) => send,
    recordPlace: () => recordPlace({ method: 'GET', environment: 'production', snapshot: 's1' }),
    contracts: createContractCache(),
  });
}

test('every fault that the models of a database reveal in grants is told at its line and column', async () => {
  const folder = new URL('golden/grants/', import.meta.url).pathname;
  const { catalog, faults } = await loadCatalog(folder, '2026-11-20');
  assert.deepEqual(faults.map(formatFault), []);
  const told = [...compile(catalog).faults].sort(byPlace);
  const expected = await readFile(new URL('golden/grants.txt', import.meta.url), 'utf8');
  assert.equal(told.map((fault) => `${formatFault(fault)}\n`).join(''), expected);
});

test('a catalog that knows no models is told nothing of them', async () => {
  const catalog = await distribution();
  const { snapshot, faults } = compile({ ...catalog, odooModels: new Map() });
  assert.ok(snapshot);
  assert.deepEqual(
    faults.filter(({ severity }) => severity === 'error'),
    [],
  );
});

test('the customers of the example company show no copies', async () => {
  const catalog = await distribution();
  assert.ok(catalog.odooModels.get('odoo-19')?.document === MODELS.document);
  const { faults } = compile(catalog);
  assert.deepEqual(
    faults.filter(({ place }) => place.file.startsWith('customer-master')),
    [],
  );
});
