import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { SnapshotSource } from '../reload.ts';
import type { UpstreamState } from '../upstreams/layers.ts';
import { LOAD_KINDS, type LoadCounts } from './load-counts.ts';

/** One of the stores that gateways may share. */
export interface StoreState {
  readonly store: 'limits' | 'idempotency' | 'revocations';
  readonly kind: 'memory' | 'redis';
  /** Whether it can be asked; of revocations, whether none can have been missed. */
  readonly isUp: boolean;
}

/** Requests to an endpoint of the authorization server by how they ended. */
export interface TokenCount {
  readonly endpoint: string;
  readonly result: string;
  readonly count: number;
}

/** What is looked at when metrics are collected. Every name comes from the catalog or from a list of ours. */
export interface StateSources {
  readonly upstreams: () => readonly UpstreamState[];
  readonly stores: () => readonly StoreState[];
  readonly source: () => SnapshotSource;
  readonly loads: LoadCounts;
  readonly tokens: () => readonly TokenCount[];
}

const SOURCES: readonly SnapshotSource[] = ['folder', 'last-good'];
const BREAKERS: readonly UpstreamState['breaker'][] = ['closed', 'open', 'half-open'];

/** How it stands with the parts around the exchanges. */
export function addStateMetrics(registry: Registry, sources: StateSources): void {
  addUpstreams(registry, sources.upstreams);
  addCatalog(registry, sources);
  const registers = [registry];
  new Gauge({
    name: 'portcullis_store_up',
    help: '1 while the store can be asked (revocations: while none can have been missed).',
    labelNames: ['store', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { store, kind, isUp } of sources.stores()) this.set({ store, kind }, isUp ? 1 : 0);
    },
  });
  new Counter({
    name: 'portcullis_token_requests_total',
    help: 'Requests to the token endpoint, introspection and revocation by how they ended.',
    labelNames: ['endpoint', 'result'],
    registers,
    collect() {
      this.reset();
      for (const { endpoint, result, count } of sources.tokens()) this.inc({ endpoint, result }, count);
    },
  });
}

function addUpstreams(registry: Registry, upstreams: StateSources['upstreams']): void {
  const registers = [registry];
  const gauge = (name: string, help: string, numberOf: (state: UpstreamState) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: ['system'],
      registers,
      collect() {
        this.reset();
        for (const state of bySystem(upstreams())) {
          const value = numberOf(state);
          if (value !== undefined) this.set({ system: state.system }, value);
        }
      },
    });
  };
  gauge('portcullis_upstream_active', 'Exchanges under way with a system.', ({ active }) => active);
  gauge('portcullis_upstream_waiting', 'Exchanges that wait for one of them to end.', ({ waiting }) => waiting);
  gauge('portcullis_upstream_limit', 'How many may be under way.', ({ limit }) => limit);
  gauge(
    'portcullis_upstream_calls_active',
    'Single calls under way to a system whose hosting sets a pace.',
    ({ calls }) => calls?.active,
  );
  gauge(
    'portcullis_upstream_calls_waiting',
    'Single calls that wait for their turn there.',
    ({ calls }) => calls?.waiting,
  );
  new Counter({
    name: 'portcullis_upstream_turned_away_total',
    help: 'Refused by a queue since the start: exchanges with a system, or single calls where its hosting sets a pace.',
    labelNames: ['system', 'queue'],
    registers,
    collect() {
      this.reset();
      for (const { system, refused, calls } of bySystem(upstreams())) {
        this.inc({ system, queue: 'exchanges' }, refused);
        if (calls !== undefined) this.inc({ system, queue: 'calls' }, calls.refused);
      }
    },
  });
  new Gauge({
    name: 'portcullis_upstream_breaker',
    help: '1 for the state that the circuit breaker of a system is in.',
    labelNames: ['system', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { system, breaker } of bySystem(upstreams())) {
        for (const state of BREAKERS) this.set({ system, state }, state === breaker ? 1 : 0);
      }
    },
  });
}

/** A system that moved has a state per address; calls to the old one may still be under way. */
function bySystem(states: readonly UpstreamState[]): Iterable<UpstreamState> {
  const systems = new Map<string, UpstreamState>();
  for (const state of states) {
    const { active = 0, waiting = 0, refused = 0 } = systems.get(state.system) ?? {};
    systems.set(state.system, {
      ...state,
      active: state.active + active,
      waiting: state.waiting + waiting,
      refused: state.refused + refused,
    });
  }
  return systems.values();
}

function addCatalog(registry: Registry, { source, loads }: StateSources): void {
  const registers = [registry];
  new Gauge({
    name: 'portcullis_snapshot_source',
    help: '1 for where the snapshot in force comes from: the catalog folder, or the last good copy that stands in for it.',
    labelNames: ['source'],
    registers,
    collect() {
      for (const one of SOURCES) this.set({ source: one }, one === source() ? 1 : 0);
    },
  });
  new Counter({
    name: 'portcullis_catalog_loads_total',
    help: 'Changes of the catalog by what became of them, the load at the start among them.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const outcome of LOAD_KINDS) this.inc({ outcome }, loads.of(outcome).count);
    },
  });
  new Gauge({
    name: 'portcullis_catalog_load_timestamp_seconds',
    help: 'When the last change of the catalog came to this, seconds since the epoch.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const outcome of LOAD_KINDS) {
        const { lastAt } = loads.of(outcome);
        if (lastAt !== undefined) this.set({ outcome }, lastAt / 1000);
      }
    },
  });
}
