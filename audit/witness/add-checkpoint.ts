import { parseDecimal, parseHash } from '../tlog/base64.ts';

const MOST_HASHES = 63;

/** Body of a witness's `add-checkpoint` (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size of the tree that the witness is believed to have seen last. */
  readonly old: number;
  /** Consistency proof from that tree to the checkpoint's. */
  readonly proof: readonly Buffer[];
  /** The checkpoint, a signed note. */
  readonly note: string;
}

export function formatAddCheckpoint({ old, proof, note }: AddCheckpoint): string {
  return `old ${old}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;
}

/** Reads the body; throws an Error that says what is wrong with it. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const cut = body.indexOf('\n\n');
  const [first = '', ...proof] = cut < 0 ? [] : body.slice(0, cut).split('\n');
  if (!first.startsWith('old ')) throw new Error('the body begins with the old size and its proof, and an empty line');
  if (proof.length > MOST_HASHES) throw new Error(`a proof has at most ${MOST_HASHES} hashes`);
  return { old: parseDecimal(first.slice(4)), proof: proof.map(parseHash), note: body.slice(cut + 2) };
}
