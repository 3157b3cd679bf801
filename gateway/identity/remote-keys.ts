import { fetchableUrl, type GetJsonLimits, getJson } from './get-json.ts';
import { type KeySet, keySet } from './keys.ts';

export interface RemoteKeySettings {
  /** Keys are fetched again after this age. Default 10 minutes. */
  readonly refreshAfterMs?: number;
  /** Shortest time between two fetches that unknown key ids ask for. Default 30 seconds. */
  readonly throttleMs?: number;
  /** Shortest time between two fetches while there are no usable keys. Default 5 seconds. */
  readonly retryMs?: number;
  /** Age beyond which the last good keys no longer serve. Default 1 hour. */
  readonly maximumAgeMs?: number;
  readonly get?: (address: string, limits: GetJsonLimits) => Promise<unknown>;
}

/** `failed`: the last fetch failed, the last good keys still serve. `unavailable`: tokens of this issuer are refused. */
export type KeyState = 'ready' | 'not-yet-fetched' | 'failed' | 'unavailable';

/** The keys of an issuer elsewhere. All times are milliseconds since the epoch, handed in. */
export interface RemoteKeys {
  /** Starts a fetch in the background when the keys are getting old. */
  current(now: number): KeySet | undefined;
  refresh(now: number): Promise<KeySet | undefined> | undefined;
  state(now: number): KeyState;
}

const LIMITS: GetJsonLimits = { maximumBytes: 1_048_576, timeoutMs: 5000 };

/** Throws when the issuer's address may not be fetched; fetches nothing yet. */
export function remoteKeys(issuer: string, settings: RemoteKeySettings = {}): RemoteKeys {
  fetchableUrl(issuer);
  const { refreshAfterMs = 600_000, throttleMs = 30_000, retryMs = 5000, maximumAgeMs = 3_600_000 } = settings;
  const get = settings.get ?? getJson;
  let keys: KeySet | undefined;
  let text = '';
  let fetchedAt = 0;
  let attemptedAt: number | undefined;
  let failed = false;
  let keysUrl: string | undefined;
  let underWay: Promise<void> | undefined;

  const usable = (now: number) => (keys !== undefined && now - fetchedAt < maximumAgeMs ? keys : undefined);

  async function fetchKeys(now: number): Promise<void> {
    try {
      keysUrl ??= await discover(issuer, get);
      const document = await get(keysUrl, LIMITS);
      const fresh = JSON.stringify(document);
      if (keys === undefined || fresh !== text) keys = keySet(document);
      text = fresh;
      fetchedAt = now;
      failed = false;
    } catch {
      // The next attempt starts from the metadata again: the keys may have moved.
      keysUrl = undefined;
      failed = true;
    }
  }

  function start(now: number): Promise<void> {
    attemptedAt = now;
    return fetchKeys(now).finally(() => {
      underWay = undefined;
    });
  }

  /** Requests come a little out of order; beyond that the clock was set back, which must not stop fetching. */
  const since = (moment: number, now: number) =>
    now < moment - throttleMs ? Number.POSITIVE_INFINITY : Math.max(0, now - moment);

  function refresh(now: number): Promise<KeySet | undefined> | undefined {
    if (underWay === undefined) {
      const wait = usable(now) === undefined ? retryMs : throttleMs;
      if (attemptedAt !== undefined && since(attemptedAt, now) < wait) return undefined;
      underWay = start(now);
    }
    return underWay.then(() => usable(now));
  }

  return {
    current(now) {
      if (keys !== undefined && since(fetchedAt, now) >= refreshAfterMs) refresh(now);
      return usable(now);
    },
    refresh,
    state(now) {
      if (attemptedAt === undefined) return 'not-yet-fetched';
      if (usable(now) === undefined) return 'unavailable';
      return failed ? 'failed' : 'ready';
    },
  };
}

/** Finds `jwks_uri` in the issuer's metadata: RFC 8414 §3 first, then OpenID Connect Discovery §4. */
async function discover(
  issuer: string,
  get: (address: string, limits: GetJsonLimits) => Promise<unknown>,
): Promise<string> {
  const { origin, pathname } = fetchableUrl(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  let reason: unknown;
  for (const place of places) {
    try {
      const metadata = await get(place, LIMITS);
      return keysUrlOf(metadata, issuer);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

function keysUrlOf(metadata: unknown, issuer: string): string {
  if (typeof metadata !== 'object' || metadata === null) throw new Error('the metadata are not an object');
  const { issuer: named, jwks_uri: address } = metadata as { issuer?: unknown; jwks_uri?: unknown };
  // RFC 8414 §3.3: metadata that name another issuer must not be used.
  if (named !== issuer) throw new Error('the metadata are of another issuer');
  if (typeof address !== 'string') throw new Error('the metadata name no jwks_uri');
  return fetchableUrl(address).href;
}
