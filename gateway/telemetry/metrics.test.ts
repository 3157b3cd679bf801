import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Caller } from '../exchange.ts';
import type { GrantedOperation, OperationPlan } from '../plan.ts';
import { unroutedOperation, unroutedVersion } from '../unrouted.ts';
import { type CountedExchange, ExchangeCounts } from './exchange-counts.ts';
import { LoadCounts } from './load-counts.ts';
import { createMetrics, type MetricSources } from './metrics.ts';

function plan(name: string, operation = 'getCustomer'): OperationPlan {
  const version = unroutedVersion('test');
  return {
    snapshot: 's1',
    version: { ...version, interface: { ...version.interface, metadata: { name } } },
    operation: { ...unroutedOperation, id: operation },
    pathParameters: [],
    entry: [],
    granted: new Map(),
    grantees: new Set(),
  };
}

function consumer(name: string): Caller['consumer'] {
  return {
    apiVersion: 'portcullis/v1',
    kind: 'Consumer',
    metadata: { name },
    spec: { owner: 'o', description: 'd', clients: [] },
  } as unknown as Caller['consumer'];
}

function granted(of: OperationPlan, name: string): GrantedOperation {
  return { ...of, consumer: consumer(name) } as unknown as GrantedOperation;
}

function exchange(of: OperationPlan, more: Partial<CountedExchange> = {}): CountedExchange {
  return {
    plan: of,
    granted: undefined,
    caller: undefined,
    receivedAt: Date.now(),
    facts: { upstreamMs: 0, upstreamStatus: 0 },
    ...more,
  };
}

const log = { healthy: true, waitingBytes: 12, lastCommitMs: 250, lost: 3, entries: 100, checkpointed: 93 };
const loads = new LoadCounts();
const calls = { active: 1, waiting: 6, refused: 9 } as const;
const counts = { active: 2, waiting: 1, limit: 8, refused: 5 };
const upstream = { system: 'erp', ...counts, breaker: 'open', calls, isCrowded: false } as const;
const sources: MetricSources = {
  snapshot: () => ({ id: 'sha256:1', environment: 'test' }),
  log: () => log,
  upstreams: () => [
    { ...upstream, active: 1, waiting: 0, limit: 4, breaker: 'closed' },
    upstream,
    { ...upstream, system: 'carrier', breaker: 'half-open', calls: undefined },
  ],
  stores: () => [
    { store: 'limits', kind: 'redis', isUp: false },
    { store: 'revocations', kind: 'redis', isUp: true },
  ],
  source: () => 'last-good',
  loads,
  tokens: () => [{ endpoint: 'token', result: 'ok', count: 3 }],
};

function sampleOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('metrics', () => {
  test('count exchanges by place, consumer and end', async () => {
    const metrics = createMetrics(sources);
    const customers = plan('customer-master');
    const webshop = granted(customers, 'webshop');
    for (let n = 0; n < 3; n++) {
      metrics.begin();
      const facts = { upstreamMs: 4, upstreamStatus: 200 };
      metrics.end(exchange(customers, { granted: webshop, facts }), { code: undefined, bytes: 100 });
    }
    metrics.begin();
    metrics.end(exchange(customers), { code: 'token-missing', bytes: 10 });
    const caller = { consumer: consumer('partner') } as Caller;
    metrics.begin();
    metrics.end(exchange(customers, { caller }), { code: 'grant-missing', bytes: 10 });
    metrics.begin();

    const text = await metrics.text();
    const place = 'interface="customer-master",version="0.0",operation="getCustomer"';
    assert.equal(sampleOf(text, `portcullis_requests_total{${place},consumer="webshop",code="ok"}`), 3);
    assert.equal(sampleOf(text, `portcullis_requests_total{${place},consumer="-",code="token-missing"}`), 1);
    assert.equal(sampleOf(text, `portcullis_requests_total{${place},consumer="partner",code="grant-missing"}`), 1);
    assert.equal(sampleOf(text, `portcullis_response_bytes_total{${place},consumer="webshop"}`), 300);
    assert.equal(sampleOf(text, `portcullis_upstream_answers_total{${place},class="2xx"}`), 3);
    assert.equal(sampleOf(text, 'portcullis_requests_in_flight'), 1);
    assert.equal(sampleOf(text, `portcullis_request_duration_seconds_count{${place}}`), 5);
    assert.equal(sampleOf(text, `portcullis_request_duration_seconds_bucket{${place},le="+Inf"}`), 5);
    assert.equal(sampleOf(text, `portcullis_upstream_duration_seconds_bucket{${place},le="0.0025"}`), 0);
    assert.equal(sampleOf(text, `portcullis_upstream_duration_seconds_bucket{${place},le="0.005"}`), 3);
    assert.equal(sampleOf(text, `portcullis_upstream_duration_seconds_count{${place}}`), 3);
    assert.match(text, /^# TYPE portcullis_request_duration_seconds histogram$/m);
    assert.match(text, /^process_cpu_seconds_total /m);
  });

  test('go on counting when a new snapshot brings new plan objects', async () => {
    const metrics = createMetrics(sources);
    for (let snapshot = 0; snapshot < 3; snapshot++) {
      const customers = plan('customer-master');
      metrics.begin();
      metrics.end(exchange(customers, { granted: granted(customers, 'webshop') }), { code: undefined, bytes: 1 });
    }
    const place = 'interface="customer-master",version="0.0",operation="getCustomer"';
    const text = await metrics.text();
    assert.equal(sampleOf(text, `portcullis_requests_total{${place},consumer="webshop",code="ok"}`), 3);
    assert.equal(await metrics.text().then((again) => sampleOf(again, `portcullis_requests_in_flight`)), 0);
  });

  test('tell the state of the log and the snapshot', async () => {
    const text = await createMetrics(sources).text();
    assert.equal(sampleOf(text, 'portcullis_audit_log_healthy'), 1);
    assert.equal(sampleOf(text, 'portcullis_audit_log_waiting_bytes'), 12);
    assert.equal(sampleOf(text, 'portcullis_audit_log_commit_seconds'), 0.25);
    assert.equal(sampleOf(text, 'portcullis_audit_log_unsigned_entries'), 7);
    assert.equal(sampleOf(text, 'portcullis_audit_log_lost_total'), 3);
    assert.equal(sampleOf(text, 'portcullis_snapshot_info{snapshot="sha256:1",environment="test"}'), 1);
  });

  test('tell the state of upstreams, stores, the catalog and the token endpoint', async () => {
    const refused = { kind: 'refused', faults: [] } as const;
    loads.add(refused, 1_000_000);
    loads.add({ kind: 'unchanged' }, 2_000_000);
    loads.add(refused, 3_000_500);
    const text = await createMetrics(sources).text();
    // A system that moved is one series: what is under way to both addresses, and the limits of the new one.
    assert.equal(sampleOf(text, 'portcullis_upstream_active{system="erp"}'), 3);
    assert.equal(sampleOf(text, 'portcullis_upstream_waiting{system="erp"}'), 1);
    assert.equal(sampleOf(text, 'portcullis_upstream_limit{system="erp"}'), 8);
    assert.equal(sampleOf(text, 'portcullis_upstream_turned_away_total{system="erp",queue="exchanges"}'), 10);
    assert.equal(sampleOf(text, 'portcullis_upstream_turned_away_total{system="erp",queue="calls"}'), 9);
    assert.equal(sampleOf(text, 'portcullis_upstream_turned_away_total{system="carrier",queue="calls"}'), undefined);
    assert.equal(sampleOf(text, 'portcullis_upstream_calls_active{system="erp"}'), 1);
    assert.equal(sampleOf(text, 'portcullis_upstream_calls_waiting{system="erp"}'), 6);
    assert.equal(sampleOf(text, 'portcullis_upstream_calls_waiting{system="carrier"}'), undefined);
    assert.equal(sampleOf(text, 'portcullis_upstream_breaker{system="erp",state="open"}'), 1);
    assert.equal(sampleOf(text, 'portcullis_upstream_breaker{system="erp",state="closed"}'), 0);
    assert.equal(sampleOf(text, 'portcullis_upstream_breaker{system="carrier",state="half-open"}'), 1);
    assert.equal(sampleOf(text, 'portcullis_store_up{store="limits",kind="redis"}'), 0);
    assert.equal(sampleOf(text, 'portcullis_store_up{store="revocations",kind="redis"}'), 1);
    assert.equal(sampleOf(text, 'portcullis_snapshot_source{source="last-good"}'), 1);
    assert.equal(sampleOf(text, 'portcullis_snapshot_source{source="folder"}'), 0);
    assert.equal(sampleOf(text, 'portcullis_catalog_loads_total{outcome="refused"}'), 2);
    assert.equal(sampleOf(text, 'portcullis_catalog_loads_total{outcome="in-force"}'), 0);
    assert.equal(sampleOf(text, 'portcullis_catalog_load_timestamp_seconds{outcome="refused"}'), 3000.5);
    assert.equal(sampleOf(text, 'portcullis_catalog_load_timestamp_seconds{outcome="in-force"}'), undefined);
    assert.equal(sampleOf(text, 'portcullis_token_requests_total{endpoint="token",result="ok"}'), 3);
  });

  test('stay within their memory when the catalog has had more places than they can count', () => {
    const counts = new ExchangeCounts(10);
    for (let n = 0; n < 50; n++) counts.add(exchange(plan(`interface-${n}`)), undefined, 1, Date.now());
    assert.equal(counts.consumers.size, 11);
    const sum = [...counts.consumers.values()].reduce((total, { codes }) => total + (codes[0] ?? 0), 0);
    assert.equal(sum, 50);
    assert.equal(counts.operations.size, 11);
  });
});
