import { createHmac } from 'node:crypto';
import type { SecretReference } from '../catalog/documents.ts';

/** Reads the secret that a document names. Throws an Error that names the reference, never a value, when it is missing or empty. */
export type ReadSecret = (reference: SecretReference, use?: SecretUse) => string;

/** `public`: named like a secret, but none (a certificate): anybody may read its file. */
export type SecretUse = 'secret' | 'public';

/** Keys for one purpose each, derived from the one master secret of this deployment (HKDF-like, HMAC-SHA-256). */
export interface KeyRing {
  /** 32 bytes, the same for the same purpose as long as the master secret stays. */
  key(purpose: string): Buffer;
}

export function keyRing(masterSecret: string): KeyRing {
  return { key: (purpose) => createHmac('sha256', masterSecret).update(`portcullis/${purpose}`).digest() };
}
