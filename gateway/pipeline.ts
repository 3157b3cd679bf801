import type { HttpExchange } from './http-exchange.ts';
import type { Ending } from './journal.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { Step } from './plan.ts';
import type { Verdict } from './policy.ts';
import { problemBody, problemStatus, type Refusal, RefusalError, refuse } from './problems.ts';
import type { Reply } from './reply.ts';
import type { RouteMiss } from './router.ts';
import { streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Where an exchange stopped: the policy (or `upstream`) and what it said. */
interface Stop {
  readonly at: string;
  readonly verdict: Exclude<Verdict, undefined>;
}

/**
 * Runs one exchange to its end: policies by stage, the upstream, the response policies, the record, the answer.
 * The order is this function; nothing else continues or stops an exchange.
 */
export async function runExchange(exchange: HttpExchange, reply: Reply, host: PipelineHost): Promise<void> {
  const stop = await decide(exchange, host);
  try {
    finish(exchange, stop, reply, host);
  } catch (error) {
    host.onFault('answer', error);
    reply.destroy();
    exchange.end();
  }
}

async function decide(exchange: HttpExchange, host: PipelineHost): Promise<Stop | undefined> {
  if (exchange.early !== undefined) return { at: 'admit', verdict: exchange.early };
  let stop = runSteps(exchange.plan.entry, 0, exchange, host);
  if (stop instanceof Promise) stop = await stop;
  if (stop !== undefined) return stop;

  if (exchange.missed !== undefined) return { at: 'route', verdict: refuseMiss(exchange, exchange.missed) };
  const granted = exchange.granted;
  if (granted === undefined) return { at: 'authorize', verdict: refuse('grant-missing') };
  if (granted.version.audit === 'strict' && !host.journal.healthy) {
    return { at: 'record', verdict: refuse('record-not-durable') };
  }

  stop = runSteps(granted.limits, 0, exchange, host);
  if (stop instanceof Promise) stop = await stop;
  if (stop !== undefined) return stop;

  const body = host.readBody(exchange);
  if (body instanceof Promise) {
    const read = await body;
    if (!Buffer.isBuffer(read)) return { at: 'limit-size', verdict: read };
    exchange.body = read;
  } else {
    exchange.body = body;
  }

  stop = runSteps(granted.before, 0, exchange, host);
  if (stop instanceof Promise) stop = await stop;
  if (stop !== undefined) return stop;

  try {
    const answer = await granted.send(exchange);
    if ('kind' in answer) return { at: 'upstream', verdict: answer };
    exchange.answer = answer;
  } catch (error) {
    return { at: 'upstream', verdict: verdictOf('upstream', error, host) };
  }

  stop = runSteps(granted.after, 0, exchange, host);
  if (stop instanceof Promise) stop = await stop;
  if (stop !== undefined) discard(exchange.answer);
  return stop;
}

/** No operation matches. Said only to an identified caller, and of the path's methods only those that are granted to it. */
function refuseMiss(exchange: HttpExchange, missed: RouteMiss): Refusal {
  if (missed.miss === 'retired') {
    const successor = missed.version?.version.successor;
    const link = successor === undefined ? [] : ['link', `<${encodeURI(successor)}>; rel="successor-version"`];
    return refuse('version-retired', undefined, { headers: link });
  }
  if (missed.miss === 'path') return refuse('not-found');
  const consumer = exchange.caller?.consumer.metadata.name ?? '';
  const allowed = (missed.others ?? [])
    .filter((plan) => plan.granted.has(consumer))
    .map((plan) => plan.operation.method);
  return refuse('method-not-allowed', undefined, { headers: ['allow', allowed.join(', ')] });
}

/** Keeps the hot path free of promises: a list of synchronous policies runs in one go. */
function runSteps(
  steps: readonly Step[],
  from: number,
  exchange: HttpExchange,
  host: PipelineHost,
): Stop | undefined | Promise<Stop | undefined> {
  for (let index = from; index < steps.length; index++) {
    const step = steps[index] as Step;
    let verdict: Verdict | Promise<Verdict>;
    try {
      verdict = step.enforce(exchange);
    } catch (error) {
      verdict = verdictOf(step.policy, error, host);
    }
    if (verdict === undefined) continue;
    if (verdict instanceof Promise) return resumeSteps(steps, index, verdict, exchange, host);
    return { at: step.policy, verdict };
  }
  return undefined;
}

async function resumeSteps(
  steps: readonly Step[],
  index: number,
  pending: Promise<Verdict>,
  exchange: HttpExchange,
  host: PipelineHost,
): Promise<Stop | undefined> {
  const { policy } = steps[index] as Step;
  let verdict: Verdict;
  try {
    verdict = await pending;
  } catch (error) {
    verdict = verdictOf(policy, error, host);
  }
  if (verdict !== undefined) return { at: policy, verdict };
  return runSteps(steps, index + 1, exchange, host);
}

/** A policy or adapter that throws refuses: with the refusal it carries, or as a failure of the gateway. */
function verdictOf(at: string, error: unknown, host: PipelineHost): Refusal {
  if (error instanceof RefusalError) return error.refusal;
  host.onFault(at, error);
  return refuse('internal-error', undefined, { reason: `${at} threw` });
}

function finish(exchange: HttpExchange, stop: Stop | undefined, reply: Reply, host: PipelineHost): void {
  if (stop !== undefined && stop.verdict.kind === 'refuse') {
    sendRefusal(exchange, stop.verdict, trail(exchange, stop.at, stop.verdict.code), reply, host);
    return;
  }
  const answer = stop === undefined ? exchange.answer : (stop.verdict as { answer: UpstreamAnswer }).answer;
  const policies = stop === undefined ? (exchange.granted?.allPassed ?? '[]') : trail(exchange, stop.at, 'answer');
  if (answer === undefined) throw new Error('an exchange passed without an answer');
  const headers = answerHeaders(exchange, answer);
  if (!Buffer.isBuffer(answer.body)) {
    const ending: Ending = {
      decision: 'allowed',
      code: undefined,
      reason: undefined,
      policies,
      status: answer.status,
      bytes: 0,
    };
    void streamAnswer(exchange, answer.status, headers, answer.body, ending, reply, host);
    return;
  }
  sendWhole(
    exchange,
    {
      decision: 'allowed',
      code: undefined,
      reason: undefined,
      policies,
      status: answer.status,
      bytes: answer.body.length,
    },
    headers,
    answer.body,
    reply,
    host,
  );
}

function sendRefusal(
  exchange: HttpExchange,
  refusal: Refusal,
  policies: string,
  reply: Reply,
  host: PipelineHost,
): void {
  const status = problemStatus(refusal.code);
  const body = Buffer.from(problemBody(refusal, exchange.id));
  const headers = ['content-type', 'application/problem+json', ...commonHeaders(exchange)];
  if (refusal.headers !== undefined) headers.push(...refusal.headers);
  headers.push(...exchange.responseHeaders);
  const decision = status >= 500 ? 'failed' : 'refused';
  sendWhole(
    exchange,
    { decision, code: refusal.code, reason: refusal.reason, policies, status, bytes: body.length },
    headers,
    body,
    reply,
    host,
  );
}

/** Law 3: the record is durable before its answer leaves; in relaxed mode it is at least in the log's hands. */
function sendWhole(
  exchange: HttpExchange,
  ending: Ending,
  headers: string[],
  body: Buffer,
  reply: Reply,
  host: PipelineHost,
): void {
  if (exchange.isListenedTo) exchange.announce({ status: ending.status, headers, body, code: ending.code });
  const strict = exchange.granted === undefined ? false : exchange.granted.version.audit === 'strict';
  let sequence: number;
  try {
    sequence = host.journal.put(exchange, ending, 'access');
  } catch (error) {
    // The log has counted the loss and puts it on record itself, as a gap.
    if (strict) sendUnrecorded(exchange, error, reply, host);
    else sendRecorded(exchange, ending, headers, body, reply, host);
    return;
  }
  if (!strict) {
    sendRecorded(exchange, ending, headers, body, reply, host);
    return;
  }
  host.journal.whenDurable(sequence, (error) => {
    if (error !== undefined) sendUnrecorded(exchange, error, reply, host);
    else sendRecorded(exchange, ending, headers, body, reply, host);
  });
}

function sendRecorded(
  exchange: HttpExchange,
  ending: Ending,
  headers: string[],
  body: Buffer,
  reply: Reply,
  host: PipelineHost,
): void {
  reply.send(ending.status, headers, body);
  over(exchange, ending, host);
}

/** The record could not be made durable: nothing of the answer leaves. */
function sendUnrecorded(exchange: HttpExchange, error: unknown, reply: Reply, host: PipelineHost): void {
  host.onFault('record', error);
  const refusal = refuse('record-not-durable');
  const status = problemStatus(refusal.code);
  const body = Buffer.from(problemBody(refusal, exchange.id));
  reply.send(status, ['content-type', 'application/problem+json', ...commonHeaders(exchange)], body);
  over(
    exchange,
    { decision: 'failed', code: refusal.code, reason: undefined, policies: '[]', status, bytes: body.length },
    host,
  );
}

function over(exchange: HttpExchange, ending: Ending, host: PipelineHost): void {
  exchange.end();
  host.onEnd(exchange, ending);
}

function answerHeaders(exchange: HttpExchange, answer: UpstreamAnswer): string[] {
  const headers = commonHeaders(exchange);
  if (answer.mediaType !== '') headers.push('content-type', answer.mediaType);
  if (answer.headers.length > 0) headers.push(...answer.headers);
  if (exchange.responseHeaders.length > 0) headers.push(...exchange.responseHeaders);
  return headers;
}

/** Answers are made for one consumer: nobody in between may keep them, and no browser may guess their type. */
function commonHeaders(exchange: HttpExchange): string[] {
  return [
    'cache-control',
    'no-store',
    'x-content-type-options',
    'nosniff',
    'portcullis-exchange',
    exchange.id,
    'portcullis-version',
    exchange.plan.version.label,
  ];
}

/** Names of the policies that ran, up to and with the one that stopped the exchange. */
function trail(exchange: HttpExchange, at: string, code: string): string {
  const granted = exchange.granted;
  const ran: string[] = [];
  const lists: (readonly Step[])[] = [exchange.plan.entry];
  if (granted !== undefined)
    lists.push(granted.limits, granted.before, [{ policy: 'upstream', enforce: passes }], granted.after);
  for (const list of lists) {
    for (const step of list) {
      if (step.policy === at) return JSON.stringify([...ran, `${at}:${code}`]);
      ran.push(step.policy);
    }
  }
  return JSON.stringify([`${at}:${code}`]);
}

function passes(): Verdict {
  return undefined;
}

function discard(answer: UpstreamAnswer | undefined): void {
  if (answer !== undefined && !Buffer.isBuffer(answer.body)) answer.body.destroy();
}
