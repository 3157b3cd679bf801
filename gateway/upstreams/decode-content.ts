import type { Transform } from 'node:stream';
import {
  brotliDecompress,
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzip,
  gunzipSync,
  inflate,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import type { BodyStream } from '../upstream.ts';

/**
 * Undoes the content coding of upstream answers. Requests ask for `identity`, the cheapest for both sides within one
 * network; upstreams that compress anyway are still read, because what cannot be read cannot be filtered (law 1).
 */

/** A body whose coding cannot be undone within bounds: unknown, stacked, cut short, followed by more, or a bomb. */
export class ContentFault extends Error {}

/** Bounds of what a body may grow to. */
export interface DecodeLimits {
  /** Most bytes after decoding. */
  readonly maxBytes: number;
  /** Most bytes out per byte in, once past `FREE_BYTES`. JSON of many like records reaches about 50. */
  readonly maxRatio: number;
}

export const DECODE_LIMITS: DecodeLimits = { maxBytes: 64 * 1024 * 1024, maxRatio: 100 };

/** Small bodies may have any ratio: a short text of one letter is no bomb. */
const FREE_BYTES = 64 * 1024;
/** Up to this size decoding at once is cheaper than a thread. */
const SYNCHRONOUS_BYTES = 16 * 1024;

type Options = { maxOutputLength: number; info: true };
type Done = (error: Error | null, result: Buffer) => void;
/** Node's `info` option: the result is `{ buffer, engine }`, which its declarations do not know. */
interface Informed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

interface Coding {
  sync(body: Buffer, options: Options): unknown;
  async(body: Buffer, options: Options, done: Done): void;
  stream(): Transform & { readonly bytesWritten: number };
}

const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['gzip', { sync: gunzipSync, async: gunzip, stream: createGunzip }],
  ['x-gzip', { sync: gunzipSync, async: gunzip, stream: createGunzip }],
  // RFC 9110 §8.4.1.2: with the zlib wrapping; the bare form that some send is refused.
  ['deflate', { sync: inflateSync, async: inflate, stream: createInflate }],
  ['br', { sync: brotliDecompressSync, async: brotliDecompress, stream: createBrotliDecompress }],
  ['zstd', { sync: zstdDecompressSync, async: zstdDecompress, stream: createZstdDecompress }],
]);

/**
 * Decodes a body by the value of its Content-Encoding. Returns the body itself where there is nothing to undo. Throws
 * or rejects with ContentFault; a stream does so while it is read.
 */
export function decodeContent<B extends Buffer | BodyStream>(
  body: B,
  contentEncoding: string | undefined,
  limits: DecodeLimits = DECODE_LIMITS,
): B | Buffer | BodyStream | Promise<Buffer> {
  if (contentEncoding === undefined) return body;
  const name = contentEncoding.toLowerCase();
  if (name === 'identity') return body;
  const coding = CODINGS.get(name);
  if (coding === undefined) {
    if (!Buffer.isBuffer(body)) body.destroy();
    throw new ContentFault('the content coding is unknown or stacked');
  }
  if (!Buffer.isBuffer(body)) return new DecodedBody(body, coding, limits);
  // An answer without a body may still name the coding it would have had.
  if (body.length === 0) return body;
  return decodeWhole(body, coding, limits);
}

function decodeWhole(body: Buffer, coding: Coding, limits: DecodeLimits): Buffer | Promise<Buffer> {
  const most = Math.min(limits.maxBytes, Math.max(FREE_BYTES, body.length * limits.maxRatio));
  const options: Options = { maxOutputLength: most, info: true };
  if (body.length <= SYNCHRONOUS_BYTES) {
    try {
      return checkedResult(coding.sync(body, options), body);
    } catch (error) {
      throw asFault(error);
    }
  }
  return new Promise((resolve, reject) => {
    coding.async(body, options, (error, result) => {
      if (error !== null) {
        reject(asFault(error));
        return;
      }
      try {
        resolve(checkedResult(result, body));
      } catch (fault) {
        reject(asFault(fault));
      }
    });
  });
}

function checkedResult(result: unknown, body: Buffer): Buffer {
  const { buffer, engine } = result as Informed;
  if (engine.bytesWritten !== body.length) throw new ContentFault('bytes follow the encoded body');
  return buffer;
}

function asFault(error: unknown): ContentFault {
  if (error instanceof ContentFault) return error;
  return new ContentFault(`the content coding cannot be undone: ${error instanceof Error ? error.message : 'unknown'}`);
}

/** A long encoded body, decoded as it is read, within the same bounds. */
class DecodedBody implements BodyStream {
  readonly #source: BodyStream;
  readonly #engine: Transform & { readonly bytesWritten: number };
  readonly #limits: DecodeLimits;

  constructor(source: BodyStream, coding: Coding, limits: DecodeLimits) {
    this.#source = source;
    this.#engine = coding.stream();
    this.#limits = limits;
  }

  destroy(): void {
    this.#source.destroy();
    this.#engine.destroy();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const engine = this.#engine;
    let fed = 0;
    let failure: unknown;
    const feed = async (): Promise<void> => {
      try {
        for await (const chunk of this.#source) {
          fed += chunk.length;
          if (!engine.write(chunk)) await drained(engine);
          if (engine.destroyed) return;
        }
        engine.end();
      } catch (error) {
        failure = error;
        engine.destroy(error instanceof Error ? error : undefined);
      }
    };
    const feeding = feed();
    try {
      let produced = 0;
      for await (const chunk of engine as AsyncIterable<Buffer>) {
        produced += chunk.length;
        if (produced > this.#limits.maxBytes || produced > Math.max(FREE_BYTES, fed * this.#limits.maxRatio)) {
          throw new ContentFault('the body grows beyond its bounds');
        }
        yield chunk;
      }
      if (engine.bytesWritten !== fed) throw new ContentFault('bytes follow the encoded body');
      await feeding;
    } catch (error) {
      throw failure ?? asFault(error);
    } finally {
      this.destroy();
    }
  }
}

function drained(engine: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      engine.off('drain', done);
      engine.off('close', done);
      resolve();
    };
    engine.on('drain', done);
    engine.on('close', done);
  });
}
