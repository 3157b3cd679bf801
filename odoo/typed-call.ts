/** One call of Odoo, free of any protocol: what a codec encodes and what authorisation speaks of. */
export interface TypedCall {
  readonly model: string;
  readonly method: string;
  /** Records the method works on; absent for methods of the model itself (search, create). */
  readonly ids?: readonly number[];
  /** By name, as JSON-2 has them; codecs with positional arguments know the order. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Odoo context. Never holds anything that a client said but for what the guard has let through. */
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * How a call ended. A failure is known by a class only: the last part of the Python class (`AccessError`), or
 * `Http<status>`, `NotJson`, `CannotMarshalNone`. Odoo's text is read by nobody.
 */
export type TypedOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: string; readonly retryAfter?: string };

/** An HTTP request of a codec; the transport adds host and length. */
export interface EncodedCall {
  readonly path: string;
  /** Flat name, value list. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** An HTTP answer, whole and decoded. */
export interface RawAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** Largest id that PostgreSQL's integer holds. */
export const LARGEST_ID = 2_147_483_647;

export function isRecordId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_ID;
}
