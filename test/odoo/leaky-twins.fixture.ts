import { Database } from '../../examples/stand-in-odoo/database.ts';
import {
  type HiddenValues,
  OTHER_VALUES,
  RECORDED_VALUES,
  secretsAmong,
} from '../../examples/stand-in-odoo/hidden-values.fixture.ts';
import { LEAK_USER, type LeakVersion, leakData } from '../../examples/stand-in-odoo/leak-target.fixture.ts';
import { route } from '../../examples/stand-in-odoo/routes.ts';
import { type ClientHouse, DATABASE, openClientHouse } from './clients/client-house.fixture.ts';
import { exchangeBytes, type HttpMessage, writeMessage } from './clients/raw-exchange.fixture.ts';
import { knowledgeOf } from './stand-in-knowledge.fixture.ts';
import type { Caller } from './vector-requests.fixture.ts';

/** Two of the same kind: with the recorded hidden values, and with others. */
export type Twins<T> = readonly [T, T];

/** Hidden values of both. */
export const SECRETS: readonly string[] = [RECORDED_VALUES, OTHER_VALUES].flatMap(secretsAmong);
const NOW = '2026-11-20 17:02:08.000000';
const UPSTREAM = { 16: 'xmlrpc', 17: 'jsonrpc', 18: 'jsonrpc', 19: 'json2' } as const;

/** What came back, and whether any record was changed meanwhile. */
export interface Exchanged {
  readonly reply: HttpMessage;
  readonly isChanged: boolean;
}

/** Gateways before two leaking Odoos, for one consumer: it sees the name and the country of contacts, and may rename them. */
export interface GuardedTwins {
  /** Of one of the two; sessions of it are sessions of the other: they are sealed with the key of both. */
  readonly url: string;
  /** The same bytes to both. */
  ask(request: HttpMessage): Promise<Twins<Exchanged>>;
  /** All that the Odoos were asked so far. */
  heard(): Twins<string>;
  stop(): Promise<void>;
}

export async function openTwins(version: LeakVersion): Promise<GuardedTwins> {
  const models = modelsDocument(version);
  const open = (hidden: HiddenValues) =>
    openClientHouse(
      { version, protocol: UPSTREAM[version] },
      {
        data: leakData(version, hidden),
        edit: { 'company.yaml': onlyNames, 'models.yaml': () => models },
      },
    );
  const left = await open(RECORDED_VALUES);
  const right = await open(OTHER_VALUES).catch(async (error: unknown) => {
    await left.stop();
    throw error;
  });
  const exchange: Twins<ReturnType<typeof exchanger>> = [exchanger(left), exchanger(right)];
  return {
    url: left.url,
    ask(request) {
      const bytes = writeMessage(request);
      return Promise.all([exchange[0](bytes), exchange[1](bytes)]);
    },
    heard: () => [JSON.stringify(left.odoo.calls), JSON.stringify(right.odoo.calls)],
    async stop() {
      await left.stop();
      await right.stop();
    },
  };
}

function exchanger({ url, odoo }: ClientHouse): (bytes: Buffer) => Promise<Exchanged> {
  let known = recordsOf(odoo.db);
  return async (bytes) => {
    const asked = odoo.calls.length;
    const reply = await exchangeBytes(url, bytes);
    const records = odoo.calls.length === asked ? known : recordsOf(odoo.db);
    const isChanged = records !== known;
    known = records;
    return { reply, isChanged };
  };
}

function onlyNames(text: string): string {
  const documents = text
    .split('---\n')
    .filter((one) => !/name: integration-(?:countries|categories|orders) /.test(one));
  return documents
    .join('---\n')
    .replace(/operations: .*/, 'operations: [listContacts, getContact, updateContact]')
    .replace(/read: \{ Contact: .*/, 'read: { Contact: [id, name, countryId, country] }')
    .replace(/write: \{ Contact: .*/, 'write: { Contact: [name] }');
}

/** All that the stand-in has is known, so that nothing is refused for want of knowledge. */
function modelsDocument(version: LeakVersion): string {
  const known = knowledgeOf(new Database(version, {}, () => NOW)).models;
  const models = [...known].map(([name, { fields, name: _, ...model }]) => {
    const own = [...fields].map(([field, { name: __, ...facts }]) => [field, facts] as const);
    return [name, { ...model, fields: Object.fromEntries(own) }] as const;
  });
  const spec = { systems: ['odoo'], version, readAt: '2026-11-25', models: Object.fromEntries(models) };
  return JSON.stringify({ apiVersion: 'portcullis/v1', kind: 'OdooModels', metadata: { name: 'models' }, spec });
}

/** The same Odoos with no gateway before them, the same for each request, and how their unrestricted user is known. */
export function unguardedTwins(version: LeakVersion) {
  const askOf = (hidden: HiddenValues) => {
    const data = leakData(version, hidden);
    const fresh = () => new Database(version, data, () => NOW);
    let db = fresh();
    const untouched = recordsOf(db);
    return (request: HttpMessage): Exchanged => {
      const reply = answerOf(db, request);
      const isChanged = recordsOf(db) !== untouched;
      if (isChanged) db = fresh();
      return { reply, isChanged };
    };
  };
  const [left, right] = [askOf(RECORDED_VALUES), askOf(OTHER_VALUES)];
  const caller: Caller = {
    database: DATABASE,
    uid: LEAK_USER.uid,
    key: LEAK_USER.apiKeys?.[0] ?? '',
    cookie: 'session_id=open',
  };
  return { caller, ask: (request: HttpMessage): Twins<Exchanged> => [left(request), right(request)] };
}

function answerOf(db: Database, { start, headers, body }: HttpMessage): HttpMessage {
  const [method = '', path = ''] = start.split(' ');
  const sessions = new Map([['open', LEAK_USER]]);
  const site = { db, database: DATABASE, users: [LEAK_USER], sessions, heard: () => undefined };
  const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const reply = route(site, { method, path, headers: named, bytes: body, body: body.toString() });
  return {
    start: `HTTP/1.1 ${reply.status}`,
    headers: [['content-type', reply.contentType]],
    body: Buffer.from(reply.body),
  };
}

/** All records of a database as one text. */
function recordsOf(db: Database): string {
  return JSON.stringify([...db.tables].map(([name, { rows }]) => [name, [...rows].map(([id, row]) => [id, ...row])]));
}

/** Differs from answer to answer, whatever was asked: when, under which name it is on record, what is left of the rate. */
const PASSING = /^(?:date|portcullis-exchange|ratelimit)$/i;

/** The bytes of a reply that follow from what was asked. */
export function lastingBytes({ start, headers, body }: HttpMessage): string {
  return writeMessage({ start, headers: headers.filter(([name]) => !PASSING.test(name)), body }).toString();
}
