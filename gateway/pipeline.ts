import { answerLines } from './clients/answer-head.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Ending } from './journal.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { GrantedOperation, Step } from './plan.ts';
import type { Verdict } from './policy.ts';
import { problemBody, problemStatus, type Refusal, RefusalError, refuse } from './problems.ts';
import type { Reply } from './reply.ts';
import type { RouteMiss } from './router.ts';
import { streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';
import { COMMON_LINES } from './version-lines.ts';

const JSON_TYPE = answerLines(['content-type', 'application/json']);
const PROBLEM_TYPE = answerLines(['content-type', 'application/problem+json']);

/** Where an exchange stopped: the policy (or `upstream`) and what it said. */
interface Stop {
  readonly at: string;
  readonly verdict: Exclude<Verdict, undefined>;
}

type Outcome = Stop | undefined;

/** One exchange and what it runs with. */
interface Run {
  readonly exchange: HttpExchange;
  readonly readBody: ReadBody;
  readonly reply: Reply;
  readonly host: PipelineHost;
}

/** Reads the request body within that many bytes, or refuses. Absent body: an empty buffer. */
export type ReadBody = (limit: number) => Buffer | Promise<Buffer | Refusal>;

/** THE order of an exchange. Each phase says where it stopped, at once or by a promise where it must wait. */
const PHASES: readonly ((run: Run) => Outcome | Promise<Outcome>)[] = [
  admit,
  (run) => runSteps(run.exchange.plan.entry, 0, run),
  demandGrant,
  (run) => runSteps(grantedTo(run).limits, 0, run),
  takeBody,
  (run) => runSteps(grantedTo(run).before, 0, run),
  callUpstream,
  inspect,
];

/**
 * Runs one exchange to its end: policies by stage, the upstream, the response policies, the record, the answer.
 * Nothing else continues or stops an exchange. Never throws; what waits goes on by itself.
 */
export function runExchange(exchange: HttpExchange, readBody: ReadBody, reply: Reply, host: PipelineHost): void {
  runPhases(0, { exchange, readBody, reply, host });
}

/** Keeps the hot path free of promises: only a phase that waits costs one. */
function runPhases(from: number, run: Run): void {
  let outcome: Outcome;
  for (let index = from; outcome === undefined && index < PHASES.length; index++) {
    let said: Outcome | Promise<Outcome>;
    try {
      said = (PHASES[index] as (typeof PHASES)[number])(run);
    } catch (error) {
      said = { at: 'pipeline', verdict: verdictOf('pipeline', error, run.host) };
    }
    if (said instanceof Promise) {
      said.then(
        (late) => (late === undefined ? runPhases(index + 1, run) : complete(late, run)),
        (error) => complete({ at: 'pipeline', verdict: verdictOf('pipeline', error, run.host) }, run),
      );
      return;
    }
    outcome = said;
  }
  complete(outcome, run);
}

function complete(stop: Outcome, { exchange, reply, host }: Run): void {
  try {
    finish(exchange, stop, reply, host);
  } catch (error) {
    // An answer that cannot be written is none: the client and the record are told so.
    host.onFault('answer', error);
    try {
      exchange.responseHeaders.length = 0;
      sendRefusal(
        exchange,
        refuse('internal-error', undefined, { reason: 'answer cannot be sent' }),
        '[]',
        reply,
        host,
      );
    } catch (again) {
      giveUp(exchange, again, reply, host);
    }
  }
}

function admit({ exchange }: Run): Outcome {
  return exchange.early === undefined ? undefined : { at: 'admit', verdict: exchange.early };
}

/** No policy of a grant runs before there is one. */
function demandGrant({ exchange, host }: Run): Outcome {
  if (exchange.missed !== undefined) return { at: 'route', verdict: refuseMiss(exchange, exchange.missed) };
  const { granted } = exchange;
  if (granted === undefined) return { at: 'authorize', verdict: refuse('grant-missing') };
  if (granted.version.audit === 'strict' && !host.journal.healthy) {
    return { at: 'record', verdict: refuse('record-not-durable') };
  }
  return undefined;
}

function grantedTo({ exchange }: Run): GrantedOperation {
  if (exchange.granted === undefined) throw new Error('an exchange went on without a grant');
  return exchange.granted;
}

function takeBody({ exchange, readBody, host }: Run): Outcome | Promise<Outcome> {
  const body = readBody(host.bodyBytes);
  if (body instanceof Promise) return body.then((late) => acceptBody(exchange, late));
  return acceptBody(exchange, body);
}

function acceptBody(exchange: HttpExchange, body: Buffer | Refusal): Outcome {
  if (!Buffer.isBuffer(body)) return { at: 'limit-size', verdict: body };
  exchange.body = body;
  return undefined;
}

function callUpstream(run: Run): Promise<Outcome> {
  const { exchange, host } = run;
  return grantedTo(run)
    .send(exchange)
    .then(
      (answer) => {
        if ('kind' in answer) return { at: 'upstream', verdict: answer };
        exchange.answer = answer;
        return undefined;
      },
      (error: unknown) => ({ at: 'upstream', verdict: verdictOf('upstream', error, host) }),
    );
}

function inspect(run: Run): Outcome | Promise<Outcome> {
  const { exchange } = run;
  const stop = runSteps(grantedTo(run).after, 0, run);
  if (stop instanceof Promise) return stop.then((late) => discardIfStopped(late, exchange));
  return discardIfStopped(stop, exchange);
}

function discardIfStopped(stop: Outcome, { answer }: HttpExchange): Outcome {
  if (stop !== undefined && answer !== undefined && !Buffer.isBuffer(answer.body)) answer.body.destroy();
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

/** A list of synchronous policies runs in one go. */
function runSteps(steps: readonly Step[], from: number, run: Run): Outcome | Promise<Outcome> {
  for (let index = from; index < steps.length; index++) {
    const step = steps[index] as Step;
    let verdict: Verdict | Promise<Verdict>;
    try {
      verdict = step.enforce(run.exchange);
    } catch (error) {
      verdict = verdictOf(step.policy, error, run.host);
    }
    if (verdict === undefined) continue;
    if (verdict instanceof Promise) return resumeSteps(steps, index, verdict, run);
    return { at: step.policy, verdict };
  }
  return undefined;
}

function resumeSteps(steps: readonly Step[], index: number, pending: Promise<Verdict>, run: Run): Promise<Outcome> {
  const { policy } = steps[index] as Step;
  return pending.then(
    (verdict) => (verdict === undefined ? runSteps(steps, index + 1, run) : { at: policy, verdict }),
    (error: unknown) => ({ at: policy, verdict: verdictOf(policy, error, run.host) }),
  );
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
  const { status, body } = answer;
  const lines = answerHeaders(exchange, answer);
  const isWhole = Buffer.isBuffer(body);
  const bytes = isWhole ? body.length : 0;
  const ending: Ending = { decision: 'allowed', code: undefined, reason: undefined, policies, status, bytes };
  if (isWhole) sendWhole(exchange, ending, lines, body, reply, host);
  else void streamAnswer(exchange, status, lines, body, ending, reply, host);
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
  const lines =
    PROBLEM_TYPE + commonLines(exchange) + answerLines([...(refusal.headers ?? []), ...exchange.responseHeaders]);
  const decision = status >= 500 ? 'failed' : 'refused';
  const ending = {
    decision,
    code: refusal.code,
    reason: refusal.reason,
    policies,
    status,
    bytes: body.length,
  } as const;
  sendWhole(exchange, ending, lines, body, reply, host);
}

/** Law 3: the record is durable before its answer leaves; in relaxed mode it is at least in the log's hands. */
function sendWhole(
  exchange: HttpExchange,
  ending: Ending,
  lines: string,
  body: Buffer,
  reply: Reply,
  host: PipelineHost,
): void {
  if (exchange.isListenedTo) exchange.announce({ status: ending.status, body, code: ending.code });
  const strict = exchange.granted === undefined ? false : exchange.granted.version.audit === 'strict';
  let sequence: number;
  try {
    sequence = host.journal.put(exchange, ending, 'access');
  } catch (error) {
    // The log has counted the loss and puts it on record itself, as a gap.
    if (strict) sendUnrecorded(exchange, error, reply, host);
    else sendRecorded(exchange, ending, lines, body, reply, host);
    return;
  }
  if (!strict) {
    sendRecorded(exchange, ending, lines, body, reply, host);
    return;
  }
  host.journal.whenDurable(sequence, (error) => {
    try {
      if (error !== undefined) sendUnrecorded(exchange, error, reply, host);
      else sendRecorded(exchange, ending, lines, body, reply, host);
    } catch (thrown) {
      giveUp(exchange, thrown, reply, host);
    }
  });
}

function sendRecorded(
  exchange: HttpExchange,
  ending: Ending,
  lines: string,
  body: Buffer,
  reply: Reply,
  host: PipelineHost,
): void {
  // What the exchange held is free before the connection may go on to the next one.
  exchange.end();
  reply.send(ending.status, lines, body);
  host.onEnd(exchange, ending);
}

/** The record could not be made durable: nothing of the answer leaves. */
function sendUnrecorded(exchange: HttpExchange, error: unknown, reply: Reply, host: PipelineHost): void {
  host.onFault('record', error);
  const refusal = refuse('record-not-durable');
  const status = problemStatus(refusal.code);
  const body = Buffer.from(problemBody(refusal, exchange.id));
  const ending = {
    decision: 'failed',
    code: refusal.code,
    reason: undefined,
    policies: '[]',
    status,
    bytes: body.length,
  } as const;
  sendRecorded(exchange, ending, PROBLEM_TYPE + commonLines(exchange), body, reply, host);
}

/** Nothing more can be said to this client. */
function giveUp(exchange: HttpExchange, error: unknown, reply: Reply, host: PipelineHost): void {
  host.onFault('answer', error);
  reply.destroy();
  exchange.end();
}

/** Throws an Error where a policy or adapter put in what could split the answer. */
function answerHeaders(exchange: HttpExchange, { mediaType, headers }: UpstreamAnswer): string {
  let lines = commonLines(exchange);
  if (mediaType !== '')
    lines += mediaType === 'application/json' ? JSON_TYPE : answerLines(['content-type', mediaType]);
  if (headers.length > 0) lines += answerLines(headers);
  if (exchange.responseHeaders.length > 0) lines += answerLines(exchange.responseHeaders);
  return lines;
}

/** Which version answers is told to those who hold a grant on it: to others it would tell that there is one. */
function commonLines({ granted, id }: HttpExchange): string {
  return `${granted === undefined ? COMMON_LINES : granted.version.headerLines}portcullis-exchange: ${id}\r\n`;
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
