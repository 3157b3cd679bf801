import { join } from 'node:path';
import { accountsFromFile, noAccounts } from './admin/accounts.ts';
import { apiRoutes } from './admin/api.ts';
import { adminApp } from './admin/app.ts';
import { type AuthorizationServer, authorizationServer } from './admin/authorization-server.ts';
import { adminCallers } from './admin/callers.ts';
import { runCommandLine } from './admin/command-line.ts';
import { startAdminServer } from './admin/server.ts';
import { openSigningKeys } from './admin/signing-keys.ts';
import { TokenCounts, tokenGate } from './admin/token-endpoints.ts';
import { commandContext } from './assembly/command-context.ts';
import { compileDependencies } from './assembly/compile-parts.ts';
import { readExternalIssuers } from './assembly/external-issuers.ts';
import { faultDetails } from './assembly/fault-details.ts';
import { holdCatalog } from './assembly/hold-catalog.ts';
import { listening, opened } from './assembly/named-setting.ts';
import { openAuditIndex } from './assembly/open-audit-index.ts';
import { openAuditRoutes } from './assembly/open-audit-routes.ts';
import { openAuditTrail } from './assembly/open-audit-trail.ts';
import { openSecrets } from './assembly/open-secrets.ts';
import { type Phase, readinessChecks } from './assembly/readiness.ts';
import { changeRecorder } from './assembly/record-changes.ts';
import { CatalogRefused } from './assembly/refuse-start.ts';
import { openSharedStores } from './assembly/shared-stores.ts';
import { recentEntries } from './audit/record/recent-entries.ts';
import { openFolderReader } from './audit/tiles/folder-reader.ts';
import { createAuditJournal } from './gateway/audit-journal.ts';
import { dpopProofs, PROOF_SECONDS } from './gateway/identity/dpop-proof.ts';
import { trustedIssuers } from './gateway/identity/issuers.ts';
import { proofMemory } from './gateway/identity/proof-memory.ts';
import { tokenVerifier } from './gateway/identity/token-verifier.ts';
import type { LoadOutcome } from './gateway/reload.ts';
import { createGateway, DEFAULT_LIMITS } from './gateway/server.ts';
import { createLog } from './gateway/telemetry/log.ts';
import { createMetrics } from './gateway/telemetry/metrics.ts';
import { continueTrace } from './gateway/telemetry/trace-context.ts';
import { createHttpClient } from './gateway/upstreams/http-client.ts';
import { createUpstreams } from './gateway/upstreams/layers.ts';
import { openUpstreamTls } from './gateway/upstreams/open-tls.ts';
import manifest from './package.json' with { type: 'json' };
import { FailedAttempts } from './policies/failed-attempts.ts';
import { readCommandSettings, readSettings, type Settings, SettingsError } from './settings.ts';
import { keepShortLivedObjectsYoung } from './steady-memory.ts';
import { stopSignal } from './stop-signal.ts';

const DEMO_CATALOG = join(import.meta.dirname, 'examples/distribution/catalog');

/** Portcullis, serving. */
export interface Portcullis {
  readonly gatewayUrl: string;
  readonly adminUrl: string;
  /** Loads the catalog folder now instead of waiting for the watcher. */
  reload(): Promise<LoadOutcome>;
  /** Finishes running exchanges, then closes everything. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Puts everything together and serves. Rejects with the mend in its message when it cannot, with nothing left open. */
export async function startPortcullis(settings: Settings, variables: Environment): Promise<Portcullis> {
  const closers: (() => unknown)[] = [];
  /** Last opened, first closed. */
  const release = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await assemble(settings, variables, closers, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function assemble(
  settings: Settings,
  variables: Environment,
  closers: (() => unknown)[],
  release: () => Promise<void>,
): Promise<Portcullis> {
  const log = createLog({ level: settings.logLevel });
  const onFault = (at: string, error: unknown): void => log.error('fault', { at, ...faultDetails(error) });
  const { readSecret, keys, adminToken, tls } = openSecrets(settings, variables);

  // The record first: nothing happens that it could not tell.
  const trail = await openAuditTrail({ settings, keys, software: manifest.version, onFault });
  const { ledger } = trail;
  closers.push(() => ledger.close());
  const journal = createAuditJournal(trail.recorder, ledger);
  const signingKeys = await opened('PORTCULLIS_DATA', openSigningKeys({ folder: join(settings.dataFolder, 'keys') }));

  // The admin part's address, which the issuer's name needs.
  const admin = await listening('PORTCULLIS_ADMIN_PORT', settings.adminPort, () =>
    startAdminServer({
      host: settings.host,
      port: settings.adminPort,
      ...(tls === undefined ? {} : { tls: { certificate: tls.cert.toString(), key: tls.key.toString() } }),
    }),
  );
  closers.push(() => admin.close());
  // Port 0 means any free one: the addresses in the settings are completed once it is known.
  const issuer = settings.issuer.replace(':0/', `:${admin.port}/`);

  // What policies and adapters lean on.
  const client = createHttpClient();
  closers.push(() => client.close());
  const upstreams = createUpstreams();
  closers.push(() => upstreams.close());
  const stores = openSharedStores(settings, keys, log);
  closers.push(() => stores.close());
  const { limits, revocations, idempotency } = stores;
  let server: AuthorizationServer | undefined;
  const issuers = trustedIssuers({
    embedded: { url: issuer, audience: settings.audience, publicKeys: (now) => server?.publicKeys(now) },
    external:
      settings.externalIssuersFile === undefined
        ? []
        : await readExternalIssuers(settings.externalIssuersFile, settings.audience),
  });
  const verifier = tokenVerifier(issuers, settings.environment);

  let publicUrl = settings.publicUrl;
  const proofs = dpopProofs({
    publicUrl: () => publicUrl,
    used: proofMemory({ lifeMs: 2 * PROOF_SECONDS * 1000, mostOfKey: 50_000, most: 500_000 }),
    startedAt: Date.now(),
  });

  // The catalog, compiled against them.
  const { environment } = settings;
  const openTls = openUpstreamTls(readSecret);
  const isSecure = (): boolean => publicUrl.startsWith('https:');
  const parts = { environment, keys, readSecret, openTls, client, upstreams, isSecure, verifier, revocations, proofs };
  const attempts = new FailedAttempts({ failures: settings.tokenFailures });
  const dependencies = compileDependencies({ ...parts, attempts, limits, idempotency });
  const record = changeRecorder(settings.dataFolder, trail);
  const { holder, loads } = await holdCatalog(settings, { dependencies, keys, readSecret, record, log, onFault });

  // The admin part serves.
  let phase: Phase = 'starting';
  const tokenCounts = new TokenCounts();
  const metrics = createMetrics({
    snapshot: () => holder.current(),
    source: () => holder.source(),
    log: () => ledger,
    upstreams: () => upstreams.stats(),
    stores: () => stores.states(),
    loads,
    tokens: () => tokenCounts.all(),
  });
  server = authorizationServer({
    issuer,
    audience: settings.audience,
    snapshot: () => holder.current(),
    readSecret,
    keys: signingKeys,
    verifier,
    revocations,
    gate: tokenGate(stores.tokenLimits, tokenCounts),
    accounts:
      settings.usersFile === undefined
        ? noAccounts
        : await opened('PORTCULLIS_USERS', accountsFromFile(settings.usersFile)),
    onFault,
  });
  const index = openAuditIndex({ settings, folder: trail.folder, entries: () => ledger.entries, onFault });
  closers.push(() => index.close());
  const audit = openAuditRoutes({
    ...{ trail, index, settings, onFault },
    software: manifest.version,
    inForce: () => holder.current(),
  });
  closers.push(() => audit.close());
  admin.serve(
    adminApp({
      authorizationServer: server,
      identify: await opened('PORTCULLIS_AUDITORS', adminCallers(adminToken, settings.auditorsFile)),
      routes: apiRoutes({
        snapshot: () => holder.current(),
        source: () => holder.source(),
        authorizationServer: server,
        readRecords: async (limit) => (await recentEntries(await openFolderReader(trail.folder), limit)).toReversed(),
      }).concat(audit.routes),
      metrics,
      readiness: readinessChecks(
        {
          phase: () => phase,
          isLogHealthy: () => ledger.healthy,
          indexProblem: () => index.problem(),
          source: () => holder.source(),
          stores: () => stores.states(),
          upstreams: () => upstreams.stats(),
        },
        settings,
      ),
      onFault,
    }),
  );

  // The gateway serves: last, when all it needs is there.
  const gateway = createGateway({
    current: () => holder.current(),
    journal,
    limits: { ...DEFAULT_LIMITS, bodyBytes: settings.maxBodyBytes },
    tls,
    traceContext: continueTrace,
    onFault,
    onBegin: () => metrics.begin(),
    onEnd: (exchange, ending) => metrics.end(exchange, ending),
  });
  const { port } = await listening('PORTCULLIS_PORT', settings.gatewayPort, () =>
    gateway.listen(settings.gatewayPort, settings.host),
  );
  publicUrl = publicUrl.replace(/:0(?=\/|$)/, `:${port}`);
  phase = 'serving';
  closers.push(() => {
    phase = 'stopping';
    return gateway.drain(settings.drainMs);
  });
  closers.push(holder.watch());
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    gatewayUrl: `${scheme}://${settings.host}:${port}`,
    adminUrl: `${scheme}://${settings.host}:${admin.port}`,
    reload: () => holder.load(),
    stop: release,
  };
}

/** Serves until told to stop; a second signal stops at once. */
async function serve(variables: Environment): Promise<number> {
  keepShortLivedObjectsYoung();
  const portcullis = await startPortcullis(readSettings(variables), variables);
  process.stderr.write(`gateway ${portcullis.gatewayUrl}\nadmin   ${portcullis.adminUrl}\n`);
  await stopSignal();
  await portcullis.stop();
  return 0;
}

/** Who reads the output may go away before its end (`| head`): then there is nobody to tell, and nothing is wrong. */
function letReadersGo(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

if (import.meta.main) {
  letReadersGo();
  const args = process.argv.slice(2);
  try {
    process.exitCode =
      args[0] === 'serve' && args.length === 1
        ? await serve(process.env)
        : await runCommandLine(
            args,
            commandContext(readCommandSettings(process.env, DEMO_CATALOG), manifest.version, process.env),
          );
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof CatalogRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
