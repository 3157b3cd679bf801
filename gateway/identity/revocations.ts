import { LEEWAY_SECONDS, MAXIMUM_LIFETIME_SECONDS, type VerifiedToken } from './check-claims.ts';

/** What a revocation needs to know of a token. */
export type RevocableToken = Pick<VerifiedToken, 'issuer' | 'clientKey' | 'tokenId' | 'issuedAt' | 'expiresAt'>;

/** `unknown`: the list cannot be trusted at the moment, and the settings say that tokens are then refused. */
export type RevocationAnswer = 'clear' | 'revoked' | 'unknown';

/** `stale`: revocations of other gateways may have been missed for longer than the promised bound. */
export interface RevocationState {
  readonly store: 'memory' | 'redis';
  readonly state: 'current' | 'stale';
}

/** Tokens that are refused before they expire (RFC 7009). In force here at once, on every other gateway within 5 seconds. */
export interface RevocationList {
  /** Rejects when other gateways could not be told yet; it is in force here all the same, and they are told later. */
  revokeToken(token: RevocableToken, now: number): Promise<void>;
  /** Refuses every token that the client (`<issuer> <client id>`) got until now. */
  revokeClient(clientKey: string, now: number): Promise<void>;
  check(token: RevocableToken): RevocationAnswer;
  state(): RevocationState;
  close(): Promise<void>;
}

/** One line of the list, as gateways exchange it; times in seconds. Without `tokenId` it names all tokens up to `before`. */
export interface Revocation {
  readonly clientKey: string;
  readonly tokenId?: string;
  readonly before?: number;
  readonly until: number;
}

interface ClientEntry {
  /** Tokens issued in this second or earlier are refused. */
  before: number;
  until: number;
  readonly tokens: Map<string, number>;
}

/** Of one client; above it the client as a whole is revoked, so that nobody fills the memory by revoking. */
const MAXIMUM_TOKENS = 1000;

/** The list of one process: applying a line twice changes nothing. */
export class RevocationTable {
  readonly #clients = new Map<string, ClientEntry>();

  apply(revocation: Revocation, now: number): void {
    const seconds = now / 1000;
    if (revocation.until <= seconds) return;
    const entry = this.#entry(revocation.clientKey, seconds);
    if (revocation.tokenId !== undefined) entry.tokens.set(revocation.tokenId, revocation.until);
    if (revocation.before !== undefined) {
      entry.before = Math.max(entry.before, revocation.before);
      entry.until = Math.max(entry.until, revocation.until);
    }
    if (entry.tokens.size > MAXIMUM_TOKENS) this.#shrink(revocation.clientKey, entry, now);
  }

  isRevoked(token: RevocableToken): boolean {
    const entry = this.#clients.get(token.clientKey);
    if (entry === undefined) return false;
    return token.issuedAt <= entry.before || entry.tokens.has(token.tokenId);
  }

  #entry(clientKey: string, seconds: number): ClientEntry {
    const known = this.#clients.get(clientKey);
    if (known !== undefined) return known;
    for (const [key, { until, tokens }] of this.#clients) {
      if (until > seconds) continue;
      dropExpired(tokens, seconds);
      if (tokens.size === 0) this.#clients.delete(key);
    }
    const entry = { before: Number.NEGATIVE_INFINITY, until: 0, tokens: new Map<string, number>() };
    this.#clients.set(clientKey, entry);
    return entry;
  }

  #shrink(clientKey: string, entry: ClientEntry, now: number): void {
    dropExpired(entry.tokens, now / 1000);
    if (entry.tokens.size <= MAXIMUM_TOKENS) return;
    const { before = 0, until } = wholeClient(clientKey, now);
    entry.before = Math.max(entry.before, before);
    entry.until = Math.max(entry.until, until);
    entry.tokens.clear();
  }
}

function dropExpired(tokens: Map<string, number>, seconds: number): void {
  for (const [tokenId, until] of tokens) if (until <= seconds) tokens.delete(tokenId);
}

export function oneToken(token: RevocableToken): Revocation {
  return { clientKey: token.clientKey, tokenId: token.tokenId, until: Math.ceil(token.expiresAt) + LEEWAY_SECONDS + 1 };
}

/** Clocks of issuers elsewhere may be ahead of ours, so their tokens are refused for that much longer. */
export function wholeClient(clientKey: string, now: number): Revocation {
  const before = Math.floor(now / 1000) + (clientKey.startsWith(' ') ? 0 : LEEWAY_SECONDS);
  return { clientKey, before, until: before + MAXIMUM_LIFETIME_SECONDS + LEEWAY_SECONDS + 1 };
}

/** For a gateway that is alone: lost at a restart, so tokens revoked before live on until they expire. */
export function memoryRevocations(): RevocationList {
  const table = new RevocationTable();
  return {
    async revokeToken(token, now) {
      table.apply(oneToken(token), now);
    },
    async revokeClient(clientKey, now) {
      table.apply(wholeClient(clientKey, now), now);
    },
    check: (token) => (table.isRevoked(token) ? 'revoked' : 'clear'),
    state: () => ({ store: 'memory', state: 'current' }),
    async close() {},
  };
}
