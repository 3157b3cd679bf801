import type { RecordKind } from '../../openapi/selection.ts';
import type { MaskContext } from './masks.ts';

/** What a selector needs to know besides its selection. */
export interface SelectorContext extends MaskContext {
  /** `<system>/<kind>` of a record, as the ledger names it. */
  readonly kindName: (kind: RecordKind) => string;
}

const SIDE = 64;
/** Digits of a code are characters from here on: none of them is a line feed, a quote or beyond ASCII. */
const FIRST_DIGIT = 0x30;

/**
 * Numbers the kinds of records that one selection tells of. The scanner puts the code of its kind, two bytes, before each
 * identifying value that it lays by.
 */
export class SubjectKinds {
  /** What stands before an identifier of each kind: `<system>/<kind> `. */
  readonly prefixes: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #kindName: SelectorContext['kindName'];

  constructor(kindName: SelectorContext['kindName']) {
    this.#kindName = kindName;
  }

  /** Throws a RangeError beyond 4096 kinds. */
  codeOf(kind: RecordKind): number {
    const name = this.#kindName(kind);
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    const number = this.prefixes.length;
    if (number >= SIDE * SIDE) throw new RangeError('the selection tells of too many kinds of records');
    const code = FIRST_DIGIT + (number % SIDE) + ((FIRST_DIGIT + Math.floor(number / SIDE)) << 8);
    this.prefixes.push(`${name} `);
    this.#codes.set(name, code);
    return code;
  }
}

/** The number of a kind by the two bytes of its code. */
export function kindNumber(low: number, high: number): number {
  return low - FIRST_DIGIT + (high - FIRST_DIGIT) * SIDE;
}
