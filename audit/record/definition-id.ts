import { hash } from 'node:crypto';

const BYTES = 16;

/** The id of a list or place: the first 16 bytes, base64url, of SHA-256 over its canonical JSON. */
export function definitionId(canonical: string): string {
  return hash('sha256', canonical, 'buffer').toString('base64url', 0, BYTES);
}
