import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../exchange.ts';
import type { Refusal } from '../problems.ts';
import type { Send, UpstreamAnswer } from '../upstream.ts';
import { CONNECTION_REASONS } from './upstream-refusals.ts';

const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 80;

/**
 * Layer: tries a read once more when no connection could be made or it was lost before any byte of an answer, after a
 * short random pause, within the deadline. Only for calls that change nothing.
 */
export function withRetry(random: () => number, inner: Send): Send {
  async function again(first: Refusal, exchange: Exchange, deadline: number): Promise<UpstreamAnswer | Refusal> {
    const pause = LEAST_PAUSE_MS + random() * (MOST_PAUSE_MS - LEAST_PAUSE_MS);
    if (Date.now() + pause >= deadline || exchange.signal.aborted) return first;
    await sleep(pause);
    exchange.facts.notes.push('upstream-retried');
    return inner(exchange, deadline);
  }

  return (exchange, deadline = Number.POSITIVE_INFINITY) =>
    inner(exchange, deadline).then((first) => (isLost(first) ? again(first, exchange, deadline) : first));
}

function isLost(answer: UpstreamAnswer | Refusal): answer is Refusal {
  return 'kind' in answer && answer.reason !== undefined && CONNECTION_REASONS.has(answer.reason);
}
