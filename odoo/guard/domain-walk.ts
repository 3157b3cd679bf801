import type { Domain } from '../domain.ts';
import type { OdooValue } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import { tooMuch, unfitArgument } from './refusals.ts';
import type { Scope } from './scope.ts';

/** What one domain may come to, all that is nested in it counted. */
const MOST_CONDITIONS = 1000;
const MOST_VALUES = 20_000;
/** What it may come to with the rules of all models on the way, which may name many records each. */
const MOST_BUILT = 200_000;

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
  #built = 0;

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

  /** Throws OdooRefusal where the rules make it too large, which little of a client's would do again and again. */
  countBuilt(domain: Domain): Domain {
    this.#built += sizeOf(domain);
    if (this.#built > MOST_BUILT) throw tooMuch('The domain asks too much of related records at once.');
    return domain;
  }
}

/** Conditions and values, those within conditions among them. */
function sizeOf(domain: Domain): number {
  return domain.reduce((size: number, token) => {
    if (!Array.isArray(token) || !Array.isArray(token[2])) return size + 1;
    const [, operator, value] = token;
    return size + 1 + (operator === 'any' || operator === 'not any' ? sizeOf(value) : value.length);
  }, 0);
}

export function unfitDomain() {
  return unfitArgument('Invalid domain');
}
