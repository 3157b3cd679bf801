import { connect } from 'node:net';
import { recordPlace } from '../audit/record/record-place.ts';
import { buildRouter, pathParameterNames } from './build-router.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Ending, Journal } from './journal.ts';
import type { GrantedOperation, OperationPlan, Snapshot, Step } from './plan.ts';
import { createGateway, DEFAULT_LIMITS, type Gateway, type GatewayDependencies, type ServerLimits } from './server.ts';
import { unroutedOperation, unroutedVersion } from './unrouted.ts';
import type { Send } from './upstream.ts';
import { versionLines } from './version-lines.ts';

/** A journal whose durability the test decides. */
export interface TestJournal extends Journal {
  healthy: boolean;
  readonly entries: { exchange: HttpExchange; ending: Ending; type: string }[];
  readonly waiting: ((error: Error | undefined) => void)[];
  /** When true (the default) records are durable at once. */
  immediate: boolean;
  failing: boolean;
}

export function testJournal(): TestJournal {
  const journal: TestJournal = {
    healthy: true,
    immediate: true,
    failing: false,
    entries: [],
    waiting: [],
    put(exchange, ending, type) {
      if (journal.failing) throw new Error('the log has failed');
      return journal.entries.push({ exchange, ending, type }) - 1;
    },
    whenDurable(_sequence, done) {
      if (journal.immediate) done(undefined);
      else journal.waiting.push(done);
    },
  };
  return journal;
}

export interface TestOperation {
  readonly method: OperationPlan['operation']['method'];
  readonly path: string;
  readonly entry?: readonly Step[];
  readonly limits?: readonly Step[];
  readonly before?: readonly Step[];
  readonly after?: readonly Step[];
  readonly send?: Send;
  readonly audit?: 'strict' | 'relaxed';
}

const JSON_ANSWER: Send = async () => ({
  status: 200,
  mediaType: 'application/json',
  body: Buffer.from('{"ok":true}'),
  headers: [],
});

/** A snapshot of hand-made operations below `/test/v1`, all granted to whoever asks. */
export function testSnapshot(operations: readonly TestOperation[]): Snapshot {
  const base = {
    ...unroutedVersion('production'),
    basePath: '/test/v1',
    label: 'test/1.0 sha256:0',
    headerLines: versionLines('test/1.0 sha256:0'),
  };
  const unrouted: OperationPlan = {
    snapshot: 's',
    version: base,
    operation: unroutedOperation,
    pathParameters: [],
    entry: [],
    granted: new Map(),
    grantees: new Set(),
  };
  const versions = [base];
  const plans = operations.map((test): OperationPlan => {
    const version = { ...base, audit: test.audit ?? 'relaxed' };
    const operation = { ...unroutedOperation, id: `${test.method} ${test.path}`, method: test.method, path: test.path };
    const granted = {
      snapshot: 's',
      version,
      operation,
      limits: test.limits ?? [],
      before: test.before ?? [],
      after: test.after ?? [],
      send: test.send ?? JSON_ANSWER,
      allPassed: '["all"]',
      recordPlace: recordPlace({ method: 'GET', environment: 'production', snapshot: 's1' }),
    } as unknown as GrantedOperation;
    const grant: Step = {
      policy: 'authorize-grant',
      enforce: (exchange) => {
        exchange.granted = granted;
        return undefined;
      },
    };
    return {
      snapshot: 's',
      version,
      operation,
      pathParameters: pathParameterNames(test.path),
      entry: [...(test.entry ?? []), grant],
      granted: new Map([['c', granted]]),
      grantees: new Set(['c']),
    };
  });
  return {
    id: 's',
    environment: 'production',
    catalog: undefined as never,
    router: buildRouter(versions, plans),
    versions,
    operations: plans,
    unrouted,
    front: undefined,
    clients: new Map(),
  };
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly port: number;
  readonly journal: TestJournal;
  readonly faults: { at: string; error: unknown }[];
  readonly ended: Ending[];
  close(): Promise<void>;
}

export async function startTestGateway(
  snapshot: Snapshot,
  limits: Partial<ServerLimits> = {},
  tls?: GatewayDependencies['tls'],
): Promise<TestGateway> {
  const journal = testJournal();
  const faults: { at: string; error: unknown }[] = [];
  const ended: Ending[] = [];
  const gateway = createGateway({
    current: () => snapshot,
    journal,
    limits: { ...DEFAULT_LIMITS, ...limits },
    tls,
    traceContext: () => ({ traceId: '0'.repeat(32), flags: '00' }),
    onFault: (at, error) => faults.push({ at, error }),
    onBegin: () => undefined,
    onEnd: (_exchange, ending) => ended.push(ending),
  });
  const { port } = await gateway.listen(0, '127.0.0.1');
  return {
    gateway,
    url: `http://127.0.0.1:${port}`,
    port,
    journal,
    faults,
    ended,
    close: () => gateway.drain(0),
  };
}

/** Sends raw bytes and returns everything that comes back until the other side closes (or `enough` is seen). */
export function rawExchange(port: number, bytes: string, enough?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      if (enough !== undefined && received.includes(enough)) socket.destroy();
    });
    socket.on('close', () => resolve(received));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(received) : reject(error),
    );
  });
}
