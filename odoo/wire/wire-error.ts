export type WireErrorCode =
  | 'encoding'
  | 'syntax'
  | 'text'
  | 'number'
  | 'value'
  | 'duplicate'
  | 'too-deep'
  | 'too-large';

/** Bytes that are refused: says why and where (offset in UTF-16 units of the text), never what stands there. */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly offset: number;
  constructor(code: WireErrorCode, offset: number) {
    super(`${code} at ${offset}`);
    this.name = 'WireError';
    this.code = code;
    this.offset = offset;
  }
}

/** Bounds of one message. */
export interface WireLimits {
  /** Lists and objects open at once. */
  readonly depth: number;
  /** Values, those inside others included. */
  readonly values: number;
}

/** What a client may send. */
export const REQUEST_LIMITS: WireLimits = { depth: 64, values: 200_000 };

/** What Odoo may answer: ten thousand records of some hundred fields. */
export const ANSWER_LIMITS: WireLimits = { depth: 64, values: 2_000_000 };

/** Most digits of a whole number; more are never meant, and cost more than they bring. */
export const MOST_DIGITS = 40;

/** Longest text of a float. */
export const LONGEST_FLOAT = 400;
