import { RefusalError } from '../../gateway/problems.ts';
import { memberOf, parseJsonBody } from '../decode-answer.ts';
import { decodeJson2, encodeJson2 } from '../json2-codec.ts';
import { decodeJsonRpc, encodeAuthenticate, encodeJsonRpc, encodeVersion } from '../jsonrpc-codec.ts';
import type { OdooTransport } from '../odoo-client.ts';
import { type EncodedCall, isRecordId, type TypedCall, type TypedOutcome } from '../typed-call.ts';

/** Where a database is, and as whom it is asked. */
export interface DatabaseAddress {
  /** Origin and optional base path of the Odoo server. */
  readonly url: string;
  readonly database: string;
  /** Name of the user that the key belongs to; jsonrpc needs it. */
  readonly login: string | undefined;
  readonly key: string;
  /** Absent: json2 where the server speaks it, else jsonrpc. */
  readonly protocol: 'json2' | 'jsonrpc' | undefined;
  readonly allowPlainHttp: boolean;
}

/** A database that answered. Every call is a read; failures come back by their class, as everywhere. */
export interface LiveDatabase {
  readonly url: string;
  readonly database: string;
  /** Odoo's major version. */
  readonly major: number;
  readonly protocol: 'json2' | 'jsonrpc';
  /** Throws a DatabaseError where nothing answers any more. */
  ask(call: TypedCall): Promise<TypedOutcome>;
  /** A page of JSON that the key opens (json2 only); undefined where there is none, or none for this user. */
  page(path: string): Promise<unknown>;
}

/** Why a database could not be asked: what, where, and how it is mended. Never holds the key or a text of Odoo's. */
export class DatabaseError extends Error {}

export const OLDEST_MAJOR = 16;
const JSON2_SINCE = 19;
/** Metadata of a large model takes a slow server some seconds. */
const TIMEOUT_MS = 60_000;

/** Finds out the version, and that the key opens the database. Throws a DatabaseError. */
export async function openDatabase(address: DatabaseAddress, transport: OdooTransport): Promise<LiveDatabase> {
  const url = soundUrl(address);
  if (!/^[\x21-\x7e]{1,200}$/.test(address.key)) {
    throw new DatabaseError('The key holds characters that no key of Odoo has; copy it anew.');
  }
  if (!/^[\x21-\x7e]{1,63}$/.test(address.database)) {
    throw new DatabaseError('The name of the database holds characters that none has; correct --database.');
  }
  const basePath = url.pathname.replace(/\/+$/, '');
  const send = async (method: string, encoded: Omit<EncodedCall, 'body'> & { readonly body?: Buffer }) => {
    try {
      const answer = await transport({
        origin: url.origin,
        allowPlainHttp: address.allowPlainHttp,
        method,
        path: encoded.path,
        headers: encoded.headers,
        body: encoded.body,
        timeoutMs: TIMEOUT_MS,
        isSafe: true,
      });
      return { ...answer, retryAfter: answer.header('retry-after') };
    } catch (error) {
      throw error instanceof RefusalError ? unreachable(address.url, error) : error;
    }
  };

  const { major, speaksJson2 } = await versionOf(address.url, basePath, send);
  const protocol = address.protocol ?? (speaksJson2 ? 'json2' : 'jsonrpc');
  if (major < OLDEST_MAJOR) {
    throw new DatabaseError(
      `${address.url} is Odoo ${major}: ${OLDEST_MAJOR} is the oldest that is known here; upgrade it first.`,
    );
  }
  if (protocol === 'json2' && major < JSON2_SINCE) {
    throw new DatabaseError(
      `${address.url} is Odoo ${major}, which does not speak json2 (that came with 19); use --protocol jsonrpc.`,
    );
  }
  const ask =
    protocol === 'json2'
      ? async (call: TypedCall) =>
          decodeJson2(await send('POST', encodeJson2(call, address.database, address.key, basePath)))
      : await overJsonRpc();

  async function overJsonRpc(): Promise<LiveDatabase['ask']> {
    const { database, login, key } = address;
    if (login === undefined) {
      throw new DatabaseError('jsonrpc needs the name of the user that the key belongs to; give it with --login.');
    }
    const outcome = decodeJsonRpc(await send('POST', encodeAuthenticate(database, login, key, basePath)));
    if (!outcome.ok) throw refused(address, outcome.failure);
    const uid = outcome.value;
    if (!isRecordId(uid)) throw refused(address, 'AccessDenied');
    return async (call) =>
      decodeJsonRpc(await send('POST', encodeJsonRpc(call, { database, uid, apiKey: key }, basePath)));
  }

  async function page(path: string): Promise<unknown> {
    if (protocol !== 'json2') return undefined;
    const headers = ['authorization', `bearer ${address.key}`, 'x-odoo-database', address.database];
    const answer = await send('GET', { path: `${basePath}${path}`, headers });
    return answer.status === 200 ? parseJsonBody(answer)?.value : undefined;
  }

  const live: LiveDatabase = { url: address.url, database: address.database, major, protocol, ask, page };
  const probe = await ask({
    model: 'res.users',
    method: 'fields_get',
    args: { allfields: ['id'], attributes: ['type'] },
    context: {},
  });
  if (!probe.ok && probe.failure !== 'AccessError' && probe.failure !== 'Forbidden')
    throw refused(address, probe.failure);
  return live;
}

function soundUrl({ url: text, allowPlainHttp }: DatabaseAddress): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new DatabaseError('The address of the server must be an http or https URL, such as https://erp.example.com.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new DatabaseError('The address of the server has no user, password, query or fragment; leave them out.');
  }
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !isHere && !allowPlainHttp) {
    throw new DatabaseError(
      `${text} would carry the key over the network unencrypted; use https, or say --allow-plain-http.`,
    );
  }
  return url;
}

type Send = (
  method: string,
  encoded: Omit<EncodedCall, 'body'> & { readonly body?: Buffer },
) => Promise<Parameters<typeof decodeJsonRpc>[0]>;

/** `/web/version` has the answer from 19 on, `common.version` up to 21. */
async function versionOf(
  url: string,
  basePath: string,
  send: Send,
): Promise<{ readonly major: number; readonly speaksJson2: boolean }> {
  const web = await send('GET', { path: `${basePath}/web/version`, headers: ['accept', 'application/json'] });
  const modern = web.status === 200 ? majorIn(memberOf(parseJsonBody(web)?.value, 'version_info')) : undefined;
  if (modern !== undefined) return { major: modern, speaksJson2: modern >= JSON2_SINCE };
  const common = decodeJsonRpc(await send('POST', encodeVersion(basePath)));
  const known = common.ok ? majorIn(memberOf(common.value, 'server_version_info')) : undefined;
  if (known !== undefined) return { major: known, speaksJson2: false };
  throw new DatabaseError(
    `What answers at ${url} does not say which Odoo it is; check that --url is the address of the Odoo server itself.`,
  );
}

/** `[19, 0, 0, "final", 0, ""]`; Odoo Online says `["saas~18", 4, …]`. */
function majorIn(info: unknown): number | undefined {
  const first: unknown = Array.isArray(info) ? info[0] : undefined;
  const major = typeof first === 'string' ? Number(/^saas~(\d{1,2})$/.exec(first)?.[1]) : first;
  return typeof major === 'number' && Number.isInteger(major) && major > 0 && major < 100 ? major : undefined;
}

function unreachable(url: string, { refusal }: RefusalError): DatabaseError {
  switch (refusal.code) {
    case 'upstream-timeout':
      return new DatabaseError(`${url} did not answer within ${TIMEOUT_MS / 1000} s; try again when it is less busy.`);
    case 'upstream-answer-invalid':
      return new DatabaseError(
        `The answer of ${url} cannot be read, or is too large; check that it is an Odoo server.`,
      );
    default:
      return new DatabaseError(
        `Nothing answers at ${url}; check --url, and that the server can be reached from here with a sound certificate.`,
      );
  }
}

const KEY_REFUSED = new Set(['AccessDenied', 'Unauthorized', 'Http401', 'Forbidden', 'Http403']);

function refused({ url, database, login }: DatabaseAddress, failure: string): DatabaseError {
  if (KEY_REFUSED.has(failure)) {
    const whose = login === undefined ? 'the key' : `the key, or the login ${login},`;
    return new DatabaseError(
      `Odoo at ${url} refuses ${whose} for the database ${database}; check both, and that the key has not expired.`,
    );
  }
  if (failure === 'OperationalError' || failure === 'Http404' || failure === 'NotFound' || failure === 'KeyError') {
    return new DatabaseError(`There is no database ${database} at ${url}; check --database.`);
  }
  return new DatabaseError(`Odoo at ${url} failed (${failure}) when the database ${database} was opened; see its log.`);
}
