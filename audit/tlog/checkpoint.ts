import { HASH_BYTES } from './merkle-hash.ts';
import type { NoteSigner } from './signed-note.ts';

/** A signed tree head before or after its signatures (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Which log it is. */
  readonly origin: string;
  /** Entries in the tree. */
  readonly size: number;
  readonly root: Buffer;
}

/** Note text of a checkpoint: three lines. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** A checkpoint signed by every signer, in order. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  const text = checkpointText(checkpoint);
  return `${text}\n${signers.map((signer) => signer.signatureLine(text)).join('')}`;
}

/** Reads the text of a checkpoint's note; extension lines are passed over. Throws an Error where it is none. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encoded = ''] = text.split('\n');
  const root = Buffer.from(encoded, 'base64');
  const isRoot = root.length === HASH_BYTES && root.toString('base64') === encoded;
  if (origin === '' || !/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)) || !isRoot) {
    throw new Error('the text is no checkpoint: its lines are origin, tree size and root hash');
  }
  return { origin, size: Number(size), root };
}
