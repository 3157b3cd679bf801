import { formatVerifierKey, isSignedBy, type Note, type NoteKey, parseVerifierKey } from '../tlog/signed-note.ts';
import type { LogKeyRotation } from './entry-check.ts';
import type { Findings } from './finding.ts';

/**
 * Which key of the log counts when. A key gives way to the next by a `key-rotation` entry; the first checkpoint that has
 * the entry in it is signed by both. So who trusts one of the keys can trust the others.
 */
export class KeyChain {
  readonly #candidates: NoteKey[];
  readonly #findings: Findings;
  readonly #chain: NoteKey[] = [];
  #pending: LogKeyRotation[] = [];

  /** `candidates` are keys that may be the log's, those that are trusted first. */
  constructor(candidates: readonly NoteKey[], findings: Findings) {
    this.#candidates = [...candidates];
    this.#findings = findings;
  }

  /** Keys that have signed, oldest first, each linked to the next by a rotation. */
  get chain(): readonly NoteKey[] {
    return this.#chain;
  }

  /** True where one of all the keys that may be the log's has signed: all that can be told of what is pruned. */
  mayHaveSigned(note: Note): boolean {
    return this.#candidates.some((key) => isSignedBy(note, [key]));
  }

  /** Takes a rotation; one that is on record already, because its log was stopped before it was signed, is passed over. */
  rotate(rotation: LogKeyRotation): void {
    const [old, current] = this.#chain.slice(-2).map(formatVerifierKey);
    const done = current === rotation.to && old === rotation.from;
    const waits = this.#pending.some(({ from, to }) => from === rotation.from && to === rotation.to);
    if (!done && !waits) this.#pending.push(rotation);
  }

  /** Takes the next checkpoint, in order of size: checks who signed it. `what` names it in messages. */
  accept(note: Note, size: number, what: string): void {
    const current = this.#chain.at(-1) ?? this.#first(note);
    if (current === undefined) {
      this.#findings.wrong('checkpoint-unsigned', `${what} is signed by no known key of the log`);
      return;
    }
    const [rotation, ...later] = this.#pending.filter(({ index }) => index < size);
    const isSigned = isSignedBy(note, [current]);
    if (rotation === undefined) {
      if (!isSigned)
        this.#findings.wrong('checkpoint-unsigned', `${what} is not signed by the log's key ${named(current)}`);
      return;
    }
    if (later.length > 0)
      this.#findings.wrong(
        'rotation-unsigned',
        `no checkpoint was signed between the rotations at ${rotation.index} and ${later[0]?.index}`,
      );
    this.#pending = this.#pending.filter(({ index }) => index >= size);
    this.#turn(note, current, rotation, what);
  }

  #turn(note: Note, current: NoteKey, rotation: LogKeyRotation, what: string): void {
    const { index } = rotation;
    const to = keyOf(rotation.to);
    const fault = this.#turnFault(note, current, rotation, what);
    if (fault === undefined && to !== undefined) this.#chain.push(to);
    else this.#findings.wrong('rotation-wrong', `the rotation of the log's key at entry ${index}: ${fault}`, { index });
  }

  #turnFault(note: Note, current: NoteKey, { from, to }: LogKeyRotation, what: string): string | undefined {
    const old = keyOf(from);
    const next = keyOf(to);
    if (old === undefined || next === undefined) return 'it names no keys';
    if (!old.id.equals(current.id)) return `it gives way for ${named(old)}, but the log's key was ${named(current)}`;
    for (const [key, which] of [
      [current, 'old'],
      [next, 'new'],
    ] as const) {
      if (!isSignedBy(note, [key]))
        return `${what}, the first with it, is not signed by the ${which} key ${named(key)}`;
    }
    return undefined;
  }

  /** The key that signed the first checkpoint: a trusted one where there is one. */
  #first(note: Note): NoteKey | undefined {
    // What was rotated before it can be told from the entry: then the old key comes first.
    const [rotation] = this.#pending;
    const old = rotation === undefined ? undefined : keyOf(rotation.from);
    const known = [
      ...(old === undefined ? [] : this.#candidates.filter(({ id }) => id.equals(old.id))),
      ...this.#candidates,
    ];
    const first = known.find((key) => isSignedBy(note, [key]));
    if (first !== undefined) this.#chain.push(first);
    return first;
  }
}

function keyOf(text: string): NoteKey | undefined {
  try {
    return parseVerifierKey(text);
  } catch {
    return undefined;
  }
}

export function named({ name, id }: NoteKey): string {
  return `${name}+${id.toString('hex')}`;
}
