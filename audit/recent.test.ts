import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { formatRecord } from './format-record.ts';
import { readRecent } from './recent.ts';
import type { AuditRecord } from './record.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-recent-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const line = (n: number, size = 0): string => `{"type":"access","exchange":"${n}","reason":"${'é'.repeat(size)}"}\n`;

async function recent(content: string, count: number): Promise<string[]> {
  const path = join(folder, 'audit.jsonl');
  await writeFile(path, content);
  return (await readRecent(path, count)).map((entry) => (entry as AuditRecord).exchange);
}

describe('the last records', () => {
  test('come oldest first, as many as there are', async () => {
    const three = line(1) + line(2) + line(3);
    assert.deepEqual(await recent(three, 2), ['2', '3']);
    assert.deepEqual(await recent(three, 3), ['1', '2', '3']);
    assert.deepEqual(await recent(three, 99), ['1', '2', '3']);
    assert.deepEqual(await recent(three, 0), []);
    assert.deepEqual(await recent('', 5), []);
  });

  test('are found over many blocks, with characters cut by a block', async () => {
    let content = '';
    for (let n = 0; n < 2000; n++) content += line(n, n % 101);
    for (const count of [1, 700, 1999, 2000]) {
      assert.deepEqual(
        await recent(content, count),
        Array.from({ length: count }, (_, n) => String(2000 - count + n)),
      );
    }
    assert.deepEqual(await recent(line(1) + line(2, 300_000) + line(3), 2), ['2', '3']);
  });

  test('leave out a line that is still being written, and do not hide a line that is none', async () => {
    assert.deepEqual(await recent(`${line(1)}${line(2)}{"type":"acc`, 5), ['1', '2']);
    await assert.rejects(recent(`${line(1)}nonsense\n`, 5), /not a record/);
    await assert.rejects(recent(`${line(1)}null\n`, 5), /not a record/);
  });
});

describe('a record for people', () => {
  const access: AuditRecord = {
    v: 1,
    type: 'access',
    time: '2026-11-20T12:00:00.005Z',
    exchange: 'e1',
    trace: 't',
    environment: 'production',
    snapshot: 's',
    consumer: 'webshop',
    interface: 'customer-master',
    version: '1.2',
    operation: 'getCustomer',
    method: 'GET',
    decision: 'refused',
    code: 'field-not-granted',
    policies: [],
    refused: ['Customer.margin'],
    records: 1,
    status: 403,
    bytes: 10,
    ms: 1.2,
  };

  test('is one short line', () => {
    assert.equal(
      formatRecord(access),
      '2026-11-20T12:00:00.005Z  webshop  customer-master/1.2 getCustomer  refused field-not-granted  403  1.2 ms  1 record  refused Customer.margin',
    );
    assert.equal(
      formatRecord({ v: 1, type: 'gap', time: 'T', cause: 'torn-line', bytes: 7 }),
      'T  GAP  torn-line  7 bytes cut',
    );
    const many = formatRecord({ ...access, returned: Array(100).fill('Customer.name') });
    assert.equal(many.length, 160);
    assert.ok(many.endsWith('…'));
  });

  test('cannot steer a terminal', () => {
    const text = formatRecord({ ...access, refused: ['\u001b[2J\u0007\n\u202e'] });
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
  });
});
