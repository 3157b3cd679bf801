import type { ClientSpec, ConditionValue, ConsumerDocument, FilterTerm } from '../catalog/documents.ts';
import type { Snapshot } from '../gateway/plan.ts';
import type { ReadSecret } from '../gateway/secrets.ts';

/** A client of the embedded authorization server, as the snapshot in force has it. */
export interface OAuthClient {
  readonly consumer: ConsumerDocument;
  readonly client: ClientSpec;
  /** Client metadata by the names of RFC 7591 §2. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
  /** Claims of a user that this client's tokens carry: those that its grants need, no others. */
  readonly claims: ReadonlySet<string>;
}

export interface OAuthClients {
  /** Undefined: unknown, disabled, of another environment, with an API key, or without a usable secret. */
  find(clientId: string): OAuthClient | undefined;
}

export interface OAuthClientsOptions {
  readonly snapshot: () => Snapshot;
  readonly readSecret: ReadSecret;
  /** Hears why a client cannot be served; the client itself learns nothing of it. */
  readonly onFault: (clientId: string, error: unknown) => void;
}

const DEFAULT_LIFETIME = 600;
const MAXIMUM_LIFETIME = 3600;

export function oauthClients({ snapshot, readSecret, onFault }: OAuthClientsOptions): OAuthClients {
  return {
    find(clientId) {
      const { clients, environment, catalog } = snapshot();
      const consumer = clients.get(` ${clientId}`);
      if (consumer === undefined || consumer.spec.status === 'disabled') return undefined;
      if (consumer.spec.environment !== environment) return undefined;
      const client = consumer.spec.clients.find((one) => one.id === clientId && one.issuer === undefined);
      // An API key is for the Odoo protocols; it never becomes a token.
      if (client === undefined || client.authentication?.method === 'api_key') return undefined;
      try {
        return {
          consumer,
          client,
          metadata: metadataOf(consumer, client, readSecret),
          lifetimeSeconds: Math.min(client.tokenLifetimeSeconds ?? DEFAULT_LIFETIME, MAXIMUM_LIFETIME),
          claims: claimsNeeded(catalog, consumer.metadata.name),
        };
      } catch (error) {
        onFault(clientId, error);
        return undefined;
      }
    },
  };
}

/** Why a client cannot be served. */
export interface ClientFault {
  readonly clientId: string;
  readonly message: string;
}

/**
 * What is wrong with the clients of this environment, all at once: secrets that are missing, weak or shared by two
 * clients. A start with any of them should be refused. Never holds a secret.
 */
export function faultsOfClients({ clients, environment }: Snapshot, readSecret: ReadSecret): readonly ClientFault[] {
  const faults: ClientFault[] = [];
  const owners = new Map<unknown, string>();
  for (const [clientKey, consumer] of clients) {
    const clientId = clientKey.slice(1);
    const client = consumer.spec.clients.find((one) => one.id === clientId && one.issuer === undefined);
    if (!clientKey.startsWith(' ') || client === undefined || consumer.spec.environment !== environment) continue;
    if (client.authentication?.method === 'api_key') continue;
    try {
      const secret = metadataOf(consumer, client, readSecret).client_secret;
      const owner = secret === undefined ? undefined : owners.get(secret);
      if (owner !== undefined) throw new Error(`it has the secret of ${owner}; give each client its own`);
      if (secret !== undefined) owners.set(secret, clientId);
    } catch (error) {
      faults.push({ clientId, message: error instanceof Error ? error.message : 'it cannot be read' });
    }
  }
  return faults;
}

function metadataOf({ spec }: ConsumerDocument, client: ClientSpec, readSecret: ReadSecret): Record<string, unknown> {
  const grantTypes = client.grantTypes ?? ['client_credentials'];
  const users = grantTypes.includes('authorization_code');
  return {
    client_id: client.id,
    ...authenticationOf(client, readSecret),
    grant_types: [...grantTypes],
    response_types: users ? ['code'] : [],
    response_modes: ['query'],
    redirect_uris: users ? [...(client.redirectUris ?? [])] : [],
    tls_client_certificate_bound_access_tokens: spec.tokenBinding === 'mtls',
    dpop_bound_access_tokens: spec.tokenBinding === 'dpop',
  };
}

function authenticationOf({ authentication, grantTypes }: ClientSpec, readSecret: ReadSecret): Record<string, unknown> {
  switch (authentication?.method) {
    case 'client_secret':
      return {
        // The server takes the secret in the Authorization header and in the body alike.
        token_endpoint_auth_method: 'client_secret_basic',
        client_secret: readSecret(authentication.secret),
      };
    case 'private_key_jwt':
      return {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: authentication.jwks.keys.map((key) => ({ ...key })) },
      };
    case 'none':
      if (!grantTypes?.includes('authorization_code') || grantTypes.includes('client_credentials')) {
        throw new Error('a client without authentication may only use authorization_code; give it a secret or a key');
      }
      return { token_endpoint_auth_method: 'none' };
    case 'api_key':
      throw new Error('the client has an API key, for which there are no tokens');
    case undefined:
      throw new Error('the client has no authentication; add one to the consumer document');
  }
}

const needed = new WeakMap<object, Map<string, ReadonlySet<string>>>();

/** The claims that the record filters of a consumer's grants refer to. */
function claimsNeeded(catalog: Snapshot['catalog'], consumer: string): ReadonlySet<string> {
  let byConsumer = needed.get(catalog);
  if (byConsumer === undefined) {
    byConsumer = new Map();
    for (const { document } of catalog.grants.values()) {
      const claims = new Set(byConsumer.get(document.spec.consumer));
      for (const terms of Object.values(document.spec.filter ?? {})) {
        for (const term of terms) for (const claim of claimsOfTerm(term)) claims.add(claim);
      }
      byConsumer.set(document.spec.consumer, claims);
    }
    needed.set(catalog, byConsumer);
  }
  return byConsumer.get(consumer) ?? new Set();
}

function claimsOfTerm(term: FilterTerm): readonly string[] {
  const conditions = 'or' in term ? term.or : [term];
  return conditions.flatMap(([, , value]) => claimOf(value));
}

function claimOf(value: ConditionValue): readonly string[] {
  return typeof value === 'object' && value !== null && 'claim' in value ? [value.claim] : [];
}
