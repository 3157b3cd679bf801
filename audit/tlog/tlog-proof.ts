import { parseDecimal, parseHash, strictBase64 } from './base64.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { isIncluded } from './inclusion-proof.ts';
import { leafHash } from './merkle-hash.ts';
import { isSignedBy, type NoteKey, parseNote } from './signed-note.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 entries needs 53. */
const MOST_HASHES = 63;

/** That an entry is in a log, in one text that is checked offline (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** From the entry's sibling up to below the root. */
  readonly hashes: readonly Buffer[];
  /** The checkpoint, a signed note, as the log gave it. */
  readonly checkpoint: string;
  /** Not authenticated by anything. */
  readonly extra?: Buffer;
}

export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [HEADER];
  if (extra !== undefined) lines.push(`extra ${extra.toString('base64')}`);
  lines.push(`index ${index}`, ...hashes.map((hash) => hash.toString('base64')));
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a `.tlog-proof`; throws an Error that says what is wrong with it. */
export function parseTlogProof(text: string): TlogProof {
  const cut = text.indexOf('\n\n');
  const [header, ...lines] = (cut < 0 ? text : text.slice(0, cut)).split('\n');
  if (header !== HEADER || cut < 0) throw new Error(`a proof begins with ${HEADER} and ends with a checkpoint`);
  const extra = lines[0]?.startsWith('extra ') === true ? parseExtra(lines.shift()?.slice(6) ?? '') : undefined;
  const index = /^index (\d+)$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined) throw new Error('a proof names the index of its entry');
  if (lines.length > MOST_HASHES) throw new Error(`a proof has at most ${MOST_HASHES} hashes`);
  return {
    index: parseDecimal(index),
    hashes: lines.map(parseHash),
    checkpoint: text.slice(cut + 2),
    ...(extra === undefined ? {} : { extra }),
  };
}

function parseExtra(text: string): Buffer {
  const extra = strictBase64(text);
  if (extra === undefined) throw new Error('the extra data of a proof is in base64');
  return extra;
}

/** Undefined when the proof shows that `entry` is in the log of one of `keys`; else why it does not. */
export function proofFault(proof: TlogProof, entry: Buffer, keys: readonly NoteKey[]): string | undefined {
  const note = parseNote(proof.checkpoint);
  const { origin, size, root } = parseCheckpoint(note.text);
  if (!isSignedBy(note, keys)) return `the checkpoint of ${origin} is signed by none of the given keys`;
  const isIn = isIncluded(leafHash(entry), proof.index, size, proof.hashes, root);
  return isIn ? undefined : 'the proof does not lead from this entry to the root of the checkpoint';
}
