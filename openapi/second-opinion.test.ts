import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import { parseSource } from '../catalog/parse-source.ts';
import { parseContract } from './parse-contract.ts';

const FOLDER = fileURLToPath(new URL('../../shared/openapi-corpus/', import.meta.url));

/** One of each family and vendor; the whole corpus is read by scripts/corpus.test.ts. */
const DOCUMENTS = [
  'adyen-BalanceControlService__v2.json',
  'amazon-fulfillment-inbound__v0.json',
  'amazon-tokens__2021-03-01.json',
  'ups-tracking__6a57a0e.yaml',
  'wms-shipping__HEAD.yaml',
  'xero-files__HEAD.yaml',
];

describe('a second opinion on what we read', () => {
  it('is that our 3.1 form is valid OpenAPI with the same operations', async () => {
    assert.ok(existsSync(FOLDER), `the corpus is missing: this test needs the real API descriptions in ${FOLDER}`);
    for (const name of DOCUMENTS) {
      const { content, source } = parseSource(name, readFileSync(`${FOLDER}${name}`, 'utf8'));
      const { contract, faults } = parseContract(content, source);
      assert.deepEqual(faults, [], name);
      const form = JSON.parse(JSON.stringify(contract?.document));
      // The validator knows 3.1.0 only by its name.
      const api = await SwaggerParser.validate({ ...form, openapi: '3.1.0' }, { resolve: { external: false } });
      const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
      const count = Object.values(api.paths ?? {}).flatMap((item) =>
        Object.keys(item ?? {}).filter((key) => methods.includes(key)),
      );
      assert.equal(contract?.operations.size, count.length, name);
    }
  });
});
