import { createClient } from 'redis';
import { LEEWAY_SECONDS, MAXIMUM_LIFETIME_SECONDS } from './check-claims.ts';
import { oneToken, type Revocation, type RevocationList, RevocationTable, wholeClient } from './revocations.ts';

export interface RedisRevocationsOptions {
  /** `redis://` or `rediss://`, with the database number as path. */
  readonly url: string;
  /** Put before the key; gateways that share revocations share it. */
  readonly prefix: string;
  /** What becomes of tokens while revocations of other gateways may be missed. Default: refuse. */
  readonly whenAway?: 'refuse' | 'allow';
  /** Default 1 second. */
  readonly pollMs?: number;
  /** Age of the last look beyond which the list counts as stale; with one poll it stays under 5 seconds. Default 4 seconds. */
  readonly staleMs?: number;
  /** Hears that Redis went away or came back. */
  readonly onState?: (state: 'current' | 'stale') => void;
}

const KEPT_MS = (MAXIMUM_LIFETIME_SECONDS + 2 * LEEWAY_SECONDS) * 1000;
const BATCH = 1000;
const MAXIMUM_PENDING = 10_000;

/**
 * Shares revocations through one Redis stream: written through, read by every gateway each second. Kept there for a day,
 * the longest life of a token, so that a gateway that starts reads them all. Connects in the background and for ever;
 * until the first look succeeds the list is stale.
 */
export function redisRevocations(options: RedisRevocationsOptions): RevocationList {
  const { whenAway = 'refuse', pollMs = 1000, staleMs = 4000 } = options;
  const key = `${options.prefix}revocations`;
  const table = new RevocationTable();
  const pending = new Map<string, Revocation>();
  let cursor = '-';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let stale = true;
  let polling = false;

  const client = createClient({
    url: options.url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: staleMs,
      // A connection that has gone silent is given up: polls keep a good one busy.
      socketTimeout: Math.max(3 * pollMs, 500),
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 5), pollMs),
    },
  });
  // The state says what there is to say; without a listener an error would end the process.
  client.on('error', () => {});
  // A server that was replaced may count its entries anew.
  client.on('ready', () => {
    cursor = '-';
  });
  const connecting = client.connect().catch(() => {});

  async function write(revocation: Revocation): Promise<void> {
    const fields: Record<string, string> = { client: revocation.clientKey, until: String(revocation.until) };
    if (revocation.tokenId !== undefined) fields.token = revocation.tokenId;
    if (revocation.before !== undefined) fields.before = String(revocation.before);
    await client.xAdd(key, '*', fields, {
      TRIM: { strategy: 'MINID', strategyModifier: '~', threshold: Date.now() - KEPT_MS },
    });
  }

  async function share(revocation: Revocation, now: number): Promise<void> {
    table.apply(revocation, now);
    try {
      await write(revocation);
    } catch {
      if (pending.size < MAXIMUM_PENDING)
        pending.set(`${revocation.clientKey} ${revocation.tokenId ?? ''}`, revocation);
      throw new Error('the revocation is in force on this gateway; the others will learn of it when Redis is back');
    }
  }

  async function look(): Promise<void> {
    for (const [name, revocation] of pending) {
      await write(revocation);
      pending.delete(name);
    }
    for (let more = true; more; ) {
      const messages = (await client.xRange(key, cursor, '+', { COUNT: BATCH })) ?? [];
      for (const { id, message } of messages) {
        const revocation = readMessage(message);
        if (revocation !== undefined) table.apply(revocation, Date.now());
        cursor = `(${id}`;
      }
      more = messages.length === BATCH;
    }
    lookedAt = performance.now();
  }

  function judge(): void {
    const before = stale;
    stale = performance.now() - lookedAt > staleMs;
    if (stale !== before) options.onState?.(stale ? 'stale' : 'current');
  }

  async function poll(): Promise<void> {
    judge();
    if (polling || !client.isReady) return;
    polling = true;
    try {
      await look();
    } catch {
      // Judged by the age of the last look.
    } finally {
      polling = false;
      judge();
    }
  }

  const timer = setInterval(poll, pollMs);
  timer.unref();
  client.on('ready', () => void poll());

  return {
    revokeToken: (token, now) => share(oneToken(token), now),
    revokeClient: (clientKey, now) => share(wholeClient(clientKey, now), now),
    check(token) {
      if (table.isRevoked(token)) return 'revoked';
      return stale && whenAway === 'refuse' ? 'unknown' : 'clear';
    },
    state: () => ({ store: 'redis', state: stale ? 'stale' : 'current' }),
    async close() {
      clearInterval(timer);
      client.destroy();
      await connecting;
    },
  };
}

/** Undefined for what is no revocation: the stream is not ours alone to write. */
function readMessage(message: Readonly<Record<string, string>>): Revocation | undefined {
  const { client, token, before, until } = message;
  const end = Number(until);
  const start = before === undefined ? undefined : Number(before);
  if (client === undefined || !Number.isFinite(end) || (start !== undefined && !Number.isFinite(start)))
    return undefined;
  return {
    clientKey: client,
    until: end,
    ...(token === undefined ? {} : { tokenId: token }),
    ...(start === undefined ? {} : { before: start }),
  };
}
