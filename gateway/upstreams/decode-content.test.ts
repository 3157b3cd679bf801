import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { BodyStream } from '../upstream.ts';
import { ContentFault, decodeContent } from './decode-content.ts';

const SMALL = Buffer.from(JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, name: `name ${id * 7919}` }))));
/** Hardly compressible, so that even encoded it is decoded in a thread. */
const LARGE = Buffer.from(
  Array.from({ length: 10_000 }, (_, index) => ((index * 2654435761) >>> 7).toString(36)).join(),
);
const brotli = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
const CODINGS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotli],
  ['zstd', zstdCompressSync],
] as const;

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function streamOf(bytes: Buffer, size = 1000): BodyStream & { isDestroyed: boolean } {
  const source = pieces(bytes, size);
  return {
    isDestroyed: false,
    destroy() {
      this.isDestroyed = true;
    },
    [Symbol.asyncIterator]: () => source,
  };
}

async function decode(body: Buffer | BodyStream, coding: string | undefined): Promise<Buffer> {
  const decoded = await decodeContent(body, coding);
  if (Buffer.isBuffer(decoded)) return decoded;
  const chunks: Buffer[] = [];
  for await (const chunk of decoded) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const isFault = (error: unknown): boolean => error instanceof ContentFault;

describe('content codings', () => {
  test('nothing to undo', async () => {
    assert.equal(decodeContent(SMALL, undefined), SMALL);
    assert.equal(decodeContent(SMALL, 'Identity'), SMALL);
    assert.equal((await decode(Buffer.alloc(0), 'gzip')).length, 0);
  });

  for (const [coding, encode] of CODINGS) {
    test(`${coding}: whole, large, streamed, byte by byte`, async () => {
      assert.deepEqual(await decode(encode(SMALL), coding.toUpperCase()), SMALL);
      assert.deepEqual(await decode(encode(LARGE), coding), LARGE);
      assert.deepEqual(await decode(streamOf(encode(LARGE)), coding), LARGE);
      assert.deepEqual(await decode(streamOf(encode(SMALL), 1), coding), SMALL);
    });

    test(`${coding}: cut short, followed by more, not encoded at all`, async () => {
      for (const source of [SMALL, LARGE]) {
        const encoded = encode(source);
        const cut = encoded.subarray(0, encoded.length - 4);
        const followed = Buffer.concat([encoded, Buffer.from('more')]);
        for (const bad of [cut, followed, source]) {
          await assert.rejects(async () => decode(bad, coding), isFault);
          await assert.rejects(decode(streamOf(bad), coding), isFault);
        }
      }
    });

    test(`${coding}: bombs`, async () => {
      const small = encode(Buffer.alloc(10 * 1024 * 1024));
      const large = encode(Buffer.concat([LARGE, Buffer.alloc(16 * 1024 * 1024)]));
      for (const bomb of [small, large]) {
        await assert.rejects(async () => decode(bomb, coding), isFault);
        const stream = streamOf(bomb);
        await assert.rejects(decode(stream, coding), isFault);
        assert.equal(stream.isDestroyed, true);
      }
    });
  }

  test('unknown, stacked and empty codings are refused, and the body let go', () => {
    for (const coding of ['', 'gzip, br', 'gzip,gzip', 'compress', 'GZIP ', '__proto__', 'aes128gcm']) {
      assert.throws(() => decodeContent(SMALL, coding), isFault, coding);
      const stream = streamOf(SMALL);
      assert.throws(() => decodeContent(stream, coding), isFault);
      assert.equal(stream.isDestroyed, true);
    }
  });

  test('deflate without its wrapping is refused', async () => {
    await assert.rejects(async () => decode(deflateRawSync(SMALL), 'deflate'), isFault);
  });

  test('an error of the source is passed on as it is', async () => {
    const failure = new Error('lost');
    const encoded = gzipSync(LARGE);
    const source: BodyStream = {
      destroy() {},
      async *[Symbol.asyncIterator]() {
        yield encoded.subarray(0, 10_000);
        throw failure;
      },
    };
    await assert.rejects(decode(source, 'gzip'), (error) => error === failure);
  });
});
