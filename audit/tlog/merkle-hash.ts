import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

/** Root of the tree without entries (RFC 6962 §2.1). */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

const LEAF = 0x00;
const NODE = 0x01;
const node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);
let leaf = Buffer.alloc(1 << 12, LEAF);

/** Hash of an entry: SHA-256(0x00 ‖ entry), RFC 6962 §2.1. */
export function leafHash(entry: Uint8Array): Buffer {
  if (entry.length >= leaf.length) leaf = Buffer.alloc(2 * entry.length, LEAF);
  leaf.set(entry, 1);
  return sha256(leaf.subarray(0, entry.length + 1));
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. Throws where one of them is no hash. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  // What is shorter would leave bytes of the last node in place.
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('a node is made of two hashes');
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}

/** By way of a string: what the engine allocates for a hash as a buffer costs more than the hash. */
function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}
