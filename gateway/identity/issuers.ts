import type { ClaimRules } from './check-claims.ts';
import { type KeySet, keySet, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './keys.ts';
import { type KeyState, type RemoteKeySettings, remoteKeys } from './remote-keys.ts';

/** An authorization server whose tokens are accepted, with its keys. */
export interface TrustedIssuer extends ClaimRules {
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  /** Also accepts header type `JWT`, for issuers that do not follow RFC 9068. */
  readonly acceptsGenericType: boolean;
  /** Keys that may be used now; undefined when there are none or the last good ones are too old. */
  keys(now: number): KeySet | undefined;
  /** Fetches the keys again, together with whoever waits already; undefined when it is too early to ask once more. */
  refresh(now: number): Promise<KeySet | undefined> | undefined;
}

export interface IssuerState {
  readonly issuer: string;
  readonly state: KeyState;
}

export interface Issuers {
  /** By the exact value of `iss`. */
  find(url: string): TrustedIssuer | undefined;
  /** For health. */
  states(now: number): readonly IssuerState[];
}

/** The authorization server inside this process: its keys are handed over, never fetched. */
export interface EmbeddedIssuerSettings {
  readonly url: string;
  readonly audience: string;
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** The public JWK Set in force; the same object as long as nothing changes. */
  publicKeys(now: number): unknown;
}

/** An authorization server elsewhere, found by its metadata (RFC 8414, OpenID Connect Discovery). */
export interface ExternalIssuerSettings {
  readonly url: string;
  /** The audience its tokens must name. */
  readonly audience: string;
  /** Default: RS256, PS256, ES256, EdDSA. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** Default `env`. */
  readonly environmentClaim?: string;
  readonly environmentRequired?: boolean;
  readonly acceptGenericType?: boolean;
  /** For the embedded authorization server of another process: its clients stand in the catalog without an issuer. */
  readonly embeddedElsewhere?: boolean;
}

export interface IssuersOptions {
  readonly embedded?: EmbeddedIssuerSettings;
  readonly external?: readonly ExternalIssuerSettings[];
  readonly fetching?: RemoteKeySettings;
}

/** Never fetches by itself: an issuer that is away at the start hinders no other. Throws on settings that cannot work. */
export function trustedIssuers(options: IssuersOptions): Issuers {
  const issuers = new Map<string, TrustedIssuer>();
  const reports: ((now: number) => IssuerState)[] = [];
  function add(issuer: TrustedIssuer): void {
    if (issuers.has(issuer.url)) throw new Error(`issuer ${issuer.url} is named twice; name it once`);
    issuers.set(issuer.url, issuer);
  }
  if (options.embedded !== undefined) {
    const issuer = embedded(options.embedded);
    add(issuer);
    reports.push(() => ({ issuer: issuer.url, state: 'ready' }));
  }
  for (const settings of options.external ?? []) {
    const keys = remoteKeys(settings.url, options.fetching);
    add({ ...rulesOf(settings), keys: keys.current, refresh: keys.refresh });
    reports.push((now) => ({ issuer: settings.url, state: keys.state(now) }));
  }
  return { find: (url) => issuers.get(url), states: (now) => reports.map((report) => report(now)) };
}

function embedded(settings: EmbeddedIssuerSettings): TrustedIssuer {
  let source: unknown;
  let keys: KeySet | undefined;
  return {
    url: settings.url,
    catalogName: '',
    audience: settings.audience,
    environmentClaim: 'env',
    environmentRequired: true,
    algorithms: allowed(settings),
    acceptsGenericType: false,
    keys(now) {
      const current = settings.publicKeys(now);
      if (keys === undefined || current !== source) {
        keys = keySet(current);
        source = current;
      }
      return keys;
    },
    refresh: () => undefined,
  };
}

function rulesOf(settings: ExternalIssuerSettings): Omit<TrustedIssuer, 'keys' | 'refresh'> {
  return {
    url: settings.url,
    catalogName: settings.embeddedElsewhere === true ? '' : settings.url,
    audience: settings.audience,
    environmentClaim: settings.environmentClaim ?? 'env',
    environmentRequired: settings.environmentRequired ?? settings.embeddedElsewhere === true,
    algorithms: allowed(settings),
    acceptsGenericType: settings.acceptGenericType ?? false,
  };
}

function allowed({ url, algorithms = SIGNATURE_ALGORITHMS }: ExternalIssuerSettings | EmbeddedIssuerSettings) {
  for (const algorithm of algorithms) {
    if (!SIGNATURE_ALGORITHMS.includes(algorithm)) {
      throw new Error(`issuer ${url}: ${algorithm} is not allowed; choose of ${SIGNATURE_ALGORITHMS.join(', ')}`);
    }
  }
  if (algorithms.length === 0) throw new Error(`issuer ${url}: name at least one algorithm`);
  return new Set(algorithms);
}
