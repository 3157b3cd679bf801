import type { HttpExchange } from './http-exchange.ts';
import type { ProblemCode } from './problems.ts';

/** How an exchange ended, for the record. */
export interface Ending {
  readonly decision: 'allowed' | 'refused' | 'failed';
  readonly code: ProblemCode | undefined;
  readonly reason: string | undefined;
  /** JSON array text of the policies that ran. */
  readonly policies: string;
  readonly status: number;
  /** Body bytes; 0 while they are not known (access-begin). */
  readonly bytes: number;
  /** Set where a part of the answer has left all the same. */
  readonly isBrokenOff?: true;
}

/** Where exchanges are put on record. */
export interface Journal {
  /** False: the log has failed; strict exchanges are refused before they run. */
  readonly healthy: boolean;
  /** Puts one exchange on record and returns its sequence number. Throws when the log has failed. */
  put(exchange: HttpExchange, ending: Ending, type: 'access' | 'access-begin'): number;
  /** Calls back once the record is durable, or with the error that prevents it. */
  whenDurable(sequence: number, done: (error: Error | undefined) => void): void;
}
