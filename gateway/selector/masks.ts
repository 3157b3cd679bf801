import { createHmac } from 'node:crypto';
import type { Mask } from '../../catalog/documents.ts';

/** What masks need to know of the consumer: `hashKey` is secret, 32 bytes, its own for every consumer. */
export interface MaskContext {
  readonly hashKey: Buffer;
}

export type ScalarType = 'string' | 'number' | 'boolean';

/** Turns one scalar (a string decoded; a number or boolean as it is written) into the JSON text that may leave. */
export type MaskFunction = (text: string, type: ScalarType) => string;

const HASH_CHARACTERS = 22;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Compiles one mask for one field. Throws a TypeError where the mask itself makes no sense. `null` never reaches a mask. */
export function compileMask(mask: Mask, field: string, context: MaskContext): MaskFunction {
  switch (mask.type) {
    case 'hide':
      return () => 'null';
    case 'last-4':
      return (text, type) => (type === 'boolean' ? 'null' : JSON.stringify(`****${lastFour(text)}`));
    case 'hash':
      return (text) => `"${keyedHash(context.hashKey, field, text)}"`;
    case 'bucket':
      return compileBucket(mask.bounds, mask.subtract ?? 0);
    case 'truncate':
      return compileTruncate(mask.length);
  }
}

/** Four stars whatever the length; values of at most four characters show nothing of themselves. */
function lastFour(text: string): string {
  const characters = [...text.slice(-8)];
  return [...text.slice(0, 10)].length <= 4 ? '' : characters.slice(-4).join('');
}

/** 132 bits of HMAC-SHA-256 over field and value: equal values of one field stay equal for one consumer. */
function keyedHash(key: Buffer, field: string, text: string): string {
  const digest = createHmac('sha256', key).update(`portcullis/mask\0${field}\0${text}`).digest('base64url');
  return digest.slice(0, HASH_CHARACTERS);
}

function compileBucket(bounds: readonly number[], subtract: number): MaskFunction {
  const labels = bucketLabels(bounds).map((label) => JSON.stringify(label));
  if (!Number.isFinite(subtract)) throw new TypeError('bucket: subtract must be a number');
  return (text, type) => {
    if (type === 'boolean' || (type === 'string' && !DECIMAL.test(text))) return 'null';
    const value = Math.max(0, Number(text) - subtract);
    const place = bounds.findIndex((bound) => value <= bound);
    return labels[place < 0 ? bounds.length : place] ?? 'null';
  };
}

function bucketLabels(bounds: readonly number[]): string[] {
  const ascending = bounds.every((bound, at) => Number.isFinite(bound) && bound >= 0 && bound > (bounds[at - 1] ?? -1));
  if (bounds.length === 0 || !ascending)
    throw new TypeError('bucket: bounds must be ascending numbers, none below zero');
  const whole = bounds.every(Number.isInteger);
  const labels = bounds.map((bound, at) => {
    const previous = bounds[at - 1];
    const from = previous === undefined ? 0 : whole ? previous + 1 : previous;
    return from === bound ? `${bound}` : `${from}-${bound}`;
  });
  return [...labels, `${bounds.at(-1)}+`];
}

function compileTruncate(length: number): MaskFunction {
  if (!Number.isInteger(length) || length < 0) throw new TypeError('truncate: length must be a whole number');
  return (text, type) => {
    if (type !== 'string') return 'null';
    // A code point is at most two units long: no need to split a long text to its end.
    return JSON.stringify([...text.slice(0, length * 2)].slice(0, length).join(''));
  };
}
