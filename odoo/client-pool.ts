import { createHash } from 'node:crypto';
import type { OdooBinding, SystemEnvironment } from '../catalog/documents.ts';
import type { ReadSecret } from '../gateway/secrets.ts';
import type { OpenTls, PaceOf } from '../gateway/upstream.ts';
import { type OdooClient, type OdooTransport, odooClient } from './odoo-client.ts';

export interface ClientPoolDependencies {
  readonly transport: OdooTransport;
  readonly readSecret: ReadSecret;
  readonly openTls: OpenTls;
  readonly paceOf?: PaceOf;
}

export interface BoundClient {
  readonly client: OdooClient;
  readonly odoo: OdooBinding;
}

/** The clients of all Odoo systems, one for each address, bot and certificate. */
export interface ClientPool {
  /** Throws an Error when the environment does not say all that a client needs, or its secret cannot be read. */
  clientOf(environment: SystemEnvironment): BoundClient;
  clear(): void;
}

/** A client outlives snapshots: it holds the bot's user id and what Odoo has said of its fields. */
export function clientPool({ transport, readSecret, openTls, paceOf }: ClientPoolDependencies): ClientPool {
  const clients = new Map<string, OdooClient>();
  return {
    clientOf(environment) {
      const { odoo, credential } = environment;
      if (odoo === undefined) throw new Error('the system has no odoo binding (version, protocol, database) here.');
      const secret = credential === undefined ? '' : readSecret(credential.secret);
      const tls = openTls(environment);
      const key = createHash('sha256')
        .update(JSON.stringify([environment, secret, tls?.key]))
        .digest('hex');
      const client =
        clients.get(key) ?? odooClient(environment, odoo, transport, readSecret, tls, paceOf?.(environment));
      clients.set(key, client);
      return { client, odoo };
    },
    clear: () => clients.clear(),
  };
}
