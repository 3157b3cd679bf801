import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { strictBase64 } from './base64.ts';
import { privateKeyOf, publicKeyOf, rawPublicKey } from './ed25519-key.ts';

/** Signature types of C2SP signed-note: plain Ed25519, and a witness's timestamped cosignature. */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

const ID_BYTES = 4;
/** No Unicode space (next line is one, though not to `\\s`), no plus. */
const KEY_NAME = /^[^\s\x85+]+$/u;
/** More than enough for any checkpoint with its witnesses. */
const MOST_NOTE_BYTES = 1 << 20;
const MOST_SIGNATURES = 100;

/** Who may sign: a name, the four bytes that tell its keys apart, and the public key. */
export interface NoteKey {
  readonly name: string;
  readonly id: Buffer;
  readonly type: number;
  readonly publicKey: KeyObject;
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  readonly id: Buffer;
  readonly signature: Buffer;
}

/** A note that has been read, not yet verified. `text` ends with a line end. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** What signs notes under one name. */
export interface NoteSigner {
  readonly key: NoteKey;
  /** `<name>+<key id>+<key>` for who verifies (signed-note, Verifier keys). */
  readonly verifierKey: string;
  /** A signature line with its line end; `text` must end with a line end. */
  signatureLine(text: string): string;
}

/** Signer from the 32 bytes of an Ed25519 private key (RFC 8032 §5.1.5). */
export function noteSigner(name: string, seed: Buffer): NoteSigner {
  const privateKey = privateKeyOf(seed);
  const key = noteKey(name, ED25519, rawPublicKey(privateKey));
  return {
    key,
    verifierKey: formatVerifierKey(key),
    signatureLine: (text) => formatSignature(name, key.id, sign(null, Buffer.from(text), privateKey)),
  };
}

/** `— <name> <base64(id ‖ signature)>` with its line end. */
export function formatSignature(name: string, id: Buffer, signature: Buffer): string {
  return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** The key of a name; throws where the name cannot stand in a note. */
export function noteKey(name: string, type: number, raw: Buffer): NoteKey {
  if (!KEY_NAME.test(name)) throw new Error('the name of a key has no spaces and no +');
  const publicKey = publicKeyOf(raw);
  const id = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(type))
    .update(raw)
    .digest()
    .subarray(0, ID_BYTES);
  return { name, id, type, publicKey };
}

export function formatVerifierKey({ name, id, type, publicKey }: NoteKey): string {
  return `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(type), rawPublicKey(publicKey)]).toString('base64')}`;
}

/** Reads a verifier key of type 1 or 4; throws an Error that says what is wrong with it. */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', id = '', encoded = ''] =
    /^([^\s\x85+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text.trim()) ?? [];
  if (name === '') throw new Error('a verifier key reads name+id+key, see C2SP signed-note');
  const bytes = strictBase64(encoded) ?? Buffer.alloc(0);
  const type = bytes[0];
  if (type !== ED25519 && type !== COSIGNATURE) throw new Error(`the verifier key of ${name} is of an unknown type`);
  const key = noteKey(name, type, bytes.subarray(1));
  if (key.id.toString('hex') !== id) throw new Error(`the verifier key of ${name} does not match its id`);
  return key;
}

/** Reads a signed note; throws an Error where it is none. */
export function parseNote(bytes: string): Note {
  if (Buffer.byteLength(bytes) > MOST_NOTE_BYTES) throw new Error('the note is too long');
  if (/[\x00-\x09\x0b-\x1f]/.test(bytes)) throw new Error('a note holds no control characters');
  const cut = bytes.lastIndexOf('\n\n');
  if (cut < 0 || !bytes.endsWith('\n')) throw new Error('the note has no signatures');
  const lines = bytes.slice(cut + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new Error('the note has too many signatures');
  return { text: bytes.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^\u2014 ([^\s\x85+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = strictBase64(encoded);
  if (bytes === undefined || bytes.length <= ID_BYTES) throw new Error('a signature line of the note is malformed');
  return { name, id: bytes.subarray(0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
}

/** True where `signature` is by `key` (same name and id). */
export function isBy(signature: NoteSignature, key: NoteKey): boolean {
  return signature.name === key.name && signature.id.equals(key.id);
}

/**
 * True when one of `keys` (type Ed25519) has signed the note. Signatures of unknown keys are passed over; a wrong one of
 * a known key makes the whole note false (signed-note, Signatures).
 */
export function isSignedBy(note: Note, keys: readonly NoteKey[]): boolean {
  let found = false;
  for (const signature of note.signatures) {
    const key = keys.find((candidate) => candidate.type === ED25519 && isBy(signature, candidate));
    if (key === undefined) continue;
    if (!verify(null, Buffer.from(note.text), key.publicKey, signature.signature)) return false;
    found = true;
  }
  return found;
}
