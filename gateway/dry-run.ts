import { randomUUID } from 'node:crypto';
import type { ConsumerDocument } from '../catalog/documents.ts';
import { isCanonicalPath } from './canonical-path.ts';
import { HttpExchange } from './http-exchange.ts';
import type { GrantedOperation, OperationPlan, Snapshot, Step } from './plan.ts';
import { type Refusal, refuse } from './problems.ts';

/** A request as somebody asks about it: never sent, never recorded, no limit is used up. */
export interface HypotheticalRequest {
  readonly consumer: ConsumerDocument;
  readonly method: string;
  /** Path with optional query. */
  readonly target: string;
  readonly body: Buffer | undefined;
  /** Address that the call would come from; undefined: networks are not asked about. */
  readonly from: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface DryStep {
  readonly policy: string;
  /** Undefined: passed. */
  readonly refusal: Refusal | undefined;
}

export interface DryRun {
  readonly plan: OperationPlan | undefined;
  readonly granted: GrantedOperation | undefined;
  readonly steps: readonly DryStep[];
  readonly exchange: HttpExchange | undefined;
}

/** Runs the real policies but for identification, limits and idempotency, up to where the upstream would be called. */
export async function dryRun(snapshot: Snapshot, request: HypotheticalRequest): Promise<DryRun> {
  const mark = request.target.indexOf('?');
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  if (!isCanonicalPath(path)) return stopped('admit', refuse('path-not-canonical'));
  const matched = snapshot.router.match(request.method, path);
  if ('miss' in matched) {
    const code = { path: 'not-found', method: 'method-not-allowed', retired: 'version-retired' } as const;
    return stopped('route', refuse(code[matched.miss]));
  }
  const exchange = hypothetical(
    snapshot,
    request,
    matched.plan,
    path,
    mark < 0 ? '' : request.target.slice(mark + 1),
    matched.pathValues,
  );
  const steps: DryStep[] = [];
  const isAsked = (step: Step): boolean =>
    isAskable(step) && (request.from !== undefined || step.policy !== 'restrict-network');
  const passed = await runAll(matched.plan.entry.filter(isAsked), exchange, steps);
  const granted = exchange.granted;
  if (passed && granted !== undefined) await runAll(granted.before.filter(isAskable), exchange, steps);
  exchange.end();
  return { plan: matched.plan, granted, steps, exchange };
}

/** Identification needs a real token; idempotency would keep state. */
function isAskable(step: Step): boolean {
  return step.policy !== 'identify-jwt' && step.policy !== 'require-idempotency-key';
}

async function runAll(steps: readonly Step[], exchange: HttpExchange, into: DryStep[]): Promise<boolean> {
  for (const step of steps) {
    const verdict = await step.enforce(exchange);
    const refusal = verdict?.kind === 'refuse' ? verdict : undefined;
    into.push({ policy: step.policy, refusal });
    if (refusal !== undefined) return false;
  }
  return true;
}

function stopped(policy: string, refusal: Refusal): DryRun {
  return { plan: undefined, granted: undefined, steps: [{ policy, refusal }], exchange: undefined };
}

function hypothetical(
  snapshot: Snapshot,
  request: HypotheticalRequest,
  plan: OperationPlan,
  path: string,
  query: string,
  pathValues: readonly string[],
): HttpExchange {
  const incoming = {
    method: request.method,
    headers: { raw: request.body === undefined ? [] : ['content-type', 'application/json'] },
    peer: { remoteAddress: request.from ?? '', certificateThumbprint: undefined },
  };
  const exchange = new HttpExchange(incoming, {
    id: randomUUID(),
    receivedAt: Date.now(),
    snapshot,
    plan,
    path,
    query,
    pathValues,
    traceId: '0'.repeat(32),
    traceFlags: '00',
  });
  const client = request.consumer.spec.clients[0];
  exchange.caller = {
    consumer: request.consumer,
    clientId: client?.id ?? '',
    issuer: client?.issuer ?? '',
    subject: client?.id ?? '',
    tokenId: 'dry-run',
    claims: request.claims,
  };
  if (request.body !== undefined) exchange.body = request.body;
  return exchange;
}
