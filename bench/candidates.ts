import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BASE_PATH, benchRecord, operationPath, writeBenchCatalog } from './catalog.ts';
import { type Child, findProgram, freePort, startChild } from './child.ts';
import type { BenchIssuer } from './issuer.ts';

/** Something that is measured: where to send the load, and whose CPU time counts. */
export interface Candidate {
  readonly name: string;
  readonly child: Child;
  readonly url: string;
  /** Send it requests whose headers are never quite the same. */
  readonly hasChangingHeads?: boolean;
  /** Bytes of a right answer's body: a candidate that answers anything else is not measured. */
  readonly answers: (body: string) => boolean;
}

/** A program that is not installed here; the bench says so and goes on. */
export class Missing extends Error {}

export interface Ground {
  /** Temporary, for everything that is written. */
  readonly folder: string;
  readonly issuer: BenchIssuer;
  readonly upstreamPort: number;
}

const ROOT = dirname(import.meta.dirname);

/** The 2 kB record on every path, from nginx where it is installed: what all candidates stand in front of. */
export async function startUpstream(folder: string): Promise<{ child: Child; port: number }> {
  const port = await freePort();
  if (findProgram('nginx') === undefined) {
    const child = await startChild(
      process.execPath,
      [join(import.meta.dirname, 'record-server.ts'), String(port)],
      port,
    );
    return { child, port };
  }
  await writeFile(join(folder, 'record.json'), benchRecord());
  const locations = `root ${folder}; default_type application/json; open_file_cache max=10; location / { rewrite ^ /record.json break; }`;
  return { child: await startNginx(folder, 'upstream', port, locations), port };
}

export async function nginxProxy({ folder, upstreamPort }: Ground): Promise<Candidate> {
  const port = await freePort();
  const location = 'location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; }';
  const upstream = `upstream up { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; }`;
  const child = await startNginx(folder, 'proxy', port, location, upstream);
  return proxyOf('nginx, bare reverse proxy', child, port);
}

async function startNginx(folder: string, name: string, port: number, server: string, http = ''): Promise<Child> {
  const program = findProgram('nginx');
  if (program === undefined) throw new Missing('nginx is not installed');
  const prefix = join(folder, name);
  await mkdir(join(prefix, 'temporary'), { recursive: true });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${prefix}/temporary;`,
  );
  const text = `daemon off; worker_processes 1; pid ${prefix}/nginx.pid; error_log ${prefix}/error.log crit;
user ${process.getuid?.() === 0 ? 'root' : 'nobody'};
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 600; ${paths.join(' ')}
${http}
server { listen 127.0.0.1:${port} backlog=1024; ${server} } }`;
  const file = join(prefix, 'nginx.conf');
  await writeFile(file, text);
  return startChild(program, ['-p', prefix, '-c', file, '-e', join(prefix, 'error.log')], port);
}

/** `governed`: verifies the RS256 token of every request and counts it against a limit. */
export async function haproxy({ folder, issuer, upstreamPort }: Ground, governed: boolean): Promise<Candidate> {
  const program = findProgram('haproxy');
  if (program === undefined) throw new Missing('haproxy is not installed');
  const port = await freePort();
  const key = join(folder, 'issuer.pem');
  await writeFile(key, issuer.publicKey);
  const rules = `
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request set-var(txn.iss) var(txn.bearer),jwt_payload_query('$.iss')
  http-request set-var(txn.aud) var(txn.bearer),jwt_payload_query('$.aud')
  http-request set-var(txn.sub) var(txn.bearer),jwt_payload_query('$.sub')
  http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 unless { var(txn.alg) -m str RS256 }
  http-request deny deny_status 401 unless { var(txn.iss) -m str ${issuer.url} }
  http-request deny deny_status 401 unless { var(txn.aud) -m str ${issuer.audience} }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify(txn.alg,"${key}") -m int 1 }
  http-request deny deny_status 401 if { var(txn.exp),sub(txn.now) -m int lt 0 }
  stick-table type string len 64 size 100k expire 60s store http_req_rate(1s)
  http-request track-sc0 var(txn.sub)
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1000000000 }`;
  const file = join(folder, `haproxy-${governed}.cfg`);
  await writeFile(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:${port}${governed ? rules : ''}
  default_backend back
backend back
  http-reuse always
  server one 127.0.0.1:${upstreamPort} pool-max-conn 256
`,
  );
  const child = await startChild(program, ['-db', '-f', file], port);
  return proxyOf(governed ? 'HAProxy, RS256 verified + limit' : 'HAProxy, bare', child, port);
}

/** The gateway as it is started everywhere, over a catalog of that many operations. */
export async function portcullis({ folder, issuer, upstreamPort }: Ground, operations: number): Promise<Candidate> {
  const own = join(folder, `portcullis-${operations}`);
  const catalog = join(own, 'catalog');
  await writeBenchCatalog({
    folder: catalog,
    operations,
    upstreamUrl: `http://127.0.0.1:${upstreamPort}`,
    issuer: issuer.url,
    clientId: issuer.clientId,
  });
  const issuers = join(own, 'issuers.json');
  await writeFile(issuers, JSON.stringify([{ url: issuer.url, audience: issuer.audience }]));
  const port = await freePort();
  const child = await startChild(process.execPath, [join(ROOT, 'main.ts'), 'serve'], port, {
    PORTCULLIS_CATALOG: catalog,
    PORTCULLIS_DATA: join(own, 'data'),
    PORTCULLIS_ENVIRONMENT: 'production',
    PORTCULLIS_PORT: String(port),
    PORTCULLIS_ADMIN_PORT: String(await freePort()),
    PORTCULLIS_AUDIENCE: issuer.audience,
    PORTCULLIS_EXTERNAL_ISSUERS: issuers,
    PORTCULLIS_MASTER_SECRET: 'measured, not kept: 0123456789abcdef',
    PORTCULLIS_ADMIN_TOKEN: 'measured, not kept: fedcba9876543210',
    PORTCULLIS_LOG_LEVEL: 'warn',
    // The ledger is part of a call, its index comes after it: bench/audit.ts measures that.
    PORTCULLIS_AUDIT_INDEX: 'off',
  });
  return {
    name: `Portcullis, ${operations} operation${operations === 1 ? '' : 's'}`,
    child,
    url: `http://127.0.0.1:${port}${BASE_PATH}${operationPath(operations - 1)}`,
    answers: (body) => body.startsWith('{') && body.includes('"reference"') && !body.includes('"gateCode"'),
  };
}

const EXPRESS_GATEWAY = join(import.meta.dirname, 'express-gateway');

/**
 * Express Gateway 1.16.11, bare or with its jwt and rate-limit policies; installed on its own, never with the product:
 * `npm ci --prefix bench/express-gateway`.
 */
export async function expressGateway({ folder, issuer, upstreamPort }: Ground, governed: boolean): Promise<Candidate> {
  if (!existsSync(join(EXPRESS_GATEWAY, 'node_modules/express-gateway'))) {
    throw new Missing('express-gateway is not installed: run the bench with --express-gateway');
  }
  const port = await freePort();
  const config = join(folder, `express-gateway-${governed}`);
  await mkdir(join(config, 'models'), { recursive: true });
  const models = join(EXPRESS_GATEWAY, 'node_modules/express-gateway/lib/config/models');
  for (const name of ['users.json', 'applications.json', 'credentials.json']) {
    await copyFile(join(models, name), join(config, 'models', name));
  }
  const key = join(config, 'issuer.pem');
  await writeFile(key, issuer.publicKey);
  // Its default delays every answer but the first by seconds (delayMs 1000): what it costs, not what it waits, is measured.
  const rules = governed
    ? `
      - jwt:
          - action: {secretOrPublicKeyFile: '${key}', algorithms: [RS256], checkCredentialExistence: false}
      - rate-limit:
          - action: {max: 1000000000, windowMs: 1000, delayMs: 0}`
    : '';
  await writeFile(
    join(config, 'gateway.config.yml'),
    `http:
  port: ${port}
  hostname: 127.0.0.1
apiEndpoints:
  all: {host: '*', paths: '/*'}
serviceEndpoints:
  records: {url: 'http://127.0.0.1:${upstreamPort}'}
policies: [proxy, jwt, rate-limit]
pipelines:
  - name: all
    apiEndpoints: [all]
    policies:${rules}
      - proxy:
          - action: {serviceEndpoint: records}
`,
  );
  await writeFile(
    join(config, 'system.config.yml'),
    `db: {redis: {emulate: true, namespace: EG}}
crypto: {cipherKey: sensitiveKey, algorithm: aes256, saltRounds: 10}
session: {secret: keyboard cat, resave: false, saveUninitialized: false}
accessTokens: {timeToExpiry: 7200000}
refreshTokens: {timeToExpiry: 7200000}
authorizationCodes: {timeToExpiry: 300000}
`,
  );
  const child = await startChild(process.execPath, [join(EXPRESS_GATEWAY, 'start.cjs')], port, {
    EG_CONFIG_DIR: config,
  });
  return proxyOf(`Express Gateway 1.16.11, ${governed ? 'jwt + rate-limit' : 'bare'}`, child, port);
}

function proxyOf(name: string, child: Child, port: number): Candidate {
  const record = benchRecord();
  return { name, child, url: `http://127.0.0.1:${port}${operationPath(0)}`, answers: (body) => body === record };
}
