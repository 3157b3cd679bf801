import { readFileSync } from 'node:fs';
import type { Catalog } from '../catalog/catalog.ts';
import type { FilterTerm, OdooHosting, SystemEnvironment } from '../catalog/documents.ts';
import { parseSource } from '../catalog/parse-source.ts';
import { DEMO_LOGIN, demoData, demoUsers } from '../examples/stand-in-odoo/demo-data/demo-data.ts';
import { type StandIn, type StandInOptions, startStandInOdoo } from '../examples/stand-in-odoo/start.ts';
import type { BoundTerm, Exchange, TypedRequest } from '../gateway/exchange.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { keyRing } from '../gateway/secrets.ts';
import { unroutedVersion } from '../gateway/unrouted.ts';
import type { Send, Upstream, UpstreamAnswer } from '../gateway/upstream.ts';
import { testExchange, testPlace } from '../gateway/upstreams/exchange.fixture.ts';
import { createHttpClient } from '../gateway/upstreams/http-client.ts';
import type { Upstreams } from '../gateway/upstreams/layers.ts';
import { createTransport } from '../gateway/upstreams/transport.ts';
import type { Contract, Operation } from '../openapi/contract.ts';
import { parseContract } from '../openapi/parse-contract.ts';
import { resolveSelection, resolveWritable } from '../openapi/resolve-grant.ts';
import { clientPool } from './client-pool.ts';
import { odooUpstream } from './odoo-upstream.ts';

const KEY = 'key-of-the-bot';
export type Version = StandInOptions['version'];
export const VERSIONS: readonly Version[] = [16, 17, 18, 19];

function readTrade(): Contract {
  const file = new URL('./trade.fixture.yaml', import.meta.url);
  const { content, source } = parseSource('trade.fixture.yaml', readFileSync(file, 'utf8'));
  const { contract, faults } = parseContract(content, source);
  const errors = faults.filter(({ severity }) => severity === 'error');
  if (contract === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return contract;
}

export const TRADE = readTrade();

export interface CallOptions extends Partial<TypedRequest> {
  readonly id?: number | string;
  readonly filter?: Readonly<Record<string, readonly BoundTerm[]>>;
  readonly signal?: AbortSignal;
  readonly deadline?: number;
  /** Another consumer under the same grant. */
  readonly consumer?: string;
}

export interface GrantRules {
  readonly read?: Readonly<Record<string, readonly string[]>>;
  readonly write?: Readonly<Record<string, readonly string[]>>;
  readonly filter?: Readonly<Record<string, readonly FilterTerm[]>>;
  /** The operation as another document would have it. */
  readonly change?: (operation: Operation) => Operation;
}

/** A stand-in Odoo and the adapter in front of it. */
export interface Bench {
  readonly odoo: StandIn;
  readonly upstream: Upstream;
  call(operation: string, rules: GrantRules, options?: CallOptions): Promise<BenchAnswer>;
  close(): Promise<void>;
}

export interface BenchAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
  readonly json: unknown;
  readonly refusal: Refusal | undefined;
  readonly headers: readonly string[];
  /** Records that the body tells of. */
  readonly subjects: readonly string[];
  readonly exchange: Exchange;
}

/** What keeps the pace of the stand-in, and the address under which it is called. */
export interface Pacing {
  readonly hosting: OdooHosting;
  readonly upstreams: Upstreams;
  readonly urlOf: (standIn: string) => Promise<string>;
}

/** Odoo of a version behind the protocol it is spoken to with: JSON-2 from 19 on, JSON-RPC before. */
export async function startBench(
  version: Version,
  options: Partial<StandInOptions> = {},
  pacing?: Pacing,
): Promise<Bench> {
  const odoo = await startStandInOdoo({ version, data: demoData(version), users: demoUsers(KEY), ...options });
  const client = createHttpClient();
  const environment: SystemEnvironment = {
    url: (await pacing?.urlOf(odoo.url)) ?? odoo.url,
    odoo: {
      version,
      protocol: version >= 19 ? 'json2' : 'jsonrpc',
      database: odoo.database,
      login: DEMO_LOGIN,
      ...(pacing === undefined ? {} : { hosting: pacing.hosting }),
    },
    credential: { type: 'bearer', secret: { env: 'ODOO_KEY' } },
  };
  const upstream = odooUpstream({
    clients: clientPool({
      transport: createTransport(client),
      readSecret: () => KEY,
      openTls: () => undefined,
      ...(pacing === undefined ? {} : { paceOf: pacing.upstreams.paceOf }),
    }),
    keys: keyRing('master secret of the test'),
  });
  const sends = new Map<string, Send>();

  function prepare(operationId: string, rules: GrantRules, consumer: string): Send {
    const key = JSON.stringify([operationId, rules, consumer]);
    const known = rules.change === undefined ? sends.get(key) : undefined;
    if (known !== undefined) return known;
    const found = TRADE.operations.get(operationId);
    if (found === undefined) throw new Error(`no operation ${operationId}`);
    const operation = rules.change === undefined ? found : rules.change(found);
    const base = testPlace({ environment });
    const place = {
      ...base,
      operation,
      version: {
        ...unroutedVersion('production'),
        contract: TRADE,
        basePath: '/trade/v1',
        environment,
      },
      consumer: { ...base.consumer, metadata: { name: consumer } },
      grant: {
        ...base.grant,
        spec: {
          ...base.grant.spec,
          operations: ['getCustomer', operationId],
          ...(rules.filter === undefined ? {} : { filter: rules.filter }),
        },
      },
      selection: resolveSelection(TRADE, operation, rules.read ?? {}, {}),
      writable: resolveWritable(TRADE, operation, rules.write ?? {}),
    };
    const prepared = upstream.prepare(place, catalogOf(version));
    const send = pacing === undefined ? prepared : pacing.upstreams.wrap(place, prepared);
    sends.set(key, send);
    return send;
  }

  return {
    odoo,
    upstream,
    async call(operation, rules, options = {}) {
      const { id, filter, signal, deadline, consumer, ...typed } = options;
      const path = id === undefined ? {} : { id: String(id) };
      const { exchange } = testExchange({ path, ...typed });
      exchange.recordFilter = filter ?? {};
      const running = signal === undefined ? exchange : Object.assign(exchange, { signal });
      return shown(await prepare(operation, rules, consumer ?? 'crm')(running, deadline), exchange);
    },
    async close() {
      await upstream.close();
      client.close();
      await odoo.close();
    },
  };
}

/** Says of some relations where they lead; of the others the adapter asks Odoo. */
function catalogOf(version: Version): Catalog {
  const models = {
    'res.partner': { fields: { country_id: { type: 'many2one', relation: 'res.country' } } },
    'sale.order.line': { fields: { product_id: { type: 'many2one', relation: 'product.product' } } },
  };
  const document = { spec: { systems: ['unrouted'], version, models } };
  return { odooModels: new Map([['unrouted', { document }]]) } as unknown as Catalog;
}

function shown(answer: UpstreamAnswer | Refusal, exchange: Exchange): BenchAnswer {
  if ('kind' in answer) {
    return {
      status: 0,
      code: answer.code,
      body: '',
      json: undefined,
      refusal: answer,
      headers: [],
      subjects: [],
      exchange,
    };
  }
  if (!Buffer.isBuffer(answer.body)) throw new Error(refuse('internal-error').code);
  const body = answer.body.toString('utf8');
  const json: unknown = body === '' ? undefined : JSON.parse(body);
  const { status, headers, subjects = [] } = answer;
  return { status, code: undefined, body, json, refusal: undefined, headers, subjects, exchange };
}

/** The records of a list answer, enveloped or not. */
export function recordsOf({ json }: BenchAnswer): readonly Record<string, unknown>[] {
  const found = Array.isArray(json) ? json : (json as { items?: unknown } | undefined)?.items;
  if (!Array.isArray(found)) throw new Error(`no list: ${JSON.stringify(json)}`);
  return found;
}

/** The cursor of an enveloped list answer. */
export function nextOf({ json }: BenchAnswer): string | null {
  return (json as { next: string | null }).next;
}
