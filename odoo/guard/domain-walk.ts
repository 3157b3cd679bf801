import type { Domain } from '../domain.ts';
import type { OdooValue } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import { tooMuch, unfitArgument } from './refusals.ts';
import type { Scope } from './scope.ts';

/** What one domain may come to, all that is nested in it counted. */
const MOST_CONDITIONS = 1000;
const MOST_VALUES = 20_000;

/** One condition as a client wrote it. */
export interface Condition {
  readonly path: string;
  readonly operator: string;
  readonly value: OdooValue;
  /** An odd number of `!` stands before it. */
  readonly isNegated: boolean;
}

/** A domain of a client on its way through the guard. */
export class DomainWalk {
  readonly run: GuardRun;
  /** The model that the client called: refusals speak of no other. */
  readonly called: string;
  /** Guards a domain within a condition. */
  readonly inner: (walk: DomainWalk, scope: Scope, value: OdooValue) => Domain;
  depth = 0;
  #conditions = 0;
  #values = 0;

  constructor(run: GuardRun, called: string, inner: DomainWalk['inner']) {
    this.run = run;
    this.called = called;
    this.inner = inner;
  }

  /** Throws OdooRefusal where there are too many conditions and operators. */
  countCondition(): void {
    if (++this.#conditions > MOST_CONDITIONS) throw tooMuch(`A domain can hold ${MOST_CONDITIONS} conditions at most.`);
  }

  /** Throws OdooRefusal where all conditions together hold too many values. */
  countValues(number: number): void {
    this.#values += number;
    if (this.#values > MOST_VALUES) throw tooMuch(`A domain can hold ${MOST_VALUES} values at most.`);
  }
}

export function unfitDomain() {
  return unfitArgument('Invalid domain');
}
