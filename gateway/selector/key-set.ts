import { sameBytes } from './key-hash.ts';

const FIRST_ENTRIES = 64;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Keys of the open objects that the key table does not know, so that a duplicate is found exactly. A stack: an object
 * takes a mark when it opens and releases it when it closes. Bounded in keys, bytes and work.
 */
export class KeySet {
  private readonly maxKeys: number;
  private bytes = new Uint8Array(1024);
  private used = 0;
  /** Keys held: the mark of an object that opens now. */
  size = 0;
  /** Start of each entry's bytes, and its end at the next index. */
  private starts = new Int32Array(FIRST_ENTRIES + 1);
  private hashes = new Int32Array(FIRST_ENTRIES);
  /** Older entry of the same bucket, plus one; 0 ends the chain. Chains run from young to old. */
  private older = new Int32Array(FIRST_ENTRIES);
  private buckets = new Int32Array(FIRST_ENTRIES * 2);
  private work = 0;

  constructor(maxKeys: number) {
    this.maxKeys = maxKeys;
  }

  /** 'new', 'duplicate' (within the keys since `mark`), or 'full' where a bound is reached. */
  add(mark: number, hash: number, key: Uint8Array, start: number, end: number): 'new' | 'duplicate' | 'full' {
    const length = end - start;
    let entry = (this.buckets[hash & (this.buckets.length - 1)] as number) - 1;
    while (entry >= mark) {
      this.work++;
      const from = this.starts[entry] as number;
      if (
        this.hashes[entry] === hash &&
        (this.starts[entry + 1] as number) - from === length &&
        sameBytes(this.bytes, from, key, start, length)
      ) {
        return 'duplicate';
      }
      entry = (this.older[entry] as number) - 1;
    }
    // Chains are one or two long unless somebody found keys that collide: then stop paying for it.
    if (this.size >= this.maxKeys || this.used + length > MAX_BYTES || this.work > 64 * this.maxKeys) return 'full';
    this.push(hash, key, start, end);
    return 'new';
  }

  release(mark: number): void {
    const last = this.buckets.length - 1;
    while (this.size > mark) {
      this.size--;
      this.buckets[(this.hashes[this.size] as number) & last] = this.older[this.size] as number;
    }
    this.used = this.starts[mark] as number;
  }

  /** Forgets everything, and gives back memory that only an unusual answer needed. */
  clear(): void {
    this.release(0);
    this.work = 0;
    if (this.bytes.length > 65_536) this.bytes = new Uint8Array(1024);
    if (this.hashes.length > 4096) {
      this.starts = new Int32Array(FIRST_ENTRIES + 1);
      this.hashes = new Int32Array(FIRST_ENTRIES);
      this.older = new Int32Array(FIRST_ENTRIES);
      this.buckets = new Int32Array(FIRST_ENTRIES * 2);
    }
  }

  private push(hash: number, key: Uint8Array, start: number, end: number): void {
    if (this.size === this.hashes.length) this.grow();
    const needed = this.used + end - start;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (let i = start; i < end; i++) this.bytes[this.used++] = key[i] as number;
    const bucket = hash & (this.buckets.length - 1);
    this.hashes[this.size] = hash;
    this.older[this.size] = this.buckets[bucket] as number;
    this.size++;
    this.buckets[bucket] = this.size;
    this.starts[this.size] = this.used;
  }

  private grow(): void {
    const size = this.hashes.length * 2;
    const starts = new Int32Array(size + 1);
    starts.set(this.starts);
    this.starts = starts;
    const hashes = new Int32Array(size);
    hashes.set(this.hashes);
    this.hashes = hashes;
    this.older = new Int32Array(size);
    this.buckets = new Int32Array(size * 2);
    for (let entry = 0; entry < this.size; entry++) {
      const bucket = (hashes[entry] as number) & (size * 2 - 1);
      this.older[entry] = this.buckets[bucket] as number;
      this.buckets[bucket] = entry + 1;
    }
  }
}
