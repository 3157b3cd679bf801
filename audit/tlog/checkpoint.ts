import { parseDecimal, parseHash } from './base64.ts';
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
  const lines = text.split('\n');
  const [origin = '', size = '', root = ''] = lines;
  // No line is empty but what stands behind the last line end.
  if (lines.length < 4 || lines.indexOf('') !== lines.length - 1)
    throw new Error('the text is no checkpoint: its lines are origin, tree size and root hash');
  try {
    return { origin, size: parseDecimal(size), root: parseHash(root) };
  } catch (error) {
    throw new Error('the text is no checkpoint: its tree size or root hash is malformed', { cause: error });
  }
}
