import type { HttpExchange } from './http-exchange.ts';
import type { Ending, Journal } from './journal.ts';

/** What the pipeline needs from the process around it. */
export interface PipelineHost {
  readonly journal: Journal;
  /** Longest request body, bytes. */
  readonly bodyBytes: number;
  /** Hears of an error that was not foreseen; the client learns nothing of it. */
  readonly onFault: (policy: string, error: unknown) => void;
  /** Hears that an exchange is over. */
  readonly onEnd: (exchange: HttpExchange, ending: Ending) => void;
}
