import { sign, verify } from 'node:crypto';
import { privateKeyOf, rawPublicKey } from './ed25519-key.ts';
import {
  COSIGNATURE,
  formatSignature,
  formatVerifierKey,
  isBy,
  type Note,
  type NoteKey,
  type NoteSignature,
  noteKey,
} from './signed-note.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Who says that a checkpoint is consistent with all it has seen of the log (C2SP tlog-cosignature, Ed25519). */
export interface Cosigner {
  readonly key: NoteKey;
  readonly verifierKey: string;
  /** Signature line for a checkpoint's note text, as of `seconds` since 1970. */
  cosign(text: string, seconds: number): string;
}

/** Cosigner from the 32 bytes of an Ed25519 private key; the key must serve nothing else. */
export function cosigner(name: string, seed: Buffer): Cosigner {
  const privateKey = privateKeyOf(seed);
  const key = noteKey(name, COSIGNATURE, rawPublicKey(privateKey));
  return {
    key,
    verifierKey: formatVerifierKey(key),
    cosign(text, seconds) {
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(seconds));
      return formatSignature(name, key.id, Buffer.concat([time, sign(null, message(text, seconds), privateKey)]));
    },
  };
}

/** What the cosigners among `keys` say of a checkpoint. */
export interface Cosigned {
  /** By whom, and when (seconds since 1970). */
  readonly by: readonly { readonly key: NoteKey; readonly seconds: number }[];
  /** Whose signature line is wrong: the note is malformed or was changed. */
  readonly wrong: readonly NoteKey[];
}

/** Verifies the cosignatures of those of `keys` that are cosigners' (type 4). Others are passed over. */
export function cosignatures(note: Note, keys: readonly NoteKey[]): Cosigned {
  const by: { key: NoteKey; seconds: number }[] = [];
  const wrong: NoteKey[] = [];
  for (const signature of note.signatures) {
    const key = keys.find((candidate) => candidate.type === COSIGNATURE && isBy(signature, candidate));
    if (key === undefined) continue;
    const seconds = cosignedAt(note, signature, key);
    if (seconds === undefined) wrong.push(key);
    else by.push({ key, seconds });
  }
  return { by, wrong };
}

function cosignedAt(note: Note, { signature }: NoteSignature, key: NoteKey): number | undefined {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const seconds = Number(signature.readBigUInt64BE());
  // A cosignature of a whole tree has a time (tlog-witness); one beyond a safe number of seconds is none.
  if (seconds === 0 || !Number.isSafeInteger(seconds)) return undefined;
  const isRight = verify(null, message(note.text, seconds), key.publicKey, signature.subarray(TIME_BYTES));
  return isRight ? seconds : undefined;
}

function message(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}
