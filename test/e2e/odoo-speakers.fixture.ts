import assert from 'node:assert/strict';
import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import { type Answer, callUrl, type House } from './house.fixture.ts';
import { DATABASE, KEY, LOGIN } from './odoo-protocols.fixture.ts';

/** The integration, as it knows itself at the gateway. */
export const UID = syntheticUid(LOGIN);

/** A protocol, as a client that knows the key speaks it. */
interface Speaker {
  /** The result of a call; of an error its class and text. */
  execute(house: House, model: string, method: string, args: readonly unknown[], named?: object): Promise<unknown>;
}

export const post = (house: House, path: string, body: string, type: string, headers: Record<string, string> = {}) =>
  callUrl('POST', `${house.portcullis.gatewayUrl}${path}`, { headers: { 'content-type': type, ...headers }, body });

export async function jsonRpc(house: House, path: string, params: object, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'call', params, id: 7 });
  return post(house, path, body, 'application/json', headers);
}

export const service = (house: House, name: string, method: string, args: readonly unknown[]) =>
  jsonRpc(house, '/jsonrpc', { service: name, method, args });

/** The result of a JSON-RPC answer; the error's class and text where it has one. */
export function resultOf({ json }: Answer): unknown {
  const { result, error } = Object(json);
  return error === undefined ? result : { error: error.data.name, message: error.data.message };
}

function xmlValue(value: unknown): string {
  if (typeof value === 'number') return `<value><int>${value}</int></value>`;
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>`;
  if (typeof value === 'string') return `<value><string>${value.replaceAll('<', '&lt;')}</string></value>`;
  if (Array.isArray(value)) return `<value><array><data>${value.map(xmlValue).join('')}</data></array></value>`;
  const members = Object.entries(Object(value)).map(
    ([name, held]) => `<member><name>${name}</name>${xmlValue(held)}</member>`,
  );
  return `<value><struct>${members.join('')}</struct></value>`;
}

export const xmlRpc = (house: House, path: string, method: string, args: readonly unknown[]) => {
  const params = args.map((one) => `<param>${xmlValue(one)}</param>`).join('');
  const body = `<?xml version='1.0'?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  return post(house, path, body, 'text/xml');
};

export const SPEAKERS: Readonly<Record<'jsonrpc' | 'json2' | 'session', Speaker>> = {
  jsonrpc: {
    async execute(house, model, method, args, named = {}) {
      return resultOf(await service(house, 'object', 'execute_kw', [DATABASE, UID, KEY, model, method, args, named]));
    },
  },
  json2: {
    async execute(house, model, method, args, named = {}) {
      const names = { search_read: ['domain', 'fields'], search_count: ['domain'], write: ['ids', 'vals'] } as Record<
        string,
        readonly string[]
      >;
      const given = args.map((one, index) => [names[method]?.[index] ?? (index === 0 ? 'ids' : 'fields'), one]);
      const body = JSON.stringify({ ...Object.fromEntries(given), ...named });
      const headers = { authorization: `bearer ${KEY}`, 'x-odoo-database': DATABASE };
      const { status, json } = await post(house, `/json/2/${model}/${method}`, body, 'application/json', headers);
      return status === 200 ? json : { error: Object(json).name, message: Object(json).message };
    },
  },
  session: {
    async execute(house, model, method, args, kwargs = {}) {
      const opened = await openSession(house);
      const params = { model, method, args, kwargs };
      return resultOf(await jsonRpc(house, '/web/dataset/call_kw', params, { cookie: cookieOf(opened) }));
    },
  },
};

export const openSession = (house: House, password = KEY) =>
  jsonRpc(house, '/web/session/authenticate', { db: DATABASE, login: LOGIN, password });

export function cookieOf(answer: Answer): string {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** A strict answer leaves when its record is durable, and with it all records before. */
export async function allRecords(house: House) {
  const token = await house.token('salesforce-crm');
  const strict = await house.call('GET', '/customer-master/v1/customers/10', { token });
  assert.equal(strict.status, 200);
  return (await house.records()).filter(({ consumer }) => consumer !== 'salesforce-crm');
}
