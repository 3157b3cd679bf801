import type { ConsumerSpec, GrantSpec } from '../catalog/documents.ts';
import type { FrontPlan, GrantedOperation } from '../gateway/plan.ts';
import type { Refusal } from '../gateway/problems.ts';
import { ApiKeys } from '../odoo/front/api-keys.ts';
import { OdooFront } from '../odoo/front/odoo-front.ts';
import { OdooMessage } from '../odoo/front/odoo-message.ts';
import { type Opened, OpenedDatabase, type ServedOperation } from '../odoo/front/opened-database.ts';
import { SessionSeal } from '../odoo/front/session-seal.ts';
import type { DatabaseKnowledge, ModelKnowledge } from '../odoo/knowledge.ts';
import type { Protocol, RpcMessage, RpcRequest } from '../odoo/wire/rpc-request.ts';
import {
  type ExchangeOptions,
  exchangeAt,
  grantedPlace,
  operationPlan,
  type TestExchange,
} from './exchange.fixture.ts';

export const CRM_KEY = '7c1f0d6a5b3e4c2d9a8b7c6d5e4f3a2b1c0d9e8f';
export const ERP_KEY = '1c1f0d6a5b3e4c2d9a8b7c6d5e4f3a2b1c0d9e8f';

const PARTNER: ModelKnowledge = {
  name: 'res.partner',
  order: undefined,
  recordName: undefined,
  searchNames: undefined,
  parent: undefined,
  inherits: {},
  fields: new Map(),
};

/** A database that knows res.partner and opens what its operations say. */
export function openedDatabase(
  operations: readonly ServedOperation[],
  binding = { name: 'distribution', major: 19 },
): OpenedDatabase {
  const knowledge: DatabaseKnowledge = { major: binding.major, models: new Map([['res.partner', PARTNER]]) };
  return new OpenedDatabase(binding, operations, (open): Opened => {
    const actions = new Set(open.flatMap(({ method }) => method ?? []));
    const model = { knowledge: PARTNER, fields: new Map(), calls: new Set<never>(), actions, context: {} };
    const models = new Map(open.map((one) => [one.model, model] as const));
    const limits = { contextKeys: new Set<string>(), companies: undefined, mostRecords: 1000, leastGroup: 1 };
    return { access: { knowledge, models, ...limits }, bindRules: async () => () => [] };
  });
}

export function servedOperation(
  call: ServedOperation['call'],
  options: { readonly grant?: Partial<GrantSpec>; readonly grantName?: string; readonly method?: string } = {},
): ServedOperation & { readonly granted: GrantedOperation } {
  return { granted: grantedPlace(options), model: 'res.partner', call, method: options.method };
}

export interface TestFrontOptions {
  readonly databases?: readonly OpenedDatabase[];
  /** Of the consumer `crm`. */
  readonly consumer?: Partial<ConsumerSpec>;
  readonly crmKey?: string;
}

/** A front with the clients `crm`, to whose consumer databases are opened, and `erp`, which has nothing open. */
export function testFront(options: TestFrontOptions = {}): OdooFront {
  const keys = new ApiKeys(Buffer.alloc(32, 1));
  keys.add('crm', grantedPlace({ consumer: options.consumer ?? {} }).consumer, options.crmKey ?? CRM_KEY);
  const other = grantedPlace().consumer;
  keys.add('erp', { ...other, metadata: { name: 'erp' } }, ERP_KEY);
  const databases = options.databases ?? [openedDatabase([servedOperation('list')])];
  return new OdooFront({
    keys,
    sessions: new SessionSeal(Buffer.alloc(32, 2)),
    consumers: new Map([['crm', new Map(databases.map((database) => [database.name, database]))]]),
    isSecure: () => true,
  });
}

/** A message that answers `{result}` or `{fault}`, with its headers, as JSON. */
export function testMessage(request: RpcRequest, protocol: Protocol = 'xmlrpc/2'): OdooMessage {
  const answer = (content: object, headers: readonly string[] = []) => ({
    status: 200,
    contentType: 'application/json',
    headers,
    body: Buffer.from(JSON.stringify(content)),
  });
  const rpc: RpcMessage = {
    protocol,
    request,
    reply: (value, headers) => answer({ result: value }, headers),
    fail: (fault, headers) => answer({ fault }, headers),
  };
  return new OdooMessage(rpc);
}

/** An exchange of a message, with nobody identified yet. */
export function odooExchange(message: OdooMessage, options: ExchangeOptions = {}): TestExchange {
  const exchange = exchangeAt(grantedPlace(), { method: 'POST', path: '/xmlrpc/2/object', ...options });
  return Object.assign(exchange, { caller: undefined, message });
}

export function frontPlan(front: OdooFront): FrontPlan {
  return { ...operationPlan(grantedPlace()), front };
}

/** What the client hears of a refusal. */
export function heard(message: OdooMessage, refusal: Refusal): { readonly result?: unknown; readonly fault?: unknown } {
  return JSON.parse(message.refuse(refusal).body.toString());
}
