import { createHash } from 'node:crypto';

/** Remembers which proofs were used, for as long as they could be used again. */
export interface ProofMemory {
  /** False when the proof was used before, or when so many are remembered that it cannot be known. `now` in milliseconds. */
  use(keyThumbprint: string, proofId: string, now: number): boolean;
}

export interface ProofMemoryLimits {
  /** A proof cannot be used after this, milliseconds: then it is forgotten. */
  readonly lifeMs: number;
  /** Of one key: whoever floods stops only themselves. */
  readonly mostOfKey: number;
  readonly most: number;
}

/** Two of them: a used proof is remembered for one to two lives. */
interface Generation {
  readonly since: number;
  readonly byKey: Map<string, Set<string>>;
  count: number;
}

/** In this process: another gateway does not know of them. */
export function proofMemory({ lifeMs, mostOfKey, most }: ProofMemoryLimits): ProofMemory {
  let older = generation(0);
  let newer = generation(0);
  return {
    use(keyThumbprint, proofId, now) {
      const age = now - newer.since;
      if (age >= lifeMs) {
        older = age >= 2 * lifeMs ? generation(now) : newer;
        newer = generation(now);
      }
      // Clients choose their ids, and may choose long ones.
      const handle = createHash('sha256').update(proofId).digest('base64url');
      const used = newer.byKey.get(keyThumbprint) ?? new Set();
      if (older.byKey.get(keyThumbprint)?.has(handle) || used.has(handle)) return false;
      if (used.size >= mostOfKey || newer.count >= most) return false;
      newer.byKey.set(keyThumbprint, used.add(handle));
      newer.count += 1;
      return true;
    },
  };
}

function generation(since: number): Generation {
  return { since, byKey: new Map(), count: 0 };
}
