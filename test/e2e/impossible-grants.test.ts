import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Fault } from '../../catalog/fault.ts';
import { vendorDocument } from './unseen.fixture.ts';

const ROOT = join(import.meta.dirname, '../..');
const CATALOG = join(ROOT, 'examples/distribution/catalog');

/** One mistake: what is put in place of what, the words at which its fault must stand, and what it must say. */
interface Mistake {
  readonly file: string;
  readonly text: string;
  readonly by: string;
  /** The fault stands where this begins, within what was put in. */
  readonly at: string;
  readonly says: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    file: 'marketplace-status/grants.yaml',
    text: '- [channel, "=", Amazon]\n    Shipment',
    by: '- [updatedAt, ">", yesterday]\n    Shipment',
    at: 'yesterday',
    says: /^listOrders, getOrder, listShipments: the record filter Order .* its value must be a time with an offset; change/,
  },
  {
    file: 'marketplace-status/grants.yaml',
    text: '- [state, "=", done]',
    by: '- or: [[state, "=", done], [state, child_of, done]]',
    at: 'child_of',
    says: /state is no relation/,
  },
  {
    file: 'order-submission/grants.yaml',
    text: '- [team, "=", 1]\n---\napiVersion: portcullis/v1\nkind: Grant\nmetadata: { name: shopify-order-submission-v2',
    by: '- [id, ">", { linkedFrom: Order.id }]\n---\napiVersion: portcullis/v1\nkind: Grant\nmetadata: { name: shopify-order-submission-v2',
    at: '">"',
    says: /uses linkedFrom with >; use = or in/,
  },
  {
    file: 'order-submission/order-submission-1.0.yaml',
    text: 'unique: [[customerReference, team]]',
    by: 'unique: [[customerReferrence, team]]',
    at: 'customerReferrence',
    says: /^submitOrder, granted by shopify-order-submission-v1: .*correct the name/,
  },
  {
    file: 'supplier-deliveries/grants.yaml',
    text: '- [supplierId, "=", { claim: supplier_id }]',
    by: '- [supplierId, like, { claim: supplier_id }]',
    at: 'like',
    says: /supplierId/,
  },
  {
    file: 'vendor-orders/grants.yaml',
    text: '  masks:\n    PartyId',
    by: '  filter: { Order: [[purchaseOrderNumber, "=", null]] }\n  masks:\n    PartyId',
    at: 'null',
    says: /null, an empty text or list/,
  },
];

describe('what keeps a grant from being put into force stands where it is mended', () => {
  let catalog: string;
  before(async () => {
    catalog = await mkdtemp(join(tmpdir(), 'portcullis-impossible-'));
    await cp(CATALOG, catalog, { recursive: true });
    await cp(join(import.meta.dirname, 'unseen/catalog'), join(catalog, 'unseen'), { recursive: true });
    await writeFile(join(catalog, 'unseen/vendor-orders/vendor-orders.json'), await vendorDocument());
  });
  after(() => rm(catalog, { recursive: true, force: true }));

  const faultsOf = (): Promise<readonly Fault[]> =>
    new Promise((resolve) => {
      const args = [join(ROOT, 'main.ts'), 'check', catalog, '--json'];
      execFile(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 }, (_error, out) =>
        resolve(JSON.parse(out).faults),
      );
    });

  test('in the condition, the operation or the value that is wrong; all at once', async () => {
    const texts = new Map<string, string>();
    for (const { file, text, by } of MISTAKES) {
      const before = texts.get(file) ?? (await readFile(join(catalog, 'unseen', file), 'utf8'));
      const after = before.replace(text, by);
      assert.notEqual(after, before, file);
      texts.set(file, after);
    }
    for (const [file, text] of texts) await writeFile(join(catalog, 'unseen', file), text);
    const told = (await faultsOf()).filter(({ code }) => code === 'grant-impossible');
    for (const { file, by, at, says } of MISTAKES) {
      const text = texts.get(file) ?? '';
      const lines = text.slice(0, text.indexOf(at, text.indexOf(by))).split('\n');
      const place = `unseen/${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
      const found = told.find((fault) => `${fault.place.file}:${fault.place.line}:${fault.place.column}` === place);
      assert.ok(found !== undefined, `nothing at ${place}:\n${JSON.stringify(told, null, 2)}`);
      assert.match(found.message, says);
    }
    assert.equal(told.length, MISTAKES.length, JSON.stringify(told, null, 2));
  });
});
