import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Outcome } from './idempotency-store.ts';

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/**
 * An outcome as it may lie in a store of others: base64 of AES-256-GCM under `key`, bound to `place`, so that it can
 * neither be read nor be given as the answer to another request. Answers hold granted personal data.
 */
export function sealOutcome(outcome: Outcome, key: Buffer, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(encoded(outcome)), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** What nobody can open tells nothing: whether the request took effect is then unknown, and it is not sent again. */
export function openOutcome(text: string, key: Buffer, place: string): Outcome {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return { kind: 'unknown' };
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + IV_BYTES));
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(1 + IV_BYTES, HEAD_BYTES));
  try {
    return decoded(Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]));
  } catch {
    return { kind: 'unknown' };
  }
}

/** Length and JSON of all but the body, then the body as it is. */
function encoded(outcome: Outcome): Buffer {
  const body = outcome.kind === 'answer' ? outcome.answer.body : Buffer.of();
  const rest = outcome.kind === 'answer' ? { ...outcome, answer: { ...outcome.answer, body: '' } } : outcome;
  const head = Buffer.from(JSON.stringify(rest));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, body]);
}

/** Whoever could seal it is one of our gateways, so its form is known. */
function decoded(bytes: Buffer): Outcome {
  const end = 4 + bytes.readUInt32BE();
  const outcome = JSON.parse(bytes.toString('utf8', 4, end)) as Outcome;
  if (outcome.kind !== 'answer') return outcome;
  return { ...outcome, answer: { ...outcome.answer, body: bytes.subarray(end) } };
}
