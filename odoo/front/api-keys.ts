import { createHmac } from 'node:crypto';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ConsumerDocument } from '../../catalog/documents.ts';
import type { Fault } from '../../catalog/fault.ts';
import type { ReadSecret } from '../../gateway/secrets.ts';
import { syntheticUid } from './synthetic-uid.ts';

/** A client that proves itself by an API key of this gateway. */
export interface ApiClient {
  readonly id: string;
  readonly consumer: ConsumerDocument;
  /** What it is told to be its user id. */
  readonly uid: number;
  /** Changes with the key and tells nothing of it. */
  readonly fingerprint: string;
}

/** 120 bits or more in every usual notation. */
const LEAST_LENGTH = 20;
/** Longer ones are no keys: nothing is computed for them. */
const MOST_LENGTH = 1024;

/**
 * The API keys of one environment. They are known by their keyed digests only (HMAC-SHA-256): how long a look-up takes
 * depends on nothing that a stranger could aim at.
 */
export class ApiKeys {
  readonly #key: Buffer;
  readonly #byDigest = new Map<string, ApiClient>();
  readonly #byId = new Map<string, ApiClient>();
  readonly #byUid = new Map<number, ApiClient>();
  readonly #byFingerprint = new Map<string, ApiClient>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The client whose key this is. */
  find(secret: string): ApiClient | undefined {
    if (secret.length > MOST_LENGTH) return undefined;
    return this.#byDigest.get(this.#digest(secret));
  }

  byId(id: string): ApiClient | undefined {
    return this.#byId.get(id);
  }

  byFingerprint(fingerprint: string): ApiClient | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  byUid(uid: number): ApiClient | undefined {
    return this.#byUid.get(uid);
  }

  /** Throws an Error where the key is no good or another client has it. */
  add(id: string, consumer: ConsumerDocument, secret: string): void {
    if (secret.length < LEAST_LENGTH || secret.length > MOST_LENGTH) {
      const bounds = `from ${LEAST_LENGTH} to ${MOST_LENGTH}`;
      throw new Error(`the API key of client ${id} has not ${bounds} characters; make one with openssl rand -hex 20`);
    }
    const digest = this.#digest(secret);
    const owner = this.#byDigest.get(digest);
    if (owner !== undefined) throw new Error(`the API key of client ${id} is that of ${owner.id}; give each its own`);
    const uid = syntheticUid(id);
    const namesake = this.#byUid.get(uid);
    if (namesake !== undefined) {
      throw new Error(`client ${id} would have the user id of client ${namesake.id}; give it another client id`);
    }
    const fingerprint = createHmac('sha256', this.#key)
      .update(`fingerprint ${digest}`)
      .digest('base64url')
      .slice(0, 22);
    const client: ApiClient = Object.freeze({ id, consumer, uid, fingerprint });
    this.#byDigest.set(digest, client);
    this.#byId.set(id, client);
    this.#byUid.set(uid, client);
    this.#byFingerprint.set(fingerprint, client);
  }

  #digest(secret: string): string {
    return createHmac('sha256', this.#key).update(secret).digest('base64');
  }
}

/** Reads the keys of all consumers of an environment; what is wrong with them is told at the client that names them. */
export function readApiKeys(
  catalog: Catalog,
  environment: string,
  key: Buffer,
  readSecret: ReadSecret,
  tell: (fault: Fault) => void,
): ApiKeys {
  const keys = new ApiKeys(key);
  for (const { document, source } of catalog.consumers.values()) {
    if (document.spec.environment !== environment) continue;
    document.spec.clients.forEach(({ id, authentication }, index) => {
      if (authentication?.method !== 'api_key') return;
      try {
        keys.add(id, document, readSecret(authentication.secret));
      } catch (error) {
        tell({
          code: 'api-key-unusable',
          message: error instanceof Error ? error.message : `the API key of client ${id} cannot be read`,
          place: source.locate(`/spec/clients/${index}/authentication/secret`),
          severity: 'error',
        });
      }
    });
  }
  return keys;
}
