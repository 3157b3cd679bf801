import type { HttpExchange } from './http-exchange.ts';
import type { Ending, Journal } from './journal.ts';
import type { Refusal } from './problems.ts';

/** What the pipeline needs from the process around it. */
export interface PipelineHost {
  readonly journal: Journal;
  /** Reads the request body within the limit, or refuses. Absent body: an empty buffer. */
  readonly readBody: (exchange: HttpExchange) => Buffer | Promise<Buffer | Refusal>;
  /** Hears of an error that was not foreseen; the client learns nothing of it. */
  readonly onFault: (policy: string, error: unknown) => void;
  /** Hears that an exchange is over. */
  readonly onEnd: (exchange: HttpExchange, ending: Ending) => void;
}
