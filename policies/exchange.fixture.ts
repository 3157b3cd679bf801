import { recordPlace } from '../audit/record/record-place.ts';
import type { ConsumerSpec, GrantSpec, Mask, PlanSpec, SystemSpec, VersionSpec } from '../catalog/documents.ts';
import type { Caller, Exchange, FinalAnswer } from '../gateway/exchange.ts';
import { noFacts } from '../gateway/no-facts.ts';
import type { GrantedOperation, OperationPlan, VersionPlan } from '../gateway/plan.ts';
import type { OperationPolicy, Policy, Verdict } from '../gateway/policy.ts';
import { unroutedVersion } from '../gateway/unrouted.ts';
import type { Contract } from '../openapi/contract.ts';
import type { Selection, SelectionNode } from '../openapi/selection.ts';
import { customers } from './customers.fixture.ts';

export const GRANTED_FIELDS = [
  'id',
  'name',
  'email',
  'stock',
  'active',
  'address.city',
  'labels.*',
  'lines.sku',
  'lines.quantity',
];

export interface PlaceOptions {
  readonly operation?: string;
  readonly contract?: Contract;
  /** Contract paths of Customer that may be read. */
  readonly read?: readonly string[];
  readonly masks?: Readonly<Record<string, Mask>>;
  readonly writable?: readonly string[];
  readonly grant?: Partial<GrantSpec>;
  readonly grantName?: string;
  readonly plan?: Partial<PlanSpec>;
  readonly consumer?: Partial<ConsumerSpec>;
  readonly version?: Partial<VersionSpec>;
  readonly systemType?: SystemSpec['type'];
}

/** One operation under one grant, made by hand: consumer `crm`, interface `customer-master` 1.2. */
export function grantedPlace(options: PlaceOptions = {}): GrantedOperation {
  const contract = options.contract ?? customers;
  const operation = contract.operations.get(options.operation ?? 'listCustomers');
  if (operation === undefined) throw new Error(`no operation ${options.operation}`);
  const read = options.read ?? GRANTED_FIELDS;
  return {
    snapshot: 's1',
    version: versionPlan(contract, options),
    operation,
    consumer: {
      apiVersion: 'portcullis/v1',
      kind: 'Consumer',
      metadata: { name: 'crm' },
      spec: { owner: 'sales', environment: 'production', clients: [{ id: 'crm' }], ...options.consumer },
    },
    grant: {
      apiVersion: 'portcullis/v1',
      kind: 'Grant',
      metadata: { name: options.grantName ?? 'crm-customers' },
      spec: {
        consumer: 'crm',
        interface: 'customer-master',
        major: 1,
        plan: 'standard',
        purpose: 'order handling',
        until: 'never',
        operations: [operation.id],
        ...options.grant,
      },
    },
    plan: {
      apiVersion: 'portcullis/v1',
      kind: 'Plan',
      metadata: { name: 'standard' },
      spec: { rate: { perSecond: 10, burst: 50 }, ...options.plan },
    },
    selection: selectCustomer(operation.id === 'listCustomers', read, options.masks ?? {}, contract),
    writable: new Set(options.writable ?? []),
    limits: [],
    before: [],
    after: [],
    send: async () => ({ status: 200, mediaType: 'application/json', body: Buffer.from('{}'), headers: [] }),
    allPassed: '[]',
    recordPlace: recordPlace({ method: 'GET', environment: 'production', snapshot: 's1' }),
  };
}

function versionPlan(contract: Contract, options: PlaceOptions): VersionPlan {
  const base = unroutedVersion('production');
  return {
    ...base,
    interface: { ...base.interface, metadata: { name: 'customer-master' } },
    version: { version: '1.2', document: 'customers.yaml', lifecycle: 'production', ...options.version },
    major: 1,
    contract,
    system: { ...base.system, spec: { ...base.system.spec, type: options.systemType ?? 'odoo' } },
    basePath: '/customer-master/v1',
  };
}

interface OpenNode extends SelectionNode {
  readonly keys: Map<string, OpenNode>;
  entries?: OpenNode;
}

function selectCustomer(
  isList: boolean,
  paths: readonly string[],
  masks: Readonly<Record<string, Mask>>,
  contract: Contract,
): Selection {
  const record = openNode('', false, true);
  for (const path of paths) {
    let node = record;
    const names = path.split('.');
    names.forEach((name, index) => {
      const before = names.slice(0, index + 1).join('.');
      const isLast = index === names.length - 1;
      const next =
        (name === '*' ? node.entries : node.keys.get(name)) ??
        openNode(`Customer.${before}`, isLast, false, masks[before]);
      if (name === '*') node.entries = next;
      else node.keys.set(name, next);
      node = next;
    });
  }
  const fields = paths.map((path) => `Customer.${path}`).filter((id) => contract.fieldIds.has(id));
  const masked = new Set(Object.keys(masks).map((path) => `Customer.${path}`));
  if (!isList) return { root: record, fields, masked };
  const root = openNode('', false, false);
  root.keys.set('items', record);
  root.keys.set('next', openNode('next', true, false));
  return { root, fields, masked };
}

function openNode(field: string, leaf: boolean, record: boolean, mask?: Mask): OpenNode {
  return {
    field,
    leaf,
    record,
    ...(field === 'Customer.id'
      ? { identifies: { schema: 'Customer', model: 'res.partner', role: 'self' } as const }
      : {}),
    keys: new Map(),
    ...(mask === undefined ? {} : { mask }),
  };
}

export interface ExchangeOptions {
  readonly method?: string;
  readonly path?: string;
  readonly pathValues?: readonly string[];
  readonly query?: string;
  readonly headers?: readonly string[];
  /** JSON is written out; text is taken as it is. */
  readonly body?: unknown;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly subject?: string;
  readonly remoteAddress?: string;
  readonly receivedAt?: number;
  readonly environment?: string;
}

/** An exchange whose ends the test holds. */
export interface TestExchange extends Exchange {
  /** Says the final answer to whoever listens. */
  announce(outcome: Partial<FinalAnswer> & { readonly status: number }): void;
  end(): void;
}

/** An exchange under way at a place; its caller is the place's consumer. */
export function exchangeAt(place: GrantedOperation, options: ExchangeOptions = {}): TestExchange {
  const listeners: ((outcome: FinalAnswer) => void)[] = [];
  const releases: (() => void)[] = [];
  const text = typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
  const json = options.body === undefined ? [] : ['Content-Type', 'application/json'];
  const rawHeaders = options.headers === undefined ? json : [...options.headers];
  const plan = operationPlan(place);
  const caller: Caller = {
    consumer: place.consumer,
    clientId: 'crm',
    issuer: '',
    subject: options.subject ?? 'crm',
    tokenId: 't1',
    claims: Object.assign(Object.create(null), options.claims),
  };
  return {
    id: 'e1',
    receivedAt: options.receivedAt ?? Date.UTC(2026, 0, 15, 12),
    snapshot: {
      id: 's1',
      environment: options.environment ?? 'production',
      catalog: undefined as never,
      router: { match: () => ({ miss: 'path' }) },
      versions: [],
      operations: [],
      unrouted: plan,
      front: undefined,
      clients: new Map(),
    },
    plan,
    method: options.method ?? place.operation.method,
    path: options.path ?? '/customer-master/v1/customers',
    query: options.query ?? '',
    pathValues: options.pathValues ?? [],
    rawHeaders,
    header: (name) => {
      const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
      return values.length === 0 ? undefined : values.join(', ');
    },
    body: text === undefined ? Buffer.alloc(0) : Buffer.from(text),
    remoteAddress: options.remoteAddress ?? '127.0.0.1',
    certificateThumbprint: undefined,
    traceId: '0'.repeat(32),
    traceFlags: '00',
    signal: new AbortController().signal,
    message: undefined,
    caller,
    granted: undefined,
    typed: undefined,
    recordFilter: Object.create(null),
    answer: undefined,
    responseHeaders: [],
    facts: noFacts(),
    onEnd: (release) => releases.push(release),
    onAnswer: (listener) => listeners.push(listener),
    announce: (outcome) => {
      for (const listener of listeners.splice(0)) listener({ body: undefined, code: undefined, ...outcome });
    },
    end: () => {
      for (const release of releases.splice(0)) release();
    },
  };
}

/** The plan of the place's operation, with the place as its only grant. */
export function operationPlan(place: GrantedOperation, grants: readonly GrantedOperation[] = [place]): OperationPlan {
  return {
    snapshot: 's1',
    version: place.version,
    operation: place.operation,
    pathParameters: [...place.operation.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? ''),
    entry: [],
    granted: new Map(grants.map((granted) => [granted.consumer.metadata.name, granted])),
    grantees: new Set(grants.map((granted) => granted.consumer.metadata.name)),
  };
}

/** Prepares policies at a place and runs them in order until one says something. */
export async function runPolicies(
  policies: readonly Policy[],
  place: GrantedOperation,
  exchange: TestExchange,
): Promise<Verdict> {
  for (const policy of policies) {
    const enforce = isEntry(policy) ? policy.prepare(exchange.plan) : policy.prepare(place);
    const verdict = await enforce?.(exchange);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function isEntry(policy: Policy): policy is OperationPolicy {
  return policy.stage === 'admit' || policy.stage === 'identify' || policy.stage === 'authorize';
}

/** Code of a refusal, `answer`, or `pass`. */
export function codeOf(verdict: Verdict): string {
  if (verdict === undefined) return 'pass';
  return verdict.kind === 'answer' ? 'answer' : verdict.code;
}
