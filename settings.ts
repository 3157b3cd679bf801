/**
 * The only reader of the environment. Every setting has a default that is safe on one machine; secrets have none.
 * docs/settings.md lists them for people.
 */
export interface Settings {
  readonly catalogFolder: string;
  readonly dataFolder: string;
  readonly environment: string;
  readonly host: string;
  readonly gatewayPort: number;
  readonly adminPort: number;
  /** Issuer of the embedded authorization server, as clients see it. */
  readonly issuer: string;
  /** What a token's `aud` must contain. */
  readonly audience: string;
  /** Where consumers reach the gateway; stands in their OpenAPI documents. */
  readonly publicUrl: string;
  readonly redisUrl: string | undefined;
  readonly limitsWhenRedisAway: 'local' | 'refuse';
  readonly revocationWhenRedisAway: 'allow' | 'refuse';
  readonly idempotencyWhenRedisAway: 'local' | 'refuse';
  /** Requests per minute to the token endpoint and its neighbours. */
  readonly tokenRequests: { readonly perClient: number; readonly perAddress: number };
  /** Failed authentications of a client from one address in five minutes, by a secret or an API key. */
  readonly tokenFailures: number;
  /** JSON file: a list of external issuers, see docs/settings.md. */
  readonly externalIssuersFile: string | undefined;
  /** Portal users of the embedded authorization server. */
  readonly usersFile: string | undefined;
  /** YAML or JSON file: who may read the ledger over the admin API. */
  readonly auditorsFile: string | undefined;
  /** `embedded`, `off`, or a `postgres://` URL. */
  readonly auditIndex: string;
  readonly tls:
    | { readonly certFile: string; readonly keyFile: string; readonly clientCaFile: string | undefined }
    | undefined;
  readonly maxBodyBytes: number;
  readonly commitIntervalMs: number;
  readonly drainMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly demo: boolean;
}

/** What the command line needs; none of it is secret, all of it has a default. */
export interface CommandSettings {
  readonly catalogFolder: string;
  readonly dataFolder: string;
  readonly auditIndex: string;
  readonly environment: string;
  readonly publicUrl: string;
  readonly tokenUrl: string;
}

/** Without `PORTCULLIS_CATALOG` the command line speaks of the demo company. */
export function readCommandSettings(
  env: Readonly<Record<string, string | undefined>>,
  demoCatalog: string,
): CommandSettings {
  const text = (name: string, fallback: string): string => env[name] || fallback;
  const host = text('PORTCULLIS_HOST', '127.0.0.1');
  return {
    catalogFolder: text('PORTCULLIS_CATALOG', demoCatalog),
    dataFolder: text('PORTCULLIS_DATA', '.portcullis'),
    auditIndex: text('PORTCULLIS_AUDIT_INDEX', 'embedded'),
    environment: text('PORTCULLIS_ENVIRONMENT', 'production'),
    publicUrl: text('PORTCULLIS_PUBLIC_URL', `http://${host}:${text('PORTCULLIS_PORT', '8080')}`),
    tokenUrl: `${text('PORTCULLIS_ISSUER', `http://${host}:${text('PORTCULLIS_ADMIN_PORT', '8081')}/oauth`)}/token`,
  };
}

/** All that is wrong with the environment, one line each, naming the setting and the mend. */
export class SettingsError extends Error {}

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const text = (name: string, fallback: string): string => {
    const value = env[name];
    return value === undefined || value === '' ? fallback : value;
  };
  const optional = (name: string): string | undefined => {
    const value = env[name];
    return value === undefined || value === '' ? undefined : value;
  };
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const given = optional(name);
    if (given === undefined) return fallback;
    const value = Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    faults.push(
      `${name} must be a whole number from ${least} to ${most}; it is ${JSON.stringify(given.slice(0, 40))}.`,
    );
    return fallback;
  };
  const oneOf = <const C extends string>(name: string, fallback: C, choices: readonly C[]): C => {
    const given = optional(name);
    if (given === undefined) return fallback;
    const found = choices.find((choice) => choice === given);
    if (found !== undefined) return found;
    faults.push(`${name} must be one of ${choices.join(', ')}; it is ${JSON.stringify(given.slice(0, 40))}.`);
    return fallback;
  };

  const required = (name: string, use: string): string => {
    const value = optional(name);
    if (value === undefined) faults.push(`${name} is not set: it names ${use}.`);
    return value ?? '';
  };

  const host = text('PORTCULLIS_HOST', '127.0.0.1');
  const gatewayPort = whole('PORTCULLIS_PORT', 8080, 0, 65535);
  const adminPort = whole('PORTCULLIS_ADMIN_PORT', 8081, 0, 65535);
  const environment = text('PORTCULLIS_ENVIRONMENT', 'production');
  const certFile = optional('PORTCULLIS_TLS_CERT');
  const keyFile = optional('PORTCULLIS_TLS_KEY');
  if ((certFile === undefined) !== (keyFile === undefined)) {
    faults.push('PORTCULLIS_TLS_CERT and PORTCULLIS_TLS_KEY belong together: set both or neither.');
  }
  if (optional('PORTCULLIS_TLS_CLIENT_CA') !== undefined && certFile === undefined) {
    faults.push(
      'PORTCULLIS_TLS_CLIENT_CA needs PORTCULLIS_TLS_CERT and PORTCULLIS_TLS_KEY: without TLS no client shows a certificate.',
    );
  }
  const scheme = certFile === undefined ? 'http' : 'https';
  const settings: Settings = {
    catalogFolder: required('PORTCULLIS_CATALOG', 'the folder of the catalog to serve, such as ./catalog'),
    dataFolder: text('PORTCULLIS_DATA', '.portcullis'),
    environment,
    host,
    gatewayPort,
    adminPort,
    issuer: text('PORTCULLIS_ISSUER', `${scheme}://${host}:${adminPort}/oauth`),
    audience: text('PORTCULLIS_AUDIENCE', `urn:portcullis:${environment}`),
    publicUrl: text('PORTCULLIS_PUBLIC_URL', `${scheme}://${host}:${gatewayPort}`),
    redisUrl: optional('PORTCULLIS_REDIS_URL'),
    limitsWhenRedisAway: oneOf('PORTCULLIS_LIMITS_WHEN_REDIS_AWAY', 'local', ['local', 'refuse']),
    revocationWhenRedisAway: oneOf('PORTCULLIS_REVOCATION_WHEN_REDIS_AWAY', 'refuse', ['allow', 'refuse']),
    idempotencyWhenRedisAway: oneOf('PORTCULLIS_IDEMPOTENCY_WHEN_REDIS_AWAY', 'refuse', ['local', 'refuse']),
    tokenRequests: {
      perClient: whole('PORTCULLIS_TOKEN_REQUESTS_PER_CLIENT', 600, 1, 1_000_000),
      perAddress: whole('PORTCULLIS_TOKEN_REQUESTS_PER_ADDRESS', 1200, 1, 1_000_000),
    },
    tokenFailures: whole('PORTCULLIS_TOKEN_FAILURES', 20, 1, 10_000),
    externalIssuersFile: optional('PORTCULLIS_EXTERNAL_ISSUERS'),
    usersFile: optional('PORTCULLIS_USERS'),
    auditorsFile: optional('PORTCULLIS_AUDITORS'),
    auditIndex: indexSetting(text('PORTCULLIS_AUDIT_INDEX', 'embedded'), faults),
    tls:
      certFile === undefined || keyFile === undefined
        ? undefined
        : { certFile, keyFile, clientCaFile: optional('PORTCULLIS_TLS_CLIENT_CA') },
    maxBodyBytes: whole('PORTCULLIS_MAX_BODY_BYTES', 1024 * 1024, 1024, 64 * 1024 * 1024),
    commitIntervalMs: whole('PORTCULLIS_COMMIT_MS', 5, 0, 1000),
    drainMs: whole('PORTCULLIS_DRAIN_MS', 10_000, 0, 600_000),
    logLevel: oneOf('PORTCULLIS_LOG_LEVEL', 'info', ['debug', 'info', 'warn', 'error', 'silent']),
    demo: oneOf('PORTCULLIS_DEMO', 'no', ['yes', 'no']) === 'yes',
  };
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));
  return settings;
}

function indexSetting(value: string, faults: string[]): string {
  if (!['embedded', 'off'].includes(value) && !/^postgres(?:ql)?:\/\/./.test(value)) {
    faults.push('PORTCULLIS_AUDIT_INDEX must be embedded, off, or a postgres:// URL.');
  }
  return value;
}
