import { answerLines } from './clients/answer-head.ts';
import type { FrontAnswer } from './front.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Ending } from './journal.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { Step } from './plan.ts';
import type { Verdict } from './policy.ts';
import { problemBody, problemStatus, type Refusal, refuse } from './problems.ts';
import type { Reply } from './reply.ts';
import { streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';
import { COMMON_LINES } from './version-lines.ts';

const JSON_TYPE = answerLines(['content-type', 'application/json']);
const PROBLEM_TYPE = answerLines(['content-type', 'application/problem+json']);

/** Where an exchange stopped: the policy (or `upstream`) and what it said. */
export interface Stop {
  readonly at: string;
  readonly verdict: Exclude<Verdict, undefined>;
  /** The answer that goes with a refusal, where it is no problem document. */
  readonly answer?: FrontAnswer;
}

/**
 * Turns what the pipeline decided into a record and an answer. Never throws: where an answer cannot be written, the client
 * and the record are told of a failure, and where that cannot be either the connection is broken.
 */
export function completeExchange(
  stop: Stop | undefined,
  exchange: HttpExchange,
  reply: Reply,
  host: PipelineHost,
): void {
  try {
    finish(exchange, stop, reply, host);
  } catch (error) {
    host.onFault('answer', error);
    const body = exchange.answer?.body;
    if (body !== undefined && !Buffer.isBuffer(body)) body.destroy();
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

function finish(exchange: HttpExchange, stop: Stop | undefined, reply: Reply, host: PipelineHost): void {
  if (stop !== undefined && stop.verdict.kind === 'refuse') {
    sendRefusal(exchange, stop.verdict, trail(exchange, stop.at, stop.verdict.code), reply, host, stop.answer);
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
  answer?: FrontAnswer,
): void {
  const { status, lines, body } = refusalAnswer(exchange, refusal, answer);
  const decision = problemStatus(refusal.code) >= 500 ? 'failed' : 'refused';
  const ending = {
    decision,
    code: refusal.code,
    reason: refusal.reason,
    policies,
    status,
    bytes: body.length,
  } as const;
  sendWhole(exchange, ending, lines + answerLines(exchange.responseHeaders), body, reply, host);
}

/** A problem document, or what a client of a front understands. */
function refusalAnswer(exchange: HttpExchange, refusal: Refusal, ready?: FrontAnswer) {
  const { front } = exchange.plan;
  if (front === undefined) {
    const body = Buffer.from(problemBody(refusal, exchange.id));
    const lines = PROBLEM_TYPE + commonLines(exchange) + answerLines(refusal.headers ?? []);
    return { status: problemStatus(refusal.code), lines, body };
  }
  const answer = ready ?? exchange.message?.refuse(refusal) ?? front.refuseUnread(exchange, refusal);
  const { status, mediaType, headers, body } = answer;
  return { status, lines: answerLines(['content-type', mediaType, ...headers]) + commonLines(exchange), body };
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
  const { status, lines, body } = refusalAnswer(exchange, refusal);
  const ending = {
    decision: 'failed',
    code: refusal.code,
    reason: undefined,
    policies: '[]',
    status,
    bytes: body.length,
  } as const;
  sendRecorded(exchange, ending, lines, body, reply, host);
}

/** Nothing more can be said to this client; it is counted like any other that failed. */
function giveUp(exchange: HttpExchange, error: unknown, reply: Reply, host: PipelineHost): void {
  host.onFault('answer', error);
  reply.destroy();
  exchange.end();
  host.onEnd(exchange, {
    decision: 'failed',
    code: 'internal-error',
    reason: undefined,
    policies: '[]',
    status: 500,
    bytes: 0,
  });
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
