import type { Exchange } from '../exchange.ts';
import { type Refusal, RefusalError, refuse } from '../problems.ts';
import type { Send, UpstreamAnswer } from '../upstream.ts';
import { type CircuitBreaker, outcomeOf } from './circuit-breaker.ts';
import type { Lane } from './lane-queue.ts';
import type { Turnstile } from './turnstile.ts';

/** What an exchange passes on its way in. `now`: milliseconds since the epoch. */
export interface Entrance {
  readonly breaker: CircuitBreaker;
  readonly cap: Turnstile;
  readonly lane: Lane;
  readonly now: () => number;
}

/**
 * Layer: refuses at once while the breaker is open, then lets at most so many calls be under way. Whoever cannot wait is
 * told to come back; a streamed answer keeps its slot to the end of its exchange. Both look at the same outcome, so one
 * step serves them. An adapter may throw its refusal: here it becomes an answer like any other.
 */
export function withAdmission({ breaker, cap, lane, now }: Entrance, adapter: Send): Send {
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
    return cap.wait({ lane, standing: 'fresh', waitMs: deadline - now(), owner: exchange }).then((outcome) => {
      if (outcome === 'entered') return call(exchange, deadline, ticket);
      const headers = ['retry-after', String(cap.retryAfterSeconds(lane))];
      const busy = refuse('upstream-busy', undefined, { reason: 'queue', headers });
      breaker.report(ticket, outcomeOf(busy));
      return busy;
    });
  };
}

function isStreamed(answer: UpstreamAnswer | Refusal): boolean {
  return !('kind' in answer) && !Buffer.isBuffer(answer.body);
}
