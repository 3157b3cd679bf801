import { readFileSync } from 'node:fs';
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
import { readExternalIssuers } from './external-issuers.ts';
import { createAuditJournal, grantedPrefix } from './gateway/audit-journal.ts';
import { type CompileDependencies, compileCatalog } from './gateway/compile.ts';
import { createContractCache } from './gateway/contract-cache.ts';
import { trustedIssuers } from './gateway/identity/issuers.ts';
import { redisRevocations } from './gateway/identity/redis-revocations.ts';
import { memoryRevocations, type RevocationList } from './gateway/identity/revocations.ts';
import { type TokenVerifier, tokenVerifier } from './gateway/identity/token-verifier.ts';
import type { Snapshot } from './gateway/plan.ts';
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
import manifest from './package.json' with { type: 'json' };
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
  const readSecret = readSecrets({ environment: variables, folder: settings.catalogFolder, demo: settings.demo });
  const keys = keyRing(secretSetting(readSecret, 'PORTCULLIS_MASTER_SECRET'));
  const adminToken = secretSetting(readSecret, 'PORTCULLIS_ADMIN_TOKEN');
  const tls = settings.tls === undefined ? undefined : readTls(settings.tls);

  const auditFile = join(settings.dataFolder, AUDIT_FILE);
  const auditLog = await opened(
    'PORTCULLIS_DATA',
    openFileLog(auditFile, {
      commitIntervalMs: settings.commitIntervalMs,
      onFault: (error) => onFault('audit-log', error),
    }),
  );
  closers.push(() => auditLog.close());
  const journal = createAuditJournal(createRecorder({ log: auditLog, hashKey: keys.key('audit-handles') }), auditLog);
  const signingKeys = await opened('PORTCULLIS_DATA', openSigningKeys({ folder: join(settings.dataFolder, 'keys') }));
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

  const client = createHttpClient();
  const upstreams = createUpstreams();
  const limits = openLimits(settings, log);
  const revocations = openRevocations(settings, log);
  closers.push(
    () => client.close(),
    () => upstreams.close(),
    () => limits.close(),
    () => revocations.close(),
  );
  let server: AuthorizationServer | undefined;
  const issuers = trustedIssuers({
    embedded: { url: issuer, audience: settings.audience, publicKeys: (now) => server?.publicKeys(now) },
    external:
      settings.externalIssuersFile === undefined
        ? []
        : await readExternalIssuers(settings.externalIssuersFile, settings.audience),
  });
  const verifier = tokenVerifier(issuers, settings.environment);
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
  announce(log, await holder.load());
  refuseEmptyEnvironment(holder.current());
  refuseClientFaults(faultsOfClients(holder.current(), readSecret));

  const metrics = createMetrics({ snapshot: () => holder.current(), log: () => auditLog });
  server = authorizationServer({
    issuer,
    audience: settings.audience,
    snapshot: () => holder.current(),
    readSecret,
    keys: signingKeys,
    verifier,
    revocations,
    accounts:
      settings.usersFile === undefined
        ? noAccounts
        : await opened('PORTCULLIS_USERS', accountsFromFile(settings.usersFile)),
    onFault,
  });
  admin.serve(
    adminApp({
      authorizationServer: server,
      adminToken,
      routes: apiRoutes({
        snapshot: () => holder.current(),
        authorizationServer: server,
        readRecords: async (limit) => (await readRecent(auditFile, limit)).toReversed(),
      }),
      metrics,
      readiness: [
        { name: 'audit-log', problem: () => (auditLog.healthy ? undefined : 'records cannot be made durable') },
        { name: 'revocations', problem: () => (revocations.state().state === 'current' ? undefined : 'not current') },
      ],
      onFault,
    }),
  );
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
  closers.push(() => gateway.drain(settings.drainMs));
  closers.push(holder.watch((outcome) => announce(log, outcome, true)));
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    gatewayUrl: `${scheme}://${settings.host}:${port}`,
    adminUrl: `${scheme}://${settings.host}:${admin.port}`,
    reload: () => holder.load(),
    stop: release,
  };
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

function readTls({ certFile, keyFile, clientCaFile }: NonNullable<Settings['tls']>) {
  return {
    cert: readSettingFile('PORTCULLIS_TLS_CERT', certFile),
    key: readSettingFile('PORTCULLIS_TLS_KEY', keyFile),
    ca: clientCaFile === undefined ? undefined : readSettingFile('PORTCULLIS_TLS_CLIENT_CA', clientCaFile),
  };
}

function readSettingFile(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new SettingsError(`${setting} names ${path}, which cannot be read.`);
  }
}

/** Rejections of a part that say what to mend, with the setting they come from. */
async function opened<T>(setting: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw new SettingsError(`${setting}: ${error instanceof Error ? error.message : 'it cannot be used'}`);
  }
}

/** An environment that no system has an address in serves nothing: most likely its name is misspelt. */
function refuseEmptyEnvironment({ versions, catalog, environment }: Snapshot): void {
  if (versions.length > 0 || catalog.interfaces.size === 0) return;
  const known = new Set(
    [...catalog.systems.values()].flatMap(({ document }) => Object.keys(document.spec.environments)),
  );
  throw new SettingsError(
    `PORTCULLIS_ENVIRONMENT is ${JSON.stringify(environment)}, where nothing is served; the systems know ${[...known].join(', ')}.`,
  );
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
  const store = createRedisLimits({
    connection,
    environment: settings.environment,
    whenAway: settings.limitsWhenRedisAway,
    clock: systemClock,
  });
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
    defaults: { version: manifest.version, ...readCommandSettings(variables, DEMO_CATALOG) },
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
        : await runCommandLine(args, commandContext(process.env));
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof CatalogRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
