import { isSame } from './key-hash.ts';
import { BUCKETS, ENTRIES, KEY_BYTES, KEY_BYTES_END, MAX_BUCKETS } from './memory-map.ts';
import { run } from './run-state.ts';

// Keys of the open objects that the table does not know, so that a duplicate is found exactly. A stack: an object takes a
// mark when it opens and releases it when it closes. Bounded in keys, bytes and work.

const FIRST_MASK: i32 = 127;

@unmanaged
class Entry {
  /** Its bytes end where those of the next entry start. */
  start: i32;
  hash: i32;
  /** Older entry of the same bucket, plus one; 0 ends the chain. Chains run from young to old. */
  older: i32;
}

function entryAt(entry: i32): Entry {
  return changetype<Entry>(ENTRIES + entry * offsetof<Entry>());
}

function bucketOf(hash: i32): usize {
  return BUCKETS + ((hash & run.bucketMask) << 2);
}

export const NEW: i32 = 0;
export const DUPLICATE: i32 = 1;
export const FULL: i32 = 2;

/** NEW, DUPLICATE (within the keys since `mark`), or FULL where a bound is reached. */
export function addToSet(mark: i32, hash: i32, key: usize, length: i32, maxKeys: i32): i32 {
  let entry = load<i32>(bucketOf(hash)) - 1;
  while (entry >= mark) {
    run.work++;
    const held = entryAt(entry);
    const end = entry + 1 < run.keyCount ? entryAt(entry + 1).start : run.keyBytes;
    if (held.hash === hash && end - held.start === length && isSame(KEY_BYTES + held.start, key, length)) {
      return DUPLICATE;
    }
    entry = held.older - 1;
  }
  // Chains are one or two long unless somebody found keys that collide: then stop paying for it.
  const isFull = run.keyCount >= maxKeys || KEY_BYTES + run.keyBytes + length > KEY_BYTES_END;
  if (isFull || run.work > maxKeys << 6) return FULL;
  push(hash, key, length);
  return NEW;
}

function push(hash: i32, key: usize, length: i32): void {
  if (run.keyCount > run.bucketMask >> 1 && run.bucketMask + 1 < MAX_BUCKETS) {
    setBuckets((run.bucketMask + 1) << 1);
  }
  memory.copy(KEY_BYTES + run.keyBytes, key, length);
  const made = entryAt(run.keyCount);
  made.start = run.keyBytes;
  made.hash = hash;
  run.keyBytes += length;
  link(run.keyCount++);
}

function link(entry: i32): void {
  const held = entryAt(entry);
  const bucket = bucketOf(held.hash);
  held.older = load<i32>(bucket);
  store<i32>(bucket, entry + 1);
}

/** Enters all entries anew, into so many buckets (a power of two). */
function setBuckets(count: i32): void {
  run.bucketMask = count - 1;
  memory.fill(BUCKETS, 0, count << 2);
  for (let entry: i32 = 0; entry < run.keyCount; entry++) link(entry);
}

export function releaseKeys(mark: i32): void {
  while (run.keyCount > mark) {
    const entry = entryAt(--run.keyCount);
    store<i32>(bucketOf(entry.hash), entry.older);
    run.keyBytes = entry.start;
  }
}

/** An empty set: gives up what the answer before left behind. */
export function resetKeys(): void {
  releaseKeys(0);
  run.work = 0;
  run.bucketMask = FIRST_MASK;
}

/** The entries are those of another answer: finds them again. */
export function enterKeys(): void {
  setBuckets(run.bucketMask + 1);
}

/** End of the entries, for putting them away. */
export function entriesEnd(): usize {
  return ENTRIES + run.keyCount * offsetof<Entry>();
}
