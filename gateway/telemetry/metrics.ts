import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { Ending } from '../journal.ts';
import {
  type CountedExchange,
  DURATION_BOUNDS,
  type Durations,
  ENDINGS,
  ExchangeCounts,
  type OperationCounts,
} from './exchange-counts.ts';
import { addStateMetrics, type StateSources } from './state-metrics.ts';

/** What is looked at when metrics are collected. */
export interface MetricSources extends StateSources {
  readonly snapshot: () => { readonly id: string; readonly environment: string };
  readonly log: () => {
    readonly healthy: boolean;
    readonly waitingBytes: number;
    readonly lastCommitMs: number;
    readonly lost: number;
    /** Durable entries, and those under the latest checkpoint. */
    readonly entries: number;
    readonly checkpointed: number;
  };
}

/** The gateway's metrics in the Prometheus text format. */
export interface Metrics {
  /** An exchange has begun. */
  begin(): void;
  /** An exchange is over. */
  end(exchange: CountedExchange, ending: Pick<Ending, 'code' | 'bytes'>): void;
  readonly contentType: string;
  text(): Promise<string>;
}

const PLACE = ['interface', 'version', 'operation'] as const;
type Place = (typeof PLACE)[number];

/** Creates the metrics of one gateway; counting costs a look-up and a few additions, all else is done when they are read. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counts = new ExchangeCounts();
  let underWay = 0;

  collectDefaultMetrics({ register: registry });
  addExchangeCounters(registry, counts);
  new CountedHistogram(
    registry,
    'portcullis_request_duration_seconds',
    'From the arrival of a request to the end of its answer.',
    () => histogramRows(counts, (operation) => operation.duration),
  );
  new CountedHistogram(
    registry,
    'portcullis_upstream_duration_seconds',
    'What of that was waiting for the upstream system.',
    () => histogramRows(counts, (operation) => operation.upstream),
  );
  new Gauge({
    name: 'portcullis_requests_in_flight',
    help: 'Exchanges under way.',
    registers,
    collect() {
      this.set(underWay);
    },
  });
  addLogMetrics(registry, sources.log);
  addStateMetrics(registry, sources);
  new Gauge({
    name: 'portcullis_snapshot_info',
    help: 'The snapshot in force, as a label; always 1.',
    labelNames: ['snapshot', 'environment'],
    registers,
    collect() {
      const { id, environment } = sources.snapshot();
      this.reset();
      this.set({ snapshot: id, environment }, 1);
    },
  });

  return {
    begin() {
      underWay++;
    },
    end(exchange, ending) {
      underWay--;
      counts.add(exchange, ending.code, ending.bytes, Date.now());
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function addExchangeCounters(registry: Registry, counts: ExchangeCounts): void {
  const registers = [registry];
  new Counter({
    name: 'portcullis_requests_total',
    help: 'Exchanges by how they ended: ok or the code of the problem. Consumer "-": nobody was identified.',
    labelNames: [...PLACE, 'consumer', 'code'],
    registers,
    collect() {
      this.reset();
      for (const { of, consumer, codes } of counts.consumers.values()) {
        codes.forEach((count, index) => {
          if (count > 0) this.inc({ ...placeOf(of), consumer, code: ENDINGS[index] ?? '' }, count);
        });
      }
    },
  });
  new Counter({
    name: 'portcullis_response_bytes_total',
    help: 'Bytes of answer bodies.',
    labelNames: [...PLACE, 'consumer'],
    registers,
    collect() {
      this.reset();
      for (const { of, consumer, bytes } of counts.consumers.values()) this.inc({ ...placeOf(of), consumer }, bytes);
    },
  });
  new Counter({
    name: 'portcullis_upstream_answers_total',
    help: 'Answers of upstream systems by class of status; "none": there was no answer.',
    labelNames: [...PLACE, 'class'],
    registers,
    collect() {
      this.reset();
      for (const operation of counts.operations.values()) {
        operation.upstreamClasses.forEach((count, hundreds) => {
          const name = hundreds === 0 ? 'none' : `${hundreds}xx`;
          if (count > 0) this.inc({ ...placeOf(operation), class: name }, count);
        });
      }
    },
  });
}

function addLogMetrics(registry: Registry, log: MetricSources['log']): void {
  const registers = [registry];
  new Gauge({
    name: 'portcullis_audit_log_healthy',
    help: '1 while records can be made durable, 0 while strict exchanges are refused.',
    registers,
    collect() {
      this.set(log().healthy ? 1 : 0);
    },
  });
  new Gauge({
    name: 'portcullis_audit_log_waiting_bytes',
    help: 'Bytes of records that wait for the disk.',
    registers,
    collect() {
      this.set(log().waitingBytes);
    },
  });
  new Gauge({
    name: 'portcullis_audit_log_commit_seconds',
    help: 'How long the last write and sync took.',
    registers,
    collect() {
      this.set(log().lastCommitMs / 1000);
    },
  });
  new Gauge({
    name: 'portcullis_audit_log_unsigned_entries',
    help: 'Durable records that no checkpoint covers yet.',
    registers,
    collect() {
      this.set(log().entries - log().checkpointed);
    },
  });
  new Counter({
    name: 'portcullis_audit_log_lost_total',
    help: 'Records that could not be kept since the start.',
    registers,
    collect() {
      this.reset();
      this.inc(log().lost);
    },
  });
}

interface HistogramRow {
  readonly labels: Partial<Record<Place | 'le', string>>;
  readonly value: number;
  readonly suffix: 'bucket' | 'sum' | 'count';
}

/** A histogram that is read from numbers counted elsewhere: the library's own look-up per observation costs too much. */
class CountedHistogram extends Histogram<Place> {
  readonly #name: string;
  readonly #help: string;
  readonly #rows: () => HistogramRow[];

  constructor(registry: Registry, name: string, help: string, rows: () => HistogramRow[]) {
    super({ name, help, labelNames: PLACE, registers: [] });
    this.#name = name;
    this.#help = help;
    this.#rows = rows;
    registry.registerMetric(this);
  }

  override async get() {
    return {
      name: this.#name,
      help: this.#help,
      type: 'histogram' as const,
      aggregator: 'sum' as const,
      collect: () => undefined,
      values: this.#rows().map(({ labels, value, suffix }) => ({
        labels,
        value,
        metricName: `${this.#name}_${suffix}`,
      })),
    };
  }

  /** What the registry asks first. */
  getForPromString() {
    return this.get();
  }
}

function histogramRows(counts: ExchangeCounts, which: (operation: OperationCounts) => Durations): HistogramRow[] {
  const rows: HistogramRow[] = [];
  for (const operation of counts.operations.values()) {
    const { buckets, sum } = which(operation);
    const labels = placeOf(operation);
    let count = 0;
    buckets.forEach((inBucket, index) => {
      count += inBucket;
      const bound = DURATION_BOUNDS[index];
      rows.push({
        labels: { ...labels, le: bound === undefined ? '+Inf' : String(bound) },
        value: count,
        suffix: 'bucket',
      });
    });
    rows.push({ labels, value: sum, suffix: 'sum' }, { labels, value: count, suffix: 'count' });
  }
  return rows;
}

function placeOf(operation: OperationCounts): Record<Place, string> {
  return { interface: operation.interface, version: operation.version, operation: operation.operation };
}
