import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { isConsistent, type TreeHead } from '../tlog/consistency-proof.ts';
import type { Cosigner } from '../tlog/cosignature.ts';
import { EMPTY_ROOT } from '../tlog/merkle-hash.ts';
import { formatSignature, isSignedBy, type Note, type NoteKey, parseNote } from '../tlog/signed-note.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { originHash, type WitnessState } from './witness-state.ts';

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
  readonly type?: string;
}

interface Asked extends AddCheckpoint {
  readonly signed: Note;
  readonly head: Checkpoint;
}

const NOTHING: TreeHead = { size: 0, root: EMPTY_ROOT };

/**
 * Cosigns checkpoints of known logs, each consistent with the one before it (C2SP tlog-witness). Checks and keeps in one
 * go, so that no two requests can be between them.
 */
export class Witness {
  readonly #logs: readonly NoteKey[];
  readonly #cosigner: Cosigner;
  readonly #state: WitnessState;
  readonly #seconds: () => number;

  /** `logs` are keys whose names are the origins of their logs; several may be of one log. `seconds` since 1970. */
  constructor(logs: readonly NoteKey[], cosigner: Cosigner, state: WitnessState, seconds: () => number) {
    this.#logs = logs;
    this.#cosigner = cosigner;
    this.#state = state;
    this.#seconds = seconds;
  }

  addCheckpoint(body: string): WitnessAnswer {
    let asked: Asked;
    try {
      const request = parseAddCheckpoint(body);
      const signed = parseNote(request.note);
      asked = { ...request, signed, head: parseCheckpoint(signed.text) };
    } catch (error) {
      return { status: 400, body: `${error instanceof Error ? error.message : 'malformed'}\n` };
    }
    return this.#refusal(asked) ?? this.#cosign(asked);
  }

  /** The latest cosigned checkpoint of a log, by the hash of its origin. */
  latest(hash: string): string | undefined {
    return this.#logs.some(({ name }) => originHash(name) === hash) ? this.#state.byHash(hash) : undefined;
  }

  /** The answers of the protocol in its order; undefined where the checkpoint may be cosigned. */
  #refusal({ signed, head, old, proof }: Asked): WitnessAnswer | undefined {
    const keys = this.#logs.filter(({ name }) => name === head.origin);
    if (keys.length === 0) return { status: 404, body: 'the log is not known here\n' };
    if (!isSignedBy(signed, keys))
      return { status: 403, body: 'the checkpoint is not signed by a known key of the log\n' };
    if (old > head.size) return { status: 400, body: 'the old size is larger than the checkpoint\n' };
    const seen = this.#seen(head.origin);
    if (old !== seen.size) return { status: 409, body: `${seen.size}\n`, type: 'text/x.tlog.size' };
    const isEmpty = head.size === 0 && !head.root.equals(EMPTY_ROOT);
    if (isEmpty || !isConsistent(seen, head, proof))
      return { status: 422, body: 'the proof does not show consistency\n' };
    return undefined;
  }

  #cosign({ signed, head }: Asked): WitnessAnswer {
    const line = this.#cosigner.cosign(signed.text, this.#seconds());
    const known = this.#logs.filter(({ name }) => name === head.origin);
    // Lines of others are not passed on: nobody here has checked them.
    const own = signed.signatures.filter(({ id }) => known.some((key) => key.id.equals(id)));
    const lines = own.map(({ name, id, signature }) => formatSignature(name, id, signature));
    this.#state.put(originHash(head.origin), `${signed.text}\n${lines.join('')}${line}`);
    return { status: 200, body: line, type: 'text/plain; charset=utf-8' };
  }

  #seen(origin: string): TreeHead {
    const note = this.#state.byHash(originHash(origin));
    return note === undefined ? NOTHING : parseCheckpoint(parseNote(note).text);
  }
}
