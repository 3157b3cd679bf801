import { randomHex } from '../random-hex.ts';

/** Where a request stands in a distributed trace: 32 hex digits, and the flags to send on (two hex digits). */
export interface TraceContext {
  readonly traceId: string;
  readonly flags: string;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const MOST_LENGTH = 256;
const ZERO_TRACE = '0'.repeat(32);
const ZERO_SPAN = '0'.repeat(16);
/** Of the flags only `sampled` has a meaning known here; the others must not be sent on (W3C Trace Context §3.2.2.5). */
const SAMPLED = 1;

/**
 * Reads a `traceparent` header by W3C Trace Context §3.2: lower case, no zero ids, version 00 exactly, later versions
 * by their first four parts. Undefined: the header is not valid and the trace begins anew.
 */
export function parseTraceparent(value: string): TraceContext | undefined {
  if (value.length > MOST_LENGTH) return undefined;
  const match = FORM.exec(value);
  if (match === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = ''] = match;
  if (version === 'ff' || traceId === ZERO_TRACE || spanId === ZERO_SPAN) return undefined;
  if (version === '00' && value.length !== 55) return undefined;
  return { traceId, flags: (Number.parseInt(flags, 16) & SAMPLED) === 0 ? '00' : '01' };
}

/** Goes on with the caller's trace, or begins one that is not sampled. */
export function continueTrace(traceparent: string | undefined): TraceContext {
  const parsed = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return parsed ?? { traceId: randomDigits(32), flags: '00' };
}

/** The header to send on: the same trace, a new span. */
export function formatTraceparent(context: TraceContext): string {
  return `00-${context.traceId}-${randomDigits(16)}-${context.flags}`;
}

function randomDigits(digits: 16 | 32): string {
  const hex = randomHex(digits);
  // All zeros are no id; that this ever happens is a matter of form.
  return hex === ZERO_TRACE || hex === ZERO_SPAN ? randomDigits(digits) : hex;
}
