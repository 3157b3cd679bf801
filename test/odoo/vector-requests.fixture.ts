import { Database } from '../../examples/stand-in-odoo/database.ts';
import { findMethod } from '../../examples/stand-in-odoo/dispatch.ts';
import type { LeakVector } from '../../examples/stand-in-odoo/leak-target.fixture.ts';
import { writeMethodCall } from '../../examples/stand-in-odoo/xmlrpc-values.ts';
import { exchangeBytes, type HttpMessage, headerIn, writeMessage } from './clients/raw-exchange.fixture.ts';

/** How a client is known where it calls. */
export interface Caller {
  readonly database: string;
  readonly uid: number;
  readonly key: string;
  /** Of a session that is open. */
  readonly cookie: string;
}

/** A call with its arguments where a client writes them. */
export interface WrittenCall {
  readonly model: string;
  readonly method: string;
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

type Carrier = (call: WrittenCall, caller: Caller) => HttpMessage;

const post = (path: string, type: string, body: string, headers: HttpMessage['headers'] = []): HttpMessage => ({
  start: `POST ${path} HTTP/1.1`,
  headers: [
    ['Host', '127.0.0.1'],
    ['Content-Type', type],
    ['Content-Length', String(Buffer.byteLength(body))],
    ...headers,
  ],
  body: Buffer.from(body),
});

const jsonRpc = (path: string, params: object, headers: HttpMessage['headers'] = []) =>
  post(path, 'application/json', JSON.stringify({ jsonrpc: '2.0', method: 'call', params, id: 7 }), headers);

const whole = ({ database, uid, key }: Caller, { model, method, positional, named }: WrittenCall) => [
  ...[database, uid, key, model, method, positional],
  ...(Object.keys(named).length === 0 ? [] : [named]),
];
const spread = ({ database, uid, key }: Caller, { model, method, positional }: WrittenCall) => [
  ...[database, uid, key, model, method],
  ...positional,
];

const xmlRpc =
  (path: string, method: 'execute' | 'execute_kw'): Carrier =>
  (call, caller) => {
    const params = method === 'execute' ? spread(caller, call) : whole(caller, call);
    return post(path, 'text/xml', writeMethodCall({ name: method, params }));
  };

const service =
  (method: 'execute' | 'execute_kw'): Carrier =>
  (call, caller) =>
    jsonRpc('/jsonrpc', {
      service: 'object',
      method,
      args: method === 'execute' ? spread(caller, call) : whole(caller, call),
    });

const session =
  (pathOf: (call: WrittenCall) => string): Carrier =>
  (call, { cookie }) => {
    const { model, method, positional, named } = call;
    return jsonRpc(pathOf(call), { model, method, args: positional, kwargs: named }, [['Cookie', cookie]]);
  };

const json2: Carrier = ({ model, method, positional, named }, { database, key }) => {
  const body = { ...(positional.length === 0 ? {} : { ids: positional[0] }), ...named };
  return post(`/json/2/${model}/${method}`, 'application/json', JSON.stringify(body), [
    ['Authorization', `bearer ${key}`],
    ['X-Odoo-Database', database],
  ]);
};

interface CarrierForm {
  readonly carry: Carrier;
  /** Arguments by place and by name as they were recorded, all by place, or all by name. */
  readonly form: 'recorded' | 'places' | 'names';
}

const KINDS: Readonly<Record<string, CarrierForm>> = {
  'XML-RPC': { carry: xmlRpc('/xmlrpc/2/object', 'execute_kw'), form: 'recorded' },
  'XML-RPC with names': { carry: xmlRpc('/xmlrpc/2/object', 'execute_kw'), form: 'names' },
  'XML-RPC execute': { carry: xmlRpc('/xmlrpc/2/object', 'execute'), form: 'places' },
  'old XML-RPC': { carry: xmlRpc('/xmlrpc/object', 'execute_kw'), form: 'recorded' },
  'old XML-RPC with names': { carry: xmlRpc('/xmlrpc/object', 'execute_kw'), form: 'names' },
  'old XML-RPC execute': { carry: xmlRpc('/xmlrpc/object', 'execute'), form: 'places' },
  'JSON-RPC': { carry: service('execute_kw'), form: 'recorded' },
  'JSON-RPC with names': { carry: service('execute_kw'), form: 'names' },
  'JSON-RPC execute': { carry: service('execute'), form: 'places' },
  'a session': { carry: session(() => '/web/dataset/call_kw'), form: 'recorded' },
  'a session with names': {
    carry: session(({ model, method }) => `/web/dataset/call_kw/${model}/${method}`),
    form: 'names',
  },
  'a button': { carry: session(() => '/web/dataset/call_button'), form: 'recorded' },
  'JSON-2': { carry: json2, form: 'names' },
};

/** All that can carry a call to an Odoo or to the gateway. */
export const CARRIERS: readonly string[] = Object.keys(KINDS);

/** The bytes of a client; undefined where this carrier has no place for such a call. */
export function requestOf(
  carrier: string,
  version: number,
  call: LeakVector['call'],
  caller: Caller,
): HttpMessage | undefined {
  const kind = KINDS[carrier];
  if (kind === undefined) throw new Error(`Nothing is called ${carrier}.`);
  if (kind.form === 'places' && Object.keys(call.kwargs).length > 0) return undefined;
  // None has no place in XML-RPC.
  if (carrier.includes('XML-RPC') && /\bnull\b/.test(JSON.stringify(call))) return undefined;
  const { model, method, args, kwargs } = call;
  const recorded = { model, method, positional: args, named: kwargs };
  return kind.carry(kind.form === 'names' ? byName(version, recorded) : recorded, caller);
}

const databases = new Map([16, 17, 18, 19].map((version) => [version, new Database(version, {}, () => '')]));

/** All arguments by name, except for the ids, which have none outside of JSON-2. */
function byName(version: number, { model, method, positional, named }: WrittenCall): WrittenCall {
  const { onModel, parameters } = methodOf(version, model, method);
  const ids = onModel ? [] : positional.slice(0, 1);
  const rest = positional.slice(ids.length).map((value, place) => {
    const name = parameters[place];
    if (name === undefined) throw new Error(`${model}.${method} has no parameter ${place}.`);
    return [name, value] as const;
  });
  return { model, method, positional: ids, named: { ...Object.fromEntries(rest), ...named } };
}

/** As this version has it, or the last one in which it could be called from outside. */
function methodOf(version: number, model: string, method: string) {
  for (let at = version; at >= 16; at--) {
    const db = databases.get(at);
    try {
      const found = db === undefined ? undefined : findMethod(db, model, method);
      if (found !== undefined) return found;
    } catch {
      // Private from this version on.
    }
  }
  throw new Error(`Nothing is known of ${model}.${method}.`);
}

/** The cookie of a new session, as the client's browser sends it back. */
export async function openSession(url: string, { database, key }: Caller, login: string): Promise<string> {
  const request = jsonRpc('/web/session/authenticate', { db: database, login, password: key });
  const answer = await exchangeBytes(url, writeMessage(request));
  return headerIn(answer, 'set-cookie')?.split(';')[0] ?? '';
}
