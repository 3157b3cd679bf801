/** Values of tokens that were verified before, found by the whole token. Bounded; the least used half goes first. */
export interface TokenCache<V> {
  get(token: string): V | undefined;
  set(token: string, value: V): void;
  delete(token: string): void;
  readonly size: number;
}

interface Entry<V> {
  readonly token: string;
  readonly value: V;
}

/** Base64url characters of 256 bits: as telling as a digest, and far cheaper to hash than a whole fresh string. */
const KEY_LENGTH = 43;

/**
 * Two generations: when the young one is full it becomes the old one and the old one is forgotten; a hit in the old one
 * moves to the young one. Signatures end in bits that cannot be chosen, and the whole token is compared in any case.
 */
export function tokenCache<V>(capacity = 10_000): TokenCache<V> {
  const half = Math.max(1, Math.floor(capacity / 2));
  let young = new Map<string, Entry<V>>();
  let old = new Map<string, Entry<V>>();
  function put(key: string, entry: Entry<V>): void {
    if (young.size >= half && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, entry);
  }
  return {
    get(token) {
      const key = token.slice(-KEY_LENGTH);
      let entry = young.get(key);
      if (entry === undefined) {
        entry = old.get(key);
        if (entry === undefined) return undefined;
        old.delete(key);
        put(key, entry);
      }
      return entry.token === token ? entry.value : undefined;
    },
    set(token, value) {
      const key = token.slice(-KEY_LENGTH);
      old.delete(key);
      put(key, { token, value });
    },
    delete(token) {
      const key = token.slice(-KEY_LENGTH);
      young.delete(key);
      old.delete(key);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
