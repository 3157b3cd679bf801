import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export const KEY_BYTES = 32;
/** PKCS #8 and SPKI frames of an Ed25519 key (RFC 8410): what stands before the 32 bytes. */
const PRIVATE_FRAME = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_FRAME = Buffer.from('302a300506032b6570032100', 'hex');

/** Private key from its 32 bytes (RFC 8032 §5.1.5). */
export function privateKeyOf(seed: Buffer): KeyObject {
  if (seed.length !== KEY_BYTES) throw new Error('an Ed25519 private key has 32 bytes');
  return createPrivateKey({ key: Buffer.concat([PRIVATE_FRAME, seed]), format: 'der', type: 'pkcs8' });
}

/** Public key from its 32 bytes. */
export function publicKeyOf(raw: Buffer): KeyObject {
  if (raw.length !== KEY_BYTES) throw new Error('an Ed25519 public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([PUBLIC_FRAME, raw]), format: 'der', type: 'spki' });
}

/** The 32 bytes of a key's public half. */
export function rawPublicKey(key: KeyObject): Buffer {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return half.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_FRAME.length);
}
