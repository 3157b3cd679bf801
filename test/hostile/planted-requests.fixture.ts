import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import { DATABASE, DESK, DESK_KEY } from './order-desk.fixture.ts';

/** A request with a canary in one of its inputs. */
export interface Planted {
  readonly name: string;
  readonly at: 'gateway' | 'admin';
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const CUSTOMERS = '/customer-master/v1/customers';

/** Every input of the gateway and of its admin part, with a canary in it. `token` is a good one of the CRM. */
export function plantedRequests(canary: string, token: string): readonly Planted[] {
  const auth = { authorization: `Bearer ${token}` };
  return [
    ...restPaths(encodeURIComponent(canary), auth),
    ...restHeaders(Buffer.from(canary, 'utf8').toString('latin1'), auth),
    ...restBodies(canary, { ...auth, ...JSON_TYPE }),
    ...odooCalls(canary),
    ...adminRequests(canary),
  ];
}

function restPaths(canary: string, headers: Readonly<Record<string, string>>): Planted[] {
  const paths = [
    `${CUSTOMERS}/${canary}`,
    `${CUSTOMERS}/10/${canary}`,
    `/${canary}/v1/customers`,
    `/customer-master/${canary}/customers`,
    `${CUSTOMERS}?${canary}=1`,
    `${CUSTOMERS}?filter[email][eq]=${canary}`,
    `${CUSTOMERS}?filter[${canary}][eq]=1`,
    `${CUSTOMERS}?filter[name][${canary}]=1`,
    `${CUSTOMERS}?updatedSince=${canary}`,
    ...['fields', 'sort', 'limit', 'cursor', 'filter'].map((name) => `${CUSTOMERS}?${name}=${canary}`),
    `/parcel-tracking/v1/parcels/${canary}`,
    `/parcel-tracking/v1/parcels/PC12345678BE?lang=${canary}`,
  ];
  return paths.map((path) => ({ name: path, at: 'gateway', method: 'GET', path, headers }));
}

function restHeaders(canary: string, auth: Readonly<Record<string, string>>): Planted[] {
  const plain = canary.replaceAll(/[^!-~]/g, '');
  const credentials = [
    `Bearer ${plain}`,
    `DPoP ${plain}`,
    `Basic ${btoa(`${plain}:${plain}`)}`,
    `Digest username="${plain}"`,
  ].map((authorization) => ({ authorization }));
  const names = [
    ...['user-agent', 'cookie', 'dpop', 'idempotency-key', 'traceparent', 'tracestate', 'baggage', 'accept'],
    ...['accept-language', 'if-none-match', 'forwarded', 'x-forwarded-for', 'x-request-id', 'x-odoo-company'],
    ...['portcullis-exchange', 'origin', 'referer', 'range', `x-${plain.replaceAll(/\W/g, '')}`],
  ];
  const others = names.map((name) => ({ ...auth, [name]: canary }));
  return [...credentials, ...others].map((headers) => ({
    name: `header ${Object.keys(headers).at(-1)}`,
    at: 'gateway',
    method: 'GET',
    path: `${CUSTOMERS}/10`,
    headers,
  }));
}

function restBodies(canary: string, headers: Readonly<Record<string, string>>): Planted[] {
  const quoted = JSON.stringify(canary);
  const bodies: Record<string, string> = {
    'a granted field': `{"street2": ${quoted}}`,
    'a field of another system': `{"vat": ${quoted}}`,
    'an unknown field': `{"nowhere": ${quoted}}`,
    'the name of a field': `{${quoted}: 1}`,
    'a field of another type': `{"isCompany": ${quoted}}`,
    'a field twice': `{"street2": ${quoted}, "street2": ${quoted}}`,
    'what is no JSON': `{"street2": ${quoted}, `,
    'a text alone': quoted,
    'something deep': `${'{"a":'.repeat(80)}${quoted}${'}'.repeat(80)}`,
  };
  const patches = Object.entries(bodies).map(([name, body]): Planted => {
    return { name, at: 'gateway', method: 'PATCH', path: `${CUSTOMERS}/11`, headers, body };
  });
  const created = JSON.stringify({ name: canary, email: canary, isCompany: true });
  const key = { ...headers, 'idempotency-key': Buffer.from(canary).toString('latin1') };
  const odd = { ...headers, 'content-type': `text/${canary.replaceAll(/\W/g, '')}` };
  return [
    ...patches,
    { name: 'a new record', at: 'gateway', method: 'POST', path: CUSTOMERS, headers: key, body: created },
    { name: 'the same again', at: 'gateway', method: 'POST', path: CUSTOMERS, headers: key, body: created },
    { name: 'another type', at: 'gateway', method: 'PATCH', path: `${CUSTOMERS}/11`, headers: odd, body: canary },
  ];
}

function odooCalls(canary: string): Planted[] {
  const calls: readonly (readonly unknown[])[] = [
    ['res.partner', 'search_read', [[['name', '=', canary]], ['name']]],
    ['res.partner', 'search_read', [[[canary, '=', 1]], ['name']]],
    ['res.partner', 'search_read', [[['name', canary, 1]]]],
    ['res.partner', 'read', [[10], [canary]]],
    ['res.partner', 'read', [canary]],
    ['res.partner', 'write', [[10], { phone: canary }]],
    ['res.partner', 'write', [[10], { vat: canary }]],
    ['res.partner', 'write', [[10], { [canary]: 1 }]],
    ['res.partner', 'name_search', [canary]],
    ['res.partner', 'search_read', [[]], { order: canary, context: { [canary]: canary, lang: canary } }],
    ['res.partner', 'read', [[10], ['name']], { context: { [canary]: canary, [`x_${canary}`]: 1 } }],
    ['res.partner', canary, [[10]]],
    [canary, 'read', [[10]]],
  ];
  const uid = syntheticUid(DESK);
  const json = (service: string, method: string, args: readonly unknown[]): Planted => {
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'call', params: { service, method, args }, id: canary });
    return { name: `json-rpc ${method}`, at: 'gateway', method: 'POST', path: '/jsonrpc', headers: JSON_TYPE, body };
  };
  const xml = (method: string, args: readonly unknown[]): Planted => {
    const params = args.map((one) => `<param><value><string>${escaped(String(one))}</string></value></param>`).join('');
    const body = `<methodCall><methodName>${escaped(method)}</methodName><params>${params}</params></methodCall>`;
    const headers = { 'content-type': 'text/xml' };
    return { name: `xml-rpc ${method}`, at: 'gateway', method: 'POST', path: '/xmlrpc/2/common', headers, body };
  };
  const json2 = (path: string, headers: Readonly<Record<string, string>>, body: object): Planted => {
    const all = { ...JSON_TYPE, 'x-odoo-database': DATABASE, ...headers };
    return { name: `json-2 ${path}`, at: 'gateway', method: 'POST', path, headers: all, body: JSON.stringify(body) };
  };
  const plain = canary.replaceAll(/[^!-~]/g, '');
  const key = { authorization: `bearer ${DESK_KEY}` };
  return [
    ...calls.map((call) => json('object', 'execute_kw', [DATABASE, uid, DESK_KEY, ...call])),
    json('object', 'execute_kw', [DATABASE, uid, canary, 'res.partner', 'read', [[10]]]),
    json('common', 'login', [canary, canary, canary]),
    json('common', 'login', [DATABASE, DESK, canary]),
    json(canary, canary, [canary]),
    xml('authenticate', [DATABASE, canary, canary]),
    xml('login', [canary, DESK, canary]),
    xml(canary, [canary]),
    json2('/json/2/res.partner/search_read', { authorization: `bearer ${plain}` }, { domain: [], fields: [canary] }),
    json2('/json/2/res.partner/search_read', key, { domain: [['name', '=', canary]], fields: ['name'] }),
    json2('/json/2/res.partner/search_read', key, { [canary]: canary }),
    json2(`/json/2/${encodeURIComponent(canary)}/read`, { ...key, cookie: `session_id=${plain}` }, { ids: [10] }),
    json2('/web/session/authenticate', {}, { params: { db: DATABASE, login: canary, password: canary } }),
    json2('/web/dataset/call_kw', { cookie: `session_id=${plain}` }, { params: { model: canary, method: canary } }),
  ];
}

function adminRequests(canary: string): Planted[] {
  const plain = canary.replaceAll(/[^!-~]/g, '');
  const form = (path: string, fields: Readonly<Record<string, string>>, headers = {}): Planted => {
    const body = new URLSearchParams(fields).toString();
    return { name: `form ${path}`, at: 'admin', method: 'POST', path, headers: { ...FORM_TYPE, ...headers }, body };
  };
  const basic = { authorization: `Basic ${btoa(`salesforce-crm:${plain}`)}` };
  const query = new URLSearchParams({ client_id: 'b2b-portal', response_type: 'code', state: canary, scope: canary });
  const get = (path: string, headers = {}): Planted => ({ name: path, at: 'admin', method: 'GET', path, headers });
  return [
    form('/oauth/token', { grant_type: 'client_credentials' }, basic),
    form('/oauth/token', { grant_type: 'client_credentials', client_id: canary, client_secret: canary }),
    form(
      '/oauth/token',
      { grant_type: canary, client_assertion: canary, client_assertion_type: canary },
      { dpop: plain },
    ),
    form('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: 'b2b-portal',
      code: canary,
      code_verifier: canary,
    }),
    form('/oauth/token/introspection', { token: canary }, basic),
    form('/oauth/token/revocation', { token: canary, client_id: canary }),
    get(`/oauth/auth?${query}`, { cookie: `_session=${plain}` }),
    get(`/${encodeURIComponent(canary)}`),
    get(`/api/${encodeURIComponent(canary)}`, { authorization: `Bearer ${plain}` }),
    get('/api/catalog', { authorization: `Bearer ${plain}` }),
    get(`/api/records?limit=${encodeURIComponent(canary)}`),
  ];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
