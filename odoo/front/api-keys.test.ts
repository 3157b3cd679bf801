import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsumerDocument } from '../../catalog/documents.ts';
import { LARGEST_ID } from '../typed-call.ts';
import { ApiKeys } from './api-keys.ts';
import { syntheticUid } from './synthetic-uid.ts';

const KEY = Buffer.alloc(32, 7);
const SECRET = '7c1f0d6a5b3e4c2d9a8b7c6d5e4f3a2b1c0d9e8f';
const OTHER = '1c1f0d6a5b3e4c2d9a8b7c6d5e4f3a2b1c0d9e8f';

const consumer = (name: string): ConsumerDocument => ({
  apiVersion: 'portcullis/v1',
  kind: 'Consumer',
  metadata: { name },
  spec: { owner: 'sales', environment: 'production', clients: [{ id: name }] },
});

describe('api keys', () => {
  it('finds the client of a key, and nobody for any other', () => {
    const keys = new ApiKeys(KEY);
    keys.add('crm', consumer('crm'), SECRET);
    keys.add('erp', consumer('erp'), OTHER);
    assert.equal(keys.find(SECRET)?.id, 'crm');
    for (const wrong of ['', SECRET.slice(1), `${SECRET} `, SECRET.toUpperCase(), 'x'.repeat(5000)]) {
      assert.equal(keys.find(wrong), undefined);
    }
    assert.equal(keys.byId('erp')?.consumer.metadata.name, 'erp');
    assert.equal(keys.byUid(syntheticUid('crm'))?.id, 'crm');
  });

  it('refuses keys that are too short, too long or another one’s', () => {
    const keys = new ApiKeys(KEY);
    keys.add('crm', consumer('crm'), SECRET);
    assert.throws(() => keys.add('a', consumer('a'), 'x'.repeat(19)), /client a has not from 20 to 1024 characters/);
    assert.throws(() => keys.add('a', consumer('a'), 'x'.repeat(1025)), /characters/);
    assert.throws(() => keys.add('a', consumer('a'), SECRET), /client a is that of crm/);
  });

  it('tells of a user id that two clients would have', () => {
    const keys = new ApiKeys(KEY);
    const [one, two] = twoWithOneUid();
    keys.add(one, consumer('a'), SECRET);
    assert.throws(() => keys.add(two, consumer('b'), OTHER), /would have the user id of client/);
  });

  it('has fingerprints that change with the key and hold nothing of it', () => {
    const [before, after] = [new ApiKeys(KEY), new ApiKeys(KEY)];
    before.add('crm', consumer('crm'), SECRET);
    after.add('crm', consumer('crm'), OTHER);
    assert.notEqual(before.byId('crm')?.fingerprint, after.byId('crm')?.fingerprint);
    assert.ok(!JSON.stringify(before.byId('crm')).includes(SECRET));
  });
});

describe('synthetic user ids', () => {
  it('are the same for ever', () => {
    assert.equal(syntheticUid('salesforce-crm'), 63_982_609);
  });

  it('are Odoo ids above its own users', () => {
    for (let at = 0; at < 1000; at++) {
      const uid = syntheticUid(`client-${at}`);
      assert.ok(Number.isInteger(uid) && uid >= 1000 && uid <= LARGEST_ID);
    }
  });
});

/** Some 65,000 ids have a pair among them, as birthdays have. */
function twoWithOneUid(): [string, string] {
  const seen = new Map<number, string>();
  for (let at = 0; ; at++) {
    const id = `client-${at}`;
    const other = seen.get(syntheticUid(id));
    if (other !== undefined) return [other, id];
    seen.set(syntheticUid(id), id);
  }
}
