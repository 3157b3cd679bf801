import type { Readable } from 'node:stream';
import type { Snapshot } from '../gateway/plan.ts';
import type { AuthorizationServer } from './authorization-server.ts';

/** A call of the admin API, after its token has been checked. */
export interface ApiRequest {
  /** Name of who calls: stands in the ledger as the actor. */
  readonly actor: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** First value of a query parameter. */
  query(name: string): string | undefined;
  /** All values of it, in order; at most 100. */
  queries(name: string): readonly string[];
  /** Parsed JSON body, or undefined. */
  readonly body: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What goes out as JSON; errors are `{error, detail}`. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What goes out as it is. */
export interface RawAnswer {
  readonly status: 200;
  readonly mediaType: string;
  readonly content: string | Buffer | Readable;
}

export type ApiAnswer = JsonAnswer | RawAnswer;

/** One route of the admin API; `path` in Express notation, below `/api`. */
export interface ApiRoute {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  /** Auditors may call it, too; absent: the administrator alone. */
  readonly forAuditors?: boolean;
  handle(request: ApiRequest): ApiAnswer | Promise<ApiAnswer>;
}

export interface ApiParts {
  readonly snapshot: () => Snapshot;
  /** Where it comes from: the catalog folder, or the copy that stands in for it. */
  readonly source: () => 'folder' | 'last-good';
  readonly authorizationServer: Pick<AuthorizationServer, 'rotateKeys' | 'revokeClient'>;
  /** The newest `limit` records of the audit trail, newest first. */
  readonly readRecords: (limit: number) => readonly unknown[] | Promise<readonly unknown[]>;
}

const MAXIMUM_RECORDS = 1000;

export function apiRoutes(parts: ApiParts): readonly ApiRoute[] {
  return [
    { method: 'get', path: '/catalog', handle: () => answer(200, summaryOf(parts.snapshot(), parts.source())) },
    {
      method: 'post',
      path: '/clients/:id/revoke',
      async handle({ parameters, query, now }) {
        const clientKey = `${query('issuer') ?? ''} ${parameters.id}`;
        if (!parts.snapshot().clients.has(clientKey)) return fault(404, 'not-found', 'there is no such client');
        try {
          await parts.authorizationServer.revokeClient(clientKey, now);
        } catch (error) {
          return fault(503, 'not-shared', error instanceof Error ? error.message : 'not every gateway could be told');
        }
        return answer(200, { client: parameters.id, revokedAt: new Date(now).toISOString() });
      },
    },
    {
      method: 'post',
      path: '/keys/rotate',
      async handle({ body, now }) {
        const { compromised = false } = (body ?? {}) as { compromised?: unknown };
        if (typeof compromised !== 'boolean') return fault(400, 'request-malformed', 'compromised is true or false');
        const { keyId, usedFrom } = await parts.authorizationServer.rotateKeys(now, { compromised });
        return answer(200, { keyId, usedFrom: new Date(usedFrom).toISOString() });
      },
    },
    {
      method: 'get',
      path: '/records',
      async handle({ query }) {
        const limit = query('limit') ?? '100';
        if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MAXIMUM_RECORDS) {
          return fault(400, 'parameter-invalid', `limit is a number from 1 to ${MAXIMUM_RECORDS}`);
        }
        return answer(200, { records: await parts.readRecords(Number(limit)) });
      },
    },
  ];
}

function answer(status: number, body: unknown): JsonAnswer {
  return { status, body };
}

function fault(status: number, error: string, detail: string): JsonAnswer {
  return { status, body: { error, detail } };
}

function summaryOf({ id, environment, catalog, versions, operations }: Snapshot, source: string): unknown {
  return {
    snapshot: id,
    source,
    environment,
    interfaces: versions.map((plan) => ({
      name: plan.interface.metadata.name,
      version: plan.version.version,
      lifecycle: plan.version.lifecycle,
      system: plan.system.metadata.name,
      path: plan.basePath,
      operations: operations.filter(({ version }) => version === plan).length,
    })),
    consumers: [...catalog.consumers.values()].map(({ document: { metadata, spec } }) => ({
      name: metadata.name,
      owner: spec.owner,
      environment: spec.environment,
      status: spec.status ?? 'active',
      clients: spec.clients.map(({ id: client, issuer = '' }) => ({ id: client, issuer })),
    })),
    grants: [...catalog.grants.values()].map(({ document: { metadata, spec } }) => ({
      name: metadata.name,
      consumer: spec.consumer,
      interface: spec.interface,
      major: spec.major,
      until: spec.until,
      operations: spec.operations,
    })),
  };
}
