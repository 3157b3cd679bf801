import { createHash } from 'node:crypto';
import { LARGEST_ID } from '../typed-call.ts';

/** Below it stand the users that every Odoo has. */
const FIRST = 1000;

/**
 * The user id under which a client knows itself: the same at every gateway and for ever, a plain Odoo id, and none of the
 * users behind it.
 */
export function syntheticUid(clientId: string): number {
  const digest = createHash('sha256').update(`portcullis/uid/${clientId}`).digest();
  return FIRST + (digest.readUInt32BE(0) % (LARGEST_ID - FIRST + 1));
}
