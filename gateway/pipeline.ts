import { completeExchange, type Stop } from './complete-exchange.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { GrantedOperation, Step } from './plan.ts';
import type { Verdict } from './policy.ts';
import { type Refusal, RefusalError, refuse } from './problems.ts';
import type { Reply } from './reply.ts';
import type { RouteMiss } from './router.ts';

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

type Phase = (run: Run) => Outcome | Promise<Outcome>;

const enter: Phase = (run) => runSteps(run.exchange.plan.entry, 0, run);
const limit: Phase = (run) => runSteps(grantedTo(run).limits, 0, run);

/** THE order of an exchange. Each phase says where it stopped, at once or by a promise where it must wait. */
const PHASES: readonly Phase[] = [
  admit,
  enter,
  demandGrant,
  limit,
  takeBody,
  (run) => runSteps(grantedTo(run).before, 0, run),
  callUpstream,
  inspect,
];

/** The same where a front has the path: who calls, and what, stands in the body, so that it has to be read first. */
const FRONT_PHASES: readonly Phase[] = [admit, takeBody, readMessage, enter, demandGrant, limit, callUpstream];

/**
 * Runs one exchange to its end: policies by stage, the upstream, the response policies, the record, the answer.
 * Nothing else continues or stops an exchange. Never throws; what waits goes on by itself.
 */
export function runExchange(exchange: HttpExchange, readBody: ReadBody, reply: Reply, host: PipelineHost): void {
  runPhases(exchange.plan.front === undefined ? PHASES : FRONT_PHASES, 0, { exchange, readBody, reply, host });
}

/** Keeps the hot path free of promises: only a phase that waits costs one. */
function runPhases(phases: readonly Phase[], from: number, run: Run): void {
  let outcome: Outcome;
  for (let index = from; outcome === undefined && index < phases.length; index++) {
    let said: Outcome | Promise<Outcome>;
    try {
      said = (phases[index] as Phase)(run);
    } catch (error) {
      said = { at: 'pipeline', verdict: verdictOf('pipeline', error, run.host) };
    }
    if (said instanceof Promise) {
      said.then(
        (late) =>
          late === undefined
            ? runPhases(phases, index + 1, run)
            : completeExchange(late, run.exchange, run.reply, run.host),
        (error) =>
          completeExchange(
            { at: 'pipeline', verdict: verdictOf('pipeline', error, run.host) },
            run.exchange,
            run.reply,
            run.host,
          ),
      );
      return;
    }
    outcome = said;
  }
  completeExchange(outcome, run.exchange, run.reply, run.host);
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

/** What cannot be read is answered as its protocol has it, and is a refusal all the same. */
function readMessage({ exchange }: Run): Outcome {
  const read = exchange.plan.front?.read(exchange);
  if (read === undefined) throw new Error('a request of a front has no front');
  if ('refuse' in read) {
    exchange.message = read;
    return undefined;
  }
  return { at: 'read-message', verdict: refuse('request-malformed'), answer: read };
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
