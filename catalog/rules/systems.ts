import type { SourceMap } from '../catalog.ts';
import type { OdooBinding, SecretReference, SystemEnvironment } from '../documents.ts';
import type { Fault } from '../fault.ts';
import { quoted } from '../quoted.ts';
import { pointerToken } from '../source-text.ts';
import { faultAt, type RuleInput, warningAt } from './rule.ts';

/** A system in one environment, and where that stands. */
export interface PlacedEnvironment {
  readonly systemName: string;
  readonly system: 'odoo' | 'http';
  readonly environment: SystemEnvironment;
  readonly name: string;
  readonly source: SourceMap;
  readonly pointer: string;
}

/** Every environment of every system. */
export function* environments({ catalog }: RuleInput): Iterable<PlacedEnvironment> {
  for (const [systemName, { document, source }] of catalog.systems) {
    for (const [name, environment] of Object.entries(document.spec.environments)) {
      const pointer = `/spec/environments/${pointerToken(name)}`;
      yield { systemName, system: document.spec.type, environment, name, source, pointer };
    }
  }
}

/** An address is http or https, and carries neither credentials nor a query. */
export function* addressesAreSound(input: RuleInput): Iterable<Fault> {
  for (const { environment, source, pointer } of environments(input)) {
    const wrong = environment.url === '' ? undefined : wrongAddress(environment.url);
    if (wrong !== undefined) yield faultAt(source, `${pointer}/url`, 'url-invalid', wrong);
  }
}

function wrongAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return 'the address must be an absolute http or https URL; write one such as https://erp.example.com';
  }
  if (url.username !== '' || url.password !== '') return 'an address holds no credentials; name them under credential';
  if (/[?#]/.test(text)) return 'an address has no query and no fragment; delete them';
  return undefined;
}

/** Plain http leaves the machine only where the document says so. */
export function* transportIsEncrypted(input: RuleInput): Iterable<Fault> {
  for (const { environment, source, pointer } of environments(input)) {
    const url = URL.parse(environment.url);
    if (url?.protocol !== 'http:' || isLoopback(url.hostname)) continue;
    if (environment.allowPlainHttp === true) {
      yield warningAt(
        source,
        `${pointer}/url`,
        'plain-http-allowed',
        'calls go unencrypted over the network, as allowPlainHttp says; use https',
      );
    } else {
      const message = 'plain http to another machine is refused; use https, or say allowPlainHttp: true';
      yield faultAt(source, `${pointer}/url`, 'plain-http', message);
    }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Protocol, version, login and credential of an Odoo fit together; only an Odoo has them. */
export function* odooBindingsFit(input: RuleInput): Iterable<Fault> {
  for (const { system, environment, source, pointer } of environments(input)) {
    const { odoo } = environment;
    if (system === 'odoo' && odoo === undefined) {
      yield faultAt(
        source,
        pointer,
        'odoo-binding-missing',
        'a system of type odoo needs "odoo" in every environment; add its version, protocol and database',
      );
    } else if (system === 'http' && odoo !== undefined) {
      yield faultAt(
        source,
        `${pointer}/odoo`,
        'odoo-binding-invalid',
        'only a system of type odoo has "odoo"; delete it',
      );
    } else if (system === 'odoo' && environment.credential === undefined) {
      yield faultAt(source, pointer, 'credential-missing', 'an Odoo answers nobody without "credential"; add it');
    }
    if (system === 'odoo' && odoo !== undefined) yield* wrongProtocol(odoo, source, `${pointer}/odoo`);
  }
}

function* wrongProtocol(odoo: OdooBinding, source: SourceMap, pointer: string): Iterable<Fault> {
  const wrong = (message: string) => faultAt(source, `${pointer}/protocol`, 'odoo-binding-invalid', message);
  if (odoo.protocol === 'json2' && odoo.version < 19) {
    yield wrong(`Odoo ${odoo.version} does not speak json2, which came with 19; use jsonrpc`);
  } else if (odoo.protocol !== 'json2' && odoo.version > 21) {
    yield wrong(`Odoo ${odoo.version} no longer speaks ${odoo.protocol}; use json2`);
  }
  if (odoo.protocol !== 'json2' && odoo.login === undefined)
    yield wrong(`${odoo.protocol} needs "login", the bot user; add it`);
}

/** Certificates belong to https, and a client certificate to its key. */
export function* certificatesAreWhole(input: RuleInput): Iterable<Fault> {
  for (const { environment, source, pointer } of environments(input)) {
    const { tls, url } = environment;
    if (tls === undefined) continue;
    const wrong = (member: string, message: string) =>
      faultAt(source, `${pointer}/tls${member}`, 'tls-invalid', message);
    if (URL.parse(url)?.protocol === 'http:')
      yield wrong('', 'plain http knows no certificates; use https, or delete "tls"');
    if (tls.clientCertificate !== undefined && tls.clientKey === undefined) {
      yield wrong('/clientCertificate', 'a client certificate proves nothing without "clientKey"; add it');
    }
    if (tls.clientKey !== undefined && tls.clientCertificate === undefined) {
      yield wrong('/clientKey', 'a client key is of no use without "clientCertificate"; add it');
    }
  }
}

/** A credential that serves two environments lets a test system act in production. */
export function* credentialsAreNotShared(input: RuleInput): Iterable<Fault> {
  const first = new Map<string, string>();
  for (const { secret, environment, source, pointer } of credentials(input)) {
    const key = 'env' in secret ? `env ${secret.env}` : 'file' in secret ? `file ${secret.file}` : undefined;
    if (key === undefined) continue;
    const other = first.get(key);
    if (other === undefined) first.set(key, environment);
    else if (other !== environment) {
      const message = `${key} serves ${quoted(other)} and ${quoted(environment)}; give each environment its own credential`;
      yield warningAt(source, pointer, 'credential-shared', message);
    }
  }
}

function* credentials(input: RuleInput): Iterable<{
  readonly secret: SecretReference;
  readonly environment: string;
  readonly source: SourceMap;
  readonly pointer: string;
}> {
  for (const { environment, name, source, pointer } of environments(input)) {
    const { credential, tls } = environment;
    if (credential !== undefined)
      yield { secret: credential.secret, environment: name, source, pointer: `${pointer}/credential/secret` };
    if (tls?.clientKey !== undefined)
      yield { secret: tls.clientKey, environment: name, source, pointer: `${pointer}/tls/clientKey` };
  }
  for (const { document, source } of input.catalog.consumers.values()) {
    for (const [index, { authentication }] of document.spec.clients.entries()) {
      if (authentication?.method !== 'client_secret' && authentication?.method !== 'api_key') continue;
      const pointer = `/spec/clients/${index}/authentication/secret`;
      yield { secret: authentication.secret, environment: document.spec.environment, source, pointer };
    }
  }
}
