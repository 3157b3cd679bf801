import type { PlanSpec, SystemEnvironment } from '../../catalog/documents.ts';
import type { Operation, Parameter } from '../../openapi/contract.ts';
import type { GrantedPlace } from '../compile.ts';
import type { Exchange, TypedRequest } from '../exchange.ts';
import { noFacts } from '../no-facts.ts';
import { unroutedOperation, unroutedVersion } from '../unrouted.ts';

export interface PlaceOptions {
  readonly environment: SystemEnvironment;
  readonly method?: Operation['method'];
  readonly path?: string;
  readonly serverPath?: string;
  readonly parameters?: readonly Parameter[];
  readonly lane?: PlanSpec['lane'];
  readonly staleIfErrorSeconds?: number;
  readonly grant?: string;
  /** False: the operation answers without JSON. */
  readonly selects?: boolean;
  readonly system?: string;
}

/** One operation under one grant, for adapters and layers. */
export function testPlace(options: PlaceOptions): GrantedPlace {
  const base = unroutedVersion('production');
  const stale = options.staleIfErrorSeconds;
  const grant = options.grant ?? 'shop-reads';
  return {
    snapshot: 's',
    version: {
      ...base,
      interface: {
        ...base.interface,
        spec: { ...base.interface.spec, ...(stale === undefined ? {} : { staleIfErrorSeconds: stale }) },
      },
      contract: { ...base.contract, serverPath: options.serverPath ?? '' },
      system: {
        ...base.system,
        metadata: { name: options.system ?? 'orders' },
      },
      environment: options.environment,
    },
    operation: {
      ...unroutedOperation,
      method: options.method ?? 'GET',
      path: options.path ?? '/orders',
      parameters: options.parameters ?? [],
    },
    consumer: {
      apiVersion: 'portcullis/v1',
      kind: 'Consumer',
      metadata: { name: 'shop' },
      spec: { owner: 'sales', environment: 'production', clients: [] },
    },
    grant: {
      apiVersion: 'portcullis/v1',
      kind: 'Grant',
      metadata: { name: grant },
      spec: {
        consumer: 'shop',
        interface: 'orders',
        major: 1,
        plan: 'standard',
        purpose: 'test',
        until: 'never',
        operations: [],
      },
    },
    plan: {
      apiVersion: 'portcullis/v1',
      kind: 'Plan',
      metadata: { name: 'standard' },
      spec: {
        rate: { perSecond: 1, burst: 1 },
        ...(options.lane === undefined ? {} : { lane: options.lane }),
      },
    },
    selection:
      options.selects === false
        ? undefined
        : {
            root: { field: '', leaf: false, keys: new Map(), record: false },
            fields: [],
            masked: new Set(),
          },
    writable: new Set(),
  };
}

export interface TestExchange {
  readonly exchange: Exchange;
  readonly aborter: AbortController;
  end(): void;
}

/** An exchange as it reaches an adapter. */
export function testExchange(typed: Partial<TypedRequest> = {}): TestExchange {
  const aborter = new AbortController();
  const releases: (() => void)[] = [];
  const exchange: Partial<Exchange> = {
    id: 'x',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    traceFlags: '01',
    rawHeaders: ['Authorization', 'Bearer of-the-client', 'Cookie', 'a=b', 'X-Forwarded-For', '1.2.3.4'],
    signal: aborter.signal,
    typed: {
      path: {},
      query: [],
      headers: [],
      body: undefined,
      fields: undefined,
      sort: [],
      filters: [],
      limit: undefined,
      cursor: undefined,
      ...typed,
    },
    recordFilter: {},
    facts: noFacts(),
    onEnd: (release) => releases.push(release),
  };
  return {
    // What adapters and layers do not touch is left out.
    exchange: exchange as Exchange,
    aborter,
    end() {
      for (const release of releases.splice(0)) release();
    },
  };
}
