import { createHmac } from 'node:crypto';
import type { SecretReference } from '../catalog/documents.ts';

/** A secret that cannot be used; the message names the reference, never a value. */
export class UnusableSecret extends Error {
  readonly reference: SecretReference;
  constructor(message: string, reference: SecretReference) {
    super(message);
    this.reference = reference;
  }
}

/** Reads the secret that a document names. Throws UnusableSecret when it is missing or empty. */
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
