import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientSpec, ConsumerDocument, ConsumerSpec, GrantDocument } from '../catalog/documents.ts';
import { trustedIssuers } from '../gateway/identity/issuers.ts';
import { memoryRevocations, type RevocationList } from '../gateway/identity/revocations.ts';
import { type TokenVerifier, tokenVerifier } from '../gateway/identity/token-verifier.ts';
import type { Snapshot } from '../gateway/plan.ts';
import type { AccountSource } from './accounts.ts';
import { apiRoutes } from './api.ts';
import { type AdminAppOptions, adminApp } from './app.ts';
import { type AuthorizationServer, authorizationServer } from './authorization-server.ts';
import { adminCallers } from './callers.ts';
import { type AdminServer, startAdminServer } from './server.ts';
import { openSigningKeys, type SigningAlgorithm, type SigningKeys } from './signing-keys.ts';
import { TokenCounts, tokenGate } from './token-endpoints.ts';
import { type TokenLimitOptions, tokenLimits } from './token-limits.ts';

export const AUDIENCE = 'urn:portcullis:test';
export const SECRET = 'Zk3-vW9_q8.Tn4~x7+c1 %a/b:c';
export const ADMIN_TOKEN = 'b2d1f0a9c8e7d6b5a4938271605f4e3d';

export function consumer(
  name: string,
  client: Partial<ClientSpec>,
  more: Partial<ConsumerSpec> = {},
): ConsumerDocument {
  return {
    apiVersion: 'portcullis/v1',
    kind: 'Consumer',
    metadata: { name, title: `The ${name}` },
    spec: { owner: 'commerce', environment: 'test', clients: [{ id: name, ...client }], ...more },
  };
}

const byFilter: GrantDocument = {
  apiVersion: 'portcullis/v1',
  kind: 'Grant',
  metadata: { name: 'portal-invoices' },
  spec: {
    consumer: 'portal',
    interface: 'account-self-service',
    major: 1,
    plan: 'portal',
    purpose: 'customers see their own invoices',
    until: 'never',
    operations: ['listInvoices'],
    filter: {
      Invoice: [['partnerId', '=', { claim: 'commercial_partner_id' }], { or: [['a', '=', { claim: 'iss' }]] }],
    },
  },
};

export function snapshotOf(consumers: readonly ConsumerDocument[]): Snapshot {
  const source = undefined as never;
  return {
    id: 'sha256:0',
    environment: 'test',
    catalog: {
      consumers: new Map(consumers.map((document) => [document.metadata.name, { document, source }])),
      grants: new Map([['portal-invoices', { document: byFilter, source }]]),
    },
    versions: [],
    operations: [],
    clients: new Map(
      consumers.flatMap((document) =>
        document.spec.clients.map(({ id, issuer = '' }) => [`${issuer} ${id}`, document] as const),
      ),
    ),
  } as unknown as Snapshot;
}

export interface House {
  readonly origin: string;
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly authorization: AuthorizationServer;
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  readonly faults: unknown[];
  readonly counts: TokenCounts;
  setConsumers(consumers: readonly ConsumerDocument[]): void;
  close(): Promise<void>;
}

const UNBOUNDED: TokenLimitOptions = { perClient: 1e6, perAddress: 1e6, failures: 1e6 };

export interface HouseOptions {
  readonly folder: string;
  readonly consumers: readonly ConsumerDocument[];
  readonly accounts?: AccountSource;
  readonly revocations?: RevocationList;
  readonly algorithm?: SigningAlgorithm;
  readonly port?: number;
  readonly limits?: TokenLimitOptions;
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** The admin part with an authorization server, on a real socket. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const address = { host: '127.0.0.1', port: options.port ?? 0 };
  const server: AdminServer = await startAdminServer(
    options.tls === undefined ? address : { ...address, tls: options.tls },
  );
  const origin = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}`;
  const issuer = `${origin}/oauth`;
  let snapshot = snapshotOf(options.consumers);
  const faults: unknown[] = [];
  const counts = new TokenCounts();
  const keys = await openSigningKeys({ folder: options.folder, algorithm: options.algorithm ?? 'RS256' });
  const embedded = { url: issuer, audience: AUDIENCE, publicKeys: (now: number) => keys.at(now).publicKeys };
  const verifier = tokenVerifier(trustedIssuers({ embedded }), 'test');
  const revocations = options.revocations ?? memoryRevocations();
  const onFault = (_subject: string, error: unknown) => void faults.push(error);
  const authorization = authorizationServer({
    issuer,
    audience: AUDIENCE,
    snapshot: () => snapshot,
    readSecret(reference) {
      if ('env' in reference && reference.env === 'CLIENT_SECRET') return SECRET;
      throw new Error('the secret is not set');
    },
    keys,
    verifier,
    revocations,
    gate: tokenGate(tokenLimits(options.limits ?? UNBOUNDED), counts),
    onFault,
    ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
  });
  const identify = await adminCallers(ADMIN_TOKEN, undefined);
  const routes = apiRoutes({
    snapshot: () => snapshot,
    source: () => 'folder',
    authorizationServer: authorization,
    readRecords: (limit) => Array.from({ length: Math.min(limit, 3) }, (_, sequence) => ({ sequence })),
  });
  server.serve(adminApp({ authorizationServer: authorization, identify, routes, ...watched(), onFault }));
  return {
    origin,
    issuer,
    keys,
    authorization,
    verifier,
    revocations,
    faults,
    counts,
    setConsumers(consumers) {
      snapshot = snapshotOf(consumers);
    },
    async close() {
      await server.close();
    },
  };
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'portcullis-admin-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What the admin part shows to monitors, without a gateway behind it. */
export function watched(problem?: string): Pick<AdminAppOptions, 'metrics' | 'readiness'> {
  return {
    metrics: { contentType: 'text/plain', text: async () => 'portcullis_up 1\n' },
    readiness: [{ name: 'audit-log', problem: () => problem }],
  };
}
