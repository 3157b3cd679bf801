import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { accountsFromFile, noAccounts } from './admin/accounts.ts';
import { apiRoutes } from './admin/api.ts';
import { adminApp } from './admin/app.ts';
import { type AuthorizationServer, authorizationServer } from './admin/authorization-server.ts';
import { runCommandLine } from './admin/command-line.ts';
import type { CommandContext } from './admin/commands/command.ts';
import { faultsOfClients } from './admin/oauth-clients.ts';
import { startAdminServer } from './admin/server.ts';
import { openSigningKeys } from './admin/signing-keys.ts';
import { openFileLog } from './audit/file-log.ts';
import { readRecent } from './audit/recent.ts';
import { createRecorder } from './audit/recorder.ts';
import { type Fault, formatFault } from './catalog/fault.ts';
import { loadCatalog } from './catalog/load-folder.ts';
import { createAuditJournal, grantedPrefix } from './gateway/audit-journal.ts';
import { type CompileDependencies, compileCatalog } from './gateway/compile.ts';
import { createContractCache } from './gateway/contract-cache.ts';
import { type ExternalIssuerSettings, trustedIssuers } from './gateway/identity/issuers.ts';
import { redisRevocations } from './gateway/identity/redis-revocations.ts';
import { memoryRevocations, type RevocationList } from './gateway/identity/revocations.ts';
import { type TokenVerifier, tokenVerifier } from './gateway/identity/token-verifier.ts';
import { readSecrets } from './gateway/read-secrets.ts';
import { openRedisCounters } from './gateway/redis-connection.ts';
import { createSnapshotHolder, type LoadOutcome } from './gateway/reload.ts';
import { type KeyRing, keyRing, type ReadSecret } from './gateway/secrets.ts';
import { createGateway, DEFAULT_LIMITS } from './gateway/server.ts';
import { createLog, type Log } from './gateway/telemetry/log.ts';
import { createMetrics } from './gateway/telemetry/metrics.ts';
import { continueTrace } from './gateway/telemetry/trace-context.ts';
import { createHttpClient, type HttpClient } from './gateway/upstreams/http-client.ts';
import { httpUpstream } from './gateway/upstreams/http-upstream.ts';
import { createUpstreams, type Upstreams } from './gateway/upstreams/layers.ts';
import { createTransport } from './gateway/upstreams/transport.ts';
import { odooUpstream } from './odoo/odoo-upstream.ts';
import { type LimitStore, systemClock } from './policies/limit-store.ts';
import { createMemoryLimits } from './policies/memory-limits.ts';
import { createRedisLimits } from './policies/redis-limits.ts';
import { policyTable } from './policies/table.ts';
import { readCommandSettings, readSettings, type Settings, SettingsError } from './settings.ts';
import { stopSignal } from './stop-signal.ts';

const AUDIT_FILE = 'audit.jsonl';
const DEMO_CATALOG = join(import.meta.dirname, 'examples/distribution/catalog');

/** A catalog that cannot be put into force: nothing is served. */
export class CatalogRefused extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'));
    this.faults = faults;
  }
}

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

/** What a catalog is compiled with; the parts that need no running process. */
interface CompileParts {
  readonly environment: string;
  readonly keys: KeyRing;
  readonly readSecret: ReadSecret;
  readonly client: HttpClient;
  readonly upstreams: Upstreams;
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  readonly limits: LimitStore;
}

function compileDependencies(parts: CompileParts): CompileDependencies {
  const transport = createTransport(parts.client);
  return {
    environment: parts.environment,
    policies: policyTable({
      verifier: parts.verifier,
      revocations: parts.revocations,
      limits: parts.limits,
      maskKey: parts.keys.key('masks'),
    }),
    upstreams: {
      http: httpUpstream({ client: parts.client, readSecret: parts.readSecret }),
      odoo: odooUpstream({ transport, readSecret: parts.readSecret, keys: parts.keys }),
    },
    wrap: (place, send) => parts.upstreams.wrap(place, send),
    recordPrefix: (place) => grantedPrefix(place, parts.environment),
    contracts: createContractCache(),
  };
}

/** Puts everything together and serves. Rejects with the mend in its message when it cannot. */
export async function startPortcullis(settings: Settings, variables: Environment): Promise<Portcullis> {
  const log = createLog({ level: settings.logLevel });
  const onFault = (at: string, error: unknown): void => log.error('fault', { at, ...faultDetails(error) });
  const readSecret = readSecrets({ environment: variables, folder: settings.catalogFolder, demo: settings.demo });
  const keys = keyRing(secretSetting(readSecret, 'PORTCULLIS_MASTER_SECRET'));
  const adminToken = secretSetting(readSecret, 'PORTCULLIS_ADMIN_TOKEN');
  const tls = settings.tls === undefined ? undefined : readTls(settings.tls);

  const admin = await listening('PORTCULLIS_ADMIN_PORT', settings.adminPort, () =>
    startAdminServer({
      host: settings.host,
      port: settings.adminPort,
      ...(tls === undefined ? {} : { tls: { certificate: tls.cert.toString(), key: tls.key.toString() } }),
    }),
  );
  // Port 0 means any free one: the addresses in the settings are completed once it is known.
  const issuer = settings.issuer.replace(':0/', `:${admin.port}/`);

  const auditLog = await openFileLog(join(settings.dataFolder, AUDIT_FILE), {
    commitIntervalMs: settings.commitIntervalMs,
    onFault: (error) => onFault('audit-log', error),
  });
  const journal = createAuditJournal(createRecorder({ log: auditLog, hashKey: keys.key('audit-handles') }), auditLog);
  const client = createHttpClient();
  const upstreams = createUpstreams();
  const signingKeys = await openSigningKeys({ folder: join(settings.dataFolder, 'keys') });
  let server: AuthorizationServer | undefined;
  const issuers = trustedIssuers({
    embedded: { url: issuer, audience: settings.audience, publicKeys: (now) => server?.publicKeys(now) },
    external: await externalIssuers(settings),
  });
  const verifier = tokenVerifier(issuers, settings.environment);
  const revocations = openRevocations(settings, log);
  const limits = openLimits(settings, log);

  const holder = createSnapshotHolder(
    settings.catalogFolder,
    compileDependencies({
      environment: settings.environment,
      keys,
      readSecret,
      client,
      upstreams,
      verifier,
      revocations,
      limits: limits.store,
    }),
  );
  const metrics = createMetrics({ snapshot: () => holder.current(), log: () => auditLog });
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

  async function release(): Promise<void> {
    await admin.close();
    await revocations.close();
    limits.close();
    upstreams.close();
    client.close();
    await auditLog.close();
  }

  try {
    announce(log, await holder.load());
    refuseClientFaults(faultsOfClients(holder.current(), readSecret));
    server = authorizationServer({
      issuer,
      audience: settings.audience,
      snapshot: () => holder.current(),
      readSecret,
      keys: signingKeys,
      verifier,
      revocations,
      accounts: settings.usersFile === undefined ? noAccounts : await accountsFromFile(settings.usersFile),
      onFault,
    });
    admin.serve(
      adminApp({
        authorizationServer: server,
        adminToken,
        routes: apiRoutes({
          snapshot: () => holder.current(),
          authorizationServer: server,
          readRecords: async (limit) => (await readRecent(join(settings.dataFolder, AUDIT_FILE), limit)).toReversed(),
        }),
        metrics,
        readiness: [
          { name: 'audit-log', problem: () => (auditLog.healthy ? undefined : 'records cannot be made durable') },
          { name: 'revocations', problem: () => (revocations.state().state === 'current' ? undefined : 'not current') },
        ],
        onFault,
      }),
    );
    const { port } = await listening('PORTCULLIS_PORT', settings.gatewayPort, () =>
      gateway.listen(settings.gatewayPort, settings.host),
    );
    const stopWatching = holder.watch((outcome) => announce(log, outcome, true));
    const scheme = tls === undefined ? 'http' : 'https';
    return {
      gatewayUrl: `${scheme}://${settings.host}:${port}`,
      adminUrl: `${scheme}://${settings.host}:${admin.port}`,
      reload: () => holder.load(),
      async stop() {
        stopWatching();
        await gateway.drain(settings.drainMs);
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A client whose secret is missing, weak or shared could be anybody: nothing is served until it is mended. */
function refuseClientFaults(faults: ReturnType<typeof faultsOfClients>): void {
  if (faults.length > 0) throw new SettingsError(faults.map(({ message }) => message).join('\n'));
}

/** A faulty catalog stops the start; later it is refused loudly and the old one stays. */
function announce(log: Log, outcome: LoadOutcome, isRunning = false): void {
  if (outcome.kind === 'in-force') log.info('snapshot in force', { snapshot: outcome.snapshot.id });
  if (outcome.kind !== 'refused') return;
  if (!isRunning) throw new CatalogRefused(outcome.faults);
  for (const fault of outcome.faults) log.error('catalog refused, the old one stays', { fault: formatFault(fault) });
}

function secretSetting(readSecret: ReadSecret, name: string): string {
  try {
    return readSecret({ env: name });
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : `${name} cannot be read.`);
  }
}

async function listening<T>(setting: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : 'may not be used';
      throw new SettingsError(`Port ${port} ${why}: set ${setting} to another one.`);
    }
    throw error;
  }
}

function readTls(tls: NonNullable<Settings['tls']>) {
  return {
    cert: readFileSync(tls.certFile),
    key: readFileSync(tls.keyFile),
    ca: tls.clientCaFile === undefined ? undefined : readFileSync(tls.clientCaFile),
  };
}

async function externalIssuers(settings: Settings): Promise<ExternalIssuerSettings[]> {
  if (settings.externalIssuersFile === undefined) return [];
  const text = await readFile(settings.externalIssuersFile, 'utf8');
  const listed: unknown = JSON.parse(text);
  if (!Array.isArray(listed))
    throw new SettingsError('PORTCULLIS_EXTERNAL_ISSUERS must name a JSON file that holds a list.');
  return listed.map((entry) => ({ audience: settings.audience, ...entry }));
}

function openRevocations(settings: Settings, log: Log): RevocationList {
  if (settings.redisUrl === undefined) return memoryRevocations();
  return redisRevocations({
    url: settings.redisUrl,
    prefix: `portcullis:${settings.environment}:`,
    whenAway: settings.revocationWhenRedisAway,
    onState: (state) => log.warn('revocations', { state }),
  });
}

function openLimits(settings: Settings, log: Log): { readonly store: LimitStore; close(): void } {
  if (settings.redisUrl === undefined) return { store: createMemoryLimits(systemClock), close: () => undefined };
  const connection = openRedisCounters(settings.redisUrl, (state) => log.warn('limits store', { state }));
  const store = createRedisLimits({ connection, whenAway: settings.limitsWhenRedisAway, clock: systemClock });
  return { store, close: () => connection.close() };
}

/** What went wrong, for operators: where in our code, never a message that might repeat somebody's data. */
function faultDetails(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error ? { code: String(error.code) } : {};
  return { error: error.name, ...code, frames: frames.slice(0, 6).map((line) => line.trim()) };
}

/** What the command line needs of the parts: a folder compiled as the gateway would, with no secret, socket or log. */
function commandContext(variables: Environment): CommandContext {
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    defaults: readCommandSettings(variables, DEMO_CATALOG),
    async compileFolder(folder, environment) {
      const client = createHttpClient();
      const upstreams = createUpstreams();
      const issuers = trustedIssuers({});
      const dependencies = compileDependencies({
        environment,
        keys: keyRing('dry run'),
        readSecret: () => 'not read in a dry run',
        client,
        upstreams,
        verifier: tokenVerifier(issuers, environment),
        revocations: memoryRevocations(),
        limits: createMemoryLimits(systemClock),
      });
      try {
        const { catalog, faults } = await loadCatalog(resolve(folder));
        const compiled = compileCatalog(catalog, dependencies);
        const all = [...faults, ...compiled.faults];
        const isFaulty = all.some((fault) => fault.severity === 'error');
        return { catalog, snapshot: isFaulty ? undefined : compiled.snapshot, faults: all };
      } finally {
        upstreams.close();
        client.close();
      }
    },
  };
}

/** Serves until told to stop; a second signal stops at once. */
async function serve(variables: Environment): Promise<number> {
  const portcullis = await startPortcullis(readSettings(variables), variables);
  process.stderr.write(`gateway ${portcullis.gatewayUrl}\nadmin   ${portcullis.adminUrl}\n`);
  await stopSignal();
  await portcullis.stop();
  return 0;
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  try {
    process.exitCode =
      args[0] === 'serve' ? await serve(process.env) : await runCommandLine(args, commandContext(process.env));
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof CatalogRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
