import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { ZipFile } from 'yazl';
import { wholeFile } from './archive-files.ts';
import { UnreadableError } from './signed-head.ts';
import { zipFiles } from './zip-files.ts';

let work = '';
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-zip-'));
});
after(() => rm(work, { recursive: true, force: true }));

let count = 0;

async function archive(fill: (zip: ZipFile) => void, forceZip64Format = false): Promise<string> {
  const path = join(work, `${count++}.zip`);
  const zip = new ZipFile();
  fill(zip);
  zip.end({ forceZip64Format, comment: '' });
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

const TEXT = Buffer.from('a line that repeats itself\n'.repeat(50_000));

test('archives of every form that writers use are read to the byte', async () => {
  const plain = { forceDosTimestamp: true };
  for (const forceZip64Format of [false, true]) {
    const path = await archive((zip) => {
      zip.addBuffer(TEXT, 'packed.txt', { ...plain, forceZip64Format });
      zip.addBuffer(TEXT, 'stored.txt', { ...plain, compress: false, forceZip64Format });
      zip.addBuffer(Buffer.alloc(0), 'empty', { ...plain, forceZip64Format });
      zip.addFile(join(import.meta.dirname, 'zip-files.test.ts'), 'streamed.ts', { ...plain, forceZip64Format });
    }, forceZip64Format);
    const files = zipFiles(path);
    assert.deepEqual(await wholeFile(files, 'packed.txt', TEXT.length), TEXT);
    assert.deepEqual(await wholeFile(files, 'stored.txt', TEXT.length), TEXT);
    assert.deepEqual(await wholeFile(files, 'empty', 0), Buffer.alloc(0));
    assert.ok((await wholeFile(files, 'streamed.ts', 1 << 20))?.includes('read to the byte'));
    assert.equal(await wholeFile(files, 'other', 1), undefined);
    await assert.rejects(wholeFile(files, 'packed.txt', TEXT.length - 1), UnreadableError);
  }
});

test('names that lead elsewhere, twice or nowhere are refused', async () => {
  for (const names of [['a/b.txt'], ['.hidden'], ['a', 'a'], ['x'.repeat(101)], ['sp ace']]) {
    const path = await archive((zip) => {
      for (const name of names) zip.addBuffer(TEXT, name);
    });
    assert.throws(() => zipFiles(path), UnreadableError, names.join());
  }
});

test('a file that is more than its entry announces is not read to the end', async () => {
  const path = await archive((zip) => zip.addBuffer(TEXT, 'bomb.txt'));
  const bytes = await readFile(path);
  // The size stands in the entry of the directory, in the descriptor or the local header.
  const size = Buffer.alloc(4);
  size.writeUInt32LE(TEXT.length);
  const small = Buffer.alloc(4);
  small.writeUInt32LE(10);
  for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size)) small.copy(bytes, at);
  await writeFile(path, bytes);
  await assert.rejects(wholeFile(zipFiles(path), 'bomb.txt', 1 << 30), UnreadableError);
});

test('bytes between the files of an archive are refused', async () => {
  const path = await archive((zip) => {
    zip.addBuffer(TEXT, 'one', { compress: false });
    zip.addBuffer(TEXT, 'two', { compress: false });
  });
  const bytes = await readFile(path);
  const second = bytes.indexOf('PK\x03\x04', 4, 'latin1');
  await writeFile(path, Buffer.concat([bytes.subarray(0, second), Buffer.from('hidden'), bytes.subarray(second)]));
  assert.throws(() => zipFiles(path), UnreadableError);
});
