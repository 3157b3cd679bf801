import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { withinTime } from '../gateway/within-time.ts';
import { CLAIM, IS_UNDER_WAY, SETTLE } from './idempotency-scripts.ts';
import {
  type Claim,
  IDEMPOTENCY_LIMITS,
  type IdempotencyLimits,
  type IdempotencyStore,
  keptForm,
  type Outcome,
} from './idempotency-store.ts';
import type { RedisConnection } from './limit-counters.ts';
import { MemoryIdempotency } from './memory-idempotency.ts';
import { openOutcome, sealOutcome } from './sealed-outcome.ts';

export interface RedisIdempotencyOptions {
  readonly connection: RedisConnection;
  /** Kept apart in one Redis: a key of staging is not one of production. */
  readonly environment: string;
  /** 32 secret bytes each; gateways that share keys have the same. */
  readonly handleKey: Buffer;
  readonly answerKey: Buffer;
  /**
   * While Redis is away: nothing is sent that needs its key checked, or each gateway remembers for itself, and the same
   * request through two of them, or repeated from before, may have two effects.
   */
  readonly whenAway: 'refuse' | 'local';
  readonly steady: () => number;
  readonly limits?: IdempotencyLimits;
  /**
   * Longer than any exchange takes: after it a request without a word from its gateway has an unknown outcome. Default 60
   * seconds.
   */
  readonly leaseMs?: number;
  /** Longest wait for Redis. Default 500 milliseconds. */
  readonly timeoutMs?: number;
}

interface Entry {
  /** Key of the entry, and what it is made of. */
  readonly name: string;
  readonly prefix: string;
  readonly handle: string;
  readonly fingerprint: string;
}

/** Requests of this gateway that wait for one that is under way, here or elsewhere. */
interface Waiting {
  count: number;
  wake: () => void;
  readonly settled: Promise<void>;
}

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 250;
const LONGEST_PAUSE_MS = 2000;
const LAST_WORDS_MS = 2000;

/**
 * Outcomes shared by all gateways through Redis. A gateway that ends in the middle of a request leaves a claim that
 * nobody settles: its outcome is unknown, and the request is not sent again. Neither keys nor answers can be read there.
 */
export class RedisIdempotency implements IdempotencyStore {
  readonly #options: RedisIdempotencyOptions;
  readonly #limits: IdempotencyLimits;
  readonly #leaseMs: number;
  readonly #local: MemoryIdempotency | undefined;
  readonly #waiting = new Map<string, Waiting>();
  readonly #untold = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: RedisIdempotencyOptions) {
    this.#options = options;
    this.#limits = options.limits ?? IDEMPOTENCY_LIMITS;
    this.#leaseMs = options.leaseMs ?? 60_000;
    if (options.whenAway === 'local') this.#local = new MemoryIdempotency(options.steady, this.#limits);
  }

  async claim(owner: string, key: string, fingerprint: string): Promise<Claim> {
    // What was begun alone is ended alone, although Redis may be back.
    if (this.#local?.knows(owner, key)) return this.#claimAlone(owner, key, fingerprint);
    if (!this.#options.connection.isReady) return this.#claimAlone(owner, key, fingerprint);
    const entry = this.#entryOf(owner, key, fingerprint);
    const token = randomUUID();
    let reply: unknown;
    try {
      const life = [String(this.#limits.lifeMs), String(this.#leaseMs)];
      reply = await this.#run(CLAIM, [entry.name], [entry.fingerprint, token, ...life]);
    } catch {
      // It may have come there late: without a word it would end as an unknown outcome, though nothing was sent.
      this.#tell(entry, token, '', 0);
      return this.#claimAlone(owner, key, fingerprint);
    }
    return this.#claimOf(reply, entry, token);
  }

  /** Tells Redis what became of the last requests, for at most two seconds. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { wake } of this.#waiting.values()) wake();
    await Promise.race([Promise.allSettled(this.#untold), wait(LAST_WORDS_MS, undefined, { ref: false })]);
  }

  #claimOf(reply: unknown, entry: Entry, token: string): Claim {
    const [kind, outcome] = Array.isArray(reply) ? reply : [];
    switch (kind) {
      case 'first':
        return { kind: 'first', isLocal: false, settle: (given) => this.#settle(entry, token, given) };
      case 'other-request':
        return { kind: 'other-request' };
      case 'under-way':
        return this.#await(entry);
      case 'done':
        return { kind: 'done', outcome: openOutcome(String(outcome), this.#options.answerKey, placeOf(entry)) };
      case 'lost':
        return { kind: 'done', outcome: { kind: 'unknown' } };
      default:
        throw new Error('Redis answered a claim with what is none');
    }
  }

  #claimAlone(owner: string, key: string, fingerprint: string): Claim {
    if (this.#local === undefined) return { kind: 'unavailable' };
    const claim = this.#local.claim(owner, key, fingerprint);
    return claim.kind === 'first' ? { ...claim, isLocal: true } : claim;
  }

  #await(entry: Entry): Claim {
    let waiting = this.#waiting.get(entry.name);
    if (waiting === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { count: 0, wake: () => undefined, settled: promise };
      this.#waiting.set(entry.name, waiting);
      void this.#look(entry, waiting).finally(() => {
        this.#waiting.delete(entry.name);
        resolve();
      });
    }
    if (waiting.count >= this.#limits.mostWaiting) return { kind: 'crowded' };
    waiting.count += 1;
    return { kind: 'under-way', settled: waiting.settled };
  }

  /** Until the request has settled, its lease is over, or Redis cannot tell: the next claim sees which. */
  async #look(entry: Entry, waiting: Waiting): Promise<void> {
    for (let pauseMs = FIRST_LOOK_MS; !this.#isClosed; pauseMs = Math.min(pauseMs * 2, LONGEST_LOOK_MS)) {
      await new Promise<void>((resolve) => {
        waiting.wake = resolve;
        setTimeout(resolve, pauseMs);
      });
      const isUnderWay = await this.#run(IS_UNDER_WAY, [entry.name], []).catch(() => undefined);
      if (isUnderWay !== 1) return;
    }
  }

  #settle(entry: Entry, token: string, given: Outcome | undefined): void {
    if (given === undefined) {
      this.#tell(entry, token, '', 0);
      return;
    }
    const { outcome, bytes } = keptForm(given, this.#limits);
    this.#tell(entry, token, sealOutcome(outcome, this.#options.answerKey, placeOf(entry)), bytes);
  }

  #tell(entry: Entry, token: string, sealed: string, bytes: number): void {
    const telling = this.#tellUntilHeard(entry, token, sealed, bytes).finally(() => this.#untold.delete(telling));
    this.#untold.add(telling);
  }

  /** Beyond the lease the outcome counts as unknown, so trying on would tell nobody anything. */
  async #tellUntilHeard(entry: Entry, token: string, sealed: string, bytes: number): Promise<void> {
    const { lifeMs, mostKeys, mostBytes } = this.#limits;
    const { name, prefix, handle } = entry;
    const numbers = [bytes, lifeMs, mostKeys, mostBytes].map(String);
    const until = this.#options.steady() + this.#leaseMs;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const keys = [name, `${prefix}shelf`, `${prefix}bytes`];
        await this.#run(SETTLE, keys, [token, sealed, ...numbers, prefix, handle]);
        this.#waiting.get(name)?.wake();
        return;
      } catch {
        if (this.#isClosed || this.#options.steady() > until) return;
      }
      await wait(pauseMs, undefined, { ref: false });
    }
  }

  #run(script: string, keys: string[], args: string[]): Promise<unknown> {
    const { connection, timeoutMs = 500 } = this.#options;
    return withinTime(timeoutMs, connection.eval(script, { keys, arguments: args }));
  }

  /** Keys hold a user's name and fingerprints can be guessed at: only keyed hashes of both leave the gateway. */
  #entryOf(owner: string, key: string, fingerprint: string): Entry {
    const { environment, handleKey } = this.#options;
    const hash = (text: string): string => createHmac('sha256', handleKey).update(text).digest('base64url');
    const prefix = `portcullis:idempotency:{${environment}:${owner}}:`;
    const handle = hash(`key\n${owner}\n${key}`);
    return { name: `${prefix}${handle}`, prefix, handle, fingerprint: hash(`request\n${fingerprint}`) };
  }
}

/** What an answer belongs to; it opens nowhere else. */
function placeOf({ name, fingerprint }: Entry): string {
  return `${name} ${fingerprint}`;
}
