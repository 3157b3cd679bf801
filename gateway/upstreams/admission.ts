import type { Exchange } from '../exchange.ts';
import { type Refusal, RefusalError, refuse } from '../problems.ts';
import type { Send, UpstreamAnswer } from '../upstream.ts';
import { type CircuitBreaker, outcomeOf } from './circuit-breaker.ts';
import type { ConcurrencyCap, Lane } from './concurrency-cap.ts';

/**
 * Layer: refuses at once while the breaker is open, then lets at most so many calls be under way. Whoever cannot wait is
 * told to come back; a streamed answer keeps its slot to the end of its exchange. Both look at the same outcome, so one
 * step serves them. An adapter may throw its refusal: here it becomes an answer like any other.
 */
export function withAdmission(breaker: CircuitBreaker, cap: ConcurrencyCap, lane: Lane, adapter: Send): Send {
  const busy = refuse('upstream-busy', undefined, { reason: 'queue', headers: ['retry-after', '1'] });

  function call(exchange: Exchange, deadline: number, ticket: number): Promise<UpstreamAnswer | Refusal> {
    const settle = (answer: UpstreamAnswer | Refusal): UpstreamAnswer | Refusal => {
      if (isStreamed(answer)) exchange.onEnd(() => cap.release());
      else cap.release();
      breaker.report(ticket, outcomeOf(answer));
      return answer;
    };
    const fail = (error: unknown): Refusal => {
      if (error instanceof RefusalError) return settle(error.refusal) as Refusal;
      cap.release();
      breaker.report(ticket, 'unknown');
      throw error;
    };
    let pending: Promise<UpstreamAnswer | Refusal>;
    try {
      pending = adapter(exchange, deadline);
    } catch (error) {
      pending = Promise.reject(error);
    }
    return pending.then(settle, fail);
  }

  return (exchange, deadline = Number.POSITIVE_INFINITY) => {
    const ticket = breaker.admit();
    if (ticket < 0) {
      const headers = ['retry-after', String(breaker.retryAfterSeconds)];
      return Promise.resolve(refuse('upstream-unavailable', undefined, { reason: 'breaker-open', headers }));
    }
    if (cap.tryEnter()) return call(exchange, deadline, ticket);
    return cap.wait(lane, deadline, exchange).then((entered) => {
      if (entered) return call(exchange, deadline, ticket);
      breaker.report(ticket, outcomeOf(busy));
      return busy;
    });
  };
}

function isStreamed(answer: UpstreamAnswer | Refusal): boolean {
  return !('kind' in answer) && !Buffer.isBuffer(answer.body);
}
