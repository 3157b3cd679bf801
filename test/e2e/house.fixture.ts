import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AccessEntry, PlaceDefinition } from '../../audit/entry.ts';
import { type EntryLists, isAccess, resolvedEntries } from '../../audit/record/entry-reader.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { type Company, startCompany } from '../../examples/distribution/company.ts';
import { type Portcullis, startPortcullis } from '../../main.ts';
import { readSettings } from '../../settings.ts';
import { placeEmptyFiles } from '../../storage/embedded/empty-files.fixture.ts';

export interface HouseOptions {
  readonly odooVersion?: 16 | 17 | 18 | 19;
  readonly variables?: Readonly<Record<string, string>>;
  /** Changes to documents of the copied catalog, by file: what another company would write, never code. */
  readonly edit?: Readonly<Record<string, (text: string) => string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed body; undefined when it is not JSON. */
  readonly json: unknown;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An exchange on record, with all that its entry refers to. */
export type HouseRecord = PlaceDefinition & Omit<AccessEntry, keyof EntryLists | 'place'> & EntryLists;

/** The whole distribution company behind a real Portcullis on free ports of loopback. */
export interface House {
  readonly company: Company;
  readonly portcullis: Portcullis;
  readonly dataFolder: string;
  /** All that it was started with. */
  readonly variables: Readonly<Record<string, string>>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** An access token of a client with a demo secret. */
  token(client: string): Promise<string>;
  /** An access token of a person who logged in to the portal. */
  userToken(login: string, password: string): Promise<string>;
  /** Every exchange on record so far. */
  records(): Promise<HouseRecord[]>;
  stop(): Promise<void>;
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const work = await mkdtemp(join(tmpdir(), 'portcullis-e2e-'));
  const company = await startCompany({
    odooPort: 0,
    carrierPort: 0,
    odooVersion: options.odooVersion ?? 19,
    workFolder: work,
  });
  for (const [file, change] of Object.entries(options.edit ?? {})) {
    const path = join(company.catalogFolder, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }
  const dataFolder = join(work, 'data');
  const variables = {
    ...company.variables,
    PORTCULLIS_PORT: '0',
    PORTCULLIS_ADMIN_PORT: '0',
    PORTCULLIS_DATA: dataFolder,
    PORTCULLIS_LOG_LEVEL: 'silent',
    PORTCULLIS_DRAIN_MS: '1000',
    PORTCULLIS_COMMIT_MS: '0',
    PORTCULLIS_AUDIT_INDEX: 'off',
    ...options.variables,
  };
  if (variables.PORTCULLIS_AUDIT_INDEX === 'embedded') await placeEmptyFiles(join(dataFolder, 'index'));
  let portcullis: Portcullis;
  try {
    portcullis = await startPortcullis(readSettings(variables), variables);
  } catch (error) {
    await company.close();
    throw error;
  }
  const tokens = new Map<string, Promise<string>>();
  return {
    company,
    portcullis,
    dataFolder,
    variables,
    call: (method, path, call) => callUrl(method, `${portcullis.gatewayUrl}${path}`, call),
    token(client) {
      let token = tokens.get(client);
      if (token === undefined) {
        token = clientToken(portcullis.adminUrl, client);
        tokens.set(client, token);
      }
      return token;
    },
    userToken: (login, password) => logIn(portcullis.adminUrl, login, password),
    records: () => recordsSoFar(dataFolder, portcullis.gatewayUrl),
    async stop() {
      await portcullis.stop();
      await company.close();
      await rm(work, { recursive: true, force: true });
    },
  };
}

/** The last exchange of each gateway. */
const lastExchanges = new Map<string, string>();

/** For who calls a gateway in another way than by `callUrl`: its records are complete with this exchange. */
export function noteExchange(gatewayUrl: string, exchange: string): void {
  lastExchanges.set(gatewayUrl, exchange);
}

const LONGEST_WAIT_MS = 10_000;

/** A relaxed answer may leave before its record is on disk: waits for that of the last one. */
async function recordsSoFar(dataFolder: string, gatewayUrl: string): Promise<HouseRecord[]> {
  const last = lastExchanges.get(gatewayUrl);
  const until = Date.now() + LONGEST_WAIT_MS;
  while (true) {
    const records = await recordsOf(dataFolder).catch(noneYet);
    if (last === undefined || records.some(({ exchange }) => exchange === last)) return records;
    if (Date.now() > until) throw new Error(`exchange ${last} does not come on record`);
    await setTimeout(5);
  }
}

/** Until the first checkpoint is signed there is nothing to read. */
function noneYet(error: NodeJS.ErrnoException): HouseRecord[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function recordsOf(dataFolder: string): Promise<HouseRecord[]> {
  const log = await openFolderReader(join(dataFolder, 'audit'));
  const { size } = await log.checkpoint();
  const records: HouseRecord[] = [];
  for await (const { entry, place, lists } of resolvedEntries(log.entries(0, size))) {
    if (!isAccess(entry)) continue;
    if (place === undefined || lists === undefined) throw new Error('a record refers to what was not defined');
    records.push({ ...place, ...entry, ...lists });
  }
  return records;
}

/** One call of any gateway. */
export async function callUrl(
  method: string,
  url: string,
  { token, headers, body }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const exchange = response.headers.get('portcullis-exchange');
  if (exchange !== null) noteExchange(new URL(url).origin, exchange);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** An access token of a client with a demo secret, from any gateway's admin part. */
export async function clientToken(adminUrl: string, client: string): Promise<string> {
  const response = await fetch(`${adminUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:demo-${client}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return accessToken(response);
}

async function accessToken(response: Response): Promise<string> {
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`no token: ${response.status} ${JSON.stringify(answer)}`);
  return answer.access_token;
}

/** Authorization code with PKCE as a browser goes through it: to the login page, through its form, back with a code. */
async function logIn(adminUrl: string, login: string, password: string): Promise<string> {
  const cookies = new Map<string, string>();
  const go = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        // A browser names its origin when it sends the login form; the portal's own back end does not.
        ...(form?.action === undefined ? {} : { origin: adminUrl }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  const target = (response: Response): string => new URL(response.headers.get('location') ?? '', adminUrl).href;
  const redirectUri = 'http://127.0.0.1:8090/callback';
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'b2b-portal',
    response_type: 'code',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = target(await go(`${adminUrl}/oauth/auth?${query}`));
  const html = await (await go(page)).text();
  const form = /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const sent = await go(page, { form, action: 'login', login, password });
  const back = new URL(target(await go(target(sent))));
  const response = await go(`${adminUrl}/oauth/token`, {
    grant_type: 'authorization_code',
    client_id: 'b2b-portal',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  return accessToken(response);
}
