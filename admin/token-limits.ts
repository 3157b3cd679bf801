import { createHmac } from 'node:crypto';
import { networkOf } from '../gateway/network-of.ts';
import {
  localCounter,
  type RedisConnection,
  sharedCounter,
  type WaitMs,
  type WindowCounter,
} from './window-counters.ts';

/** Whether a request to the token endpoint and its neighbours may go on. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'limited'; readonly waitMs: WaitMs }
  /** The shared counters are away, and the settings say that nothing goes on without them. */
  | { readonly kind: 'unavailable' };

/**
 * Bounds how often tokens are asked for, introspected and revoked: per client and per address, and much lower for failed
 * authentication, so that no secret is found by trying. A client that is attacked from elsewhere can still be used from
 * where it was used before.
 */
export interface TokenLimits {
  /** Before anything of the request is read. */
  admit(address: string): Promise<Admission>;
  /** Before the client's secret or key is looked at. `isKnown`: the catalog has it. */
  admitClient(clientId: string, isKnown: boolean, address: string): Promise<Admission>;
  /** After it was. */
  ended(clientId: string, isKnown: boolean, address: string, isAuthenticated: boolean): Promise<void>;
}

export interface TokenLimitOptions {
  /** Requests per minute. */
  readonly perClient: number;
  readonly perAddress: number;
  /** Failed authentications of one client from one address in five minutes; ten times as many of one client, five times of one address. */
  readonly failures: number;
  /** Counts are shared through it; absent: of this process alone. */
  readonly redis?: {
    readonly connection: RedisConnection;
    readonly prefix: string;
    readonly whenAway: 'local' | 'refuse';
    /** For handles of addresses and clients: neither stands in Redis. */
    readonly key: Buffer;
  };
}

const MINUTE = 60;
const FAILURE_SECONDS = 300;
/** Places (client and address) where a client was authenticated before. */
const MOST_PROVEN = 20_000;

export function tokenLimits(options: TokenLimitOptions): TokenLimits {
  const { perClient, perAddress, failures } = options;
  const { counter, handle } = countersOf(options.redis);
  const requests = {
    byAddress: counter('requests-by-address', perAddress, MINUTE),
    byClient: counter('requests-by-client', perClient, MINUTE),
  };
  const failed = {
    byPlace: counter('failures-by-place', failures, FAILURE_SECONDS),
    byAddress: counter('failures-by-address', failures * 5, FAILURE_SECONDS),
    byClient: counter('failures-by-client', failures * 10, FAILURE_SECONDS),
  };
  const proven = new Set<string>();

  function prove(place: string): void {
    proven.delete(place);
    proven.add(place);
    if (proven.size > MOST_PROVEN) for (const oldest of proven) return void proven.delete(oldest);
  }

  return {
    admit(address) {
      const network = handle(networkOf(address));
      return admission([requests.byAddress.take(network), failed.byAddress.peek(network)]);
    },
    admitClient(clientId, isKnown, address) {
      const [client, place] = [handle(clientId), handle(`${clientId} ${networkOf(address)}`)];
      const waits = [failed.byPlace.peek(place)];
      // Ids that nobody has are bounded by the address: counting each would let anybody fill the memory.
      if (isKnown) waits.push(requests.byClient.take(client));
      if (isKnown && !proven.has(place)) waits.push(failed.byClient.peek(client));
      return admission(waits);
    },
    async ended(clientId, isKnown, address, isAuthenticated) {
      const network = networkOf(address);
      const place = handle(`${clientId} ${network}`);
      if (isAuthenticated) return prove(place);
      const counts = [failed.byPlace.take(place), failed.byAddress.take(handle(network))];
      if (isKnown) counts.push(failed.byClient.take(handle(clientId)));
      await Promise.allSettled(counts);
    },
  };
}

async function admission(waits: readonly Promise<WaitMs>[]): Promise<Admission> {
  try {
    const waitMs = Math.max(...(await Promise.all(waits)));
    return waitMs === 0 ? { kind: 'admitted' } : { kind: 'limited', waitMs };
  } catch {
    return { kind: 'unavailable' };
  }
}

function countersOf(redis: TokenLimitOptions['redis']) {
  if (redis === undefined) {
    const counter = (name: string, points: number, seconds: number) => localCounter({ name, points, seconds });
    return { counter, handle: (text: string) => text };
  }
  const { connection, prefix, whenAway, key } = redis;
  return {
    counter(name: string, points: number, seconds: number): WindowCounter {
      const options = { name: `${prefix}token:${name}`, points, seconds };
      return sharedCounter(connection, options, whenAway === 'local' ? localCounter(options) : undefined);
    },
    handle: (text: string) => createHmac('sha256', key).update(text).digest('base64url'),
  };
}
