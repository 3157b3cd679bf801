import { HASH_BYTES } from './merkle-hash.ts';

/** Bytes of a text in Base 64 (RFC 4648 §4) that is written in the only way it should be; undefined for any other. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** A hash in Base 64; throws an Error where it is none. */
export function parseHash(text: string): Buffer {
  const hash = strictBase64(text);
  if (hash?.length !== HASH_BYTES) throw new Error('a hash is 32 bytes in base64');
  return hash;
}

/** A count or index as the formats of C2SP write it: decimal, no sign, no leading zero. Throws an Error where it is none. */
export function parseDecimal(text: string): number {
  const value = Number(text);
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value))
    throw new Error('a number is decimal, without leading zeroes');
  return value;
}
