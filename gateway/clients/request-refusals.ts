import type { MessageFault } from '../http1/header-fields.ts';
import { type Refusal, refuse } from '../problems.ts';

/** What the sender of such a head can do; the other faults are said by the problem's title alone. */
const MENDS: Readonly<Record<string, string>> = {
  'http-version': 'Use HTTP/1.1.',
  method: 'The method is not one of HTTP.',
  target: 'Send the path and query in origin form, percent-encoded, without a fragment.',
  host: 'Send exactly one Host header.',
  expectation: 'The only expectation that can be met is 100-continue.',
  'content-length': 'Send Content-Length as a number of bytes in digits.',
  'content-length-repeated': 'Send Content-Length once.',
  'length-and-coding': 'Send Content-Length or Transfer-Encoding, not both.',
  'bare-cr': 'End lines with CR LF.',
  'control-character': 'Speak plain HTTP/1.1 without control characters.',
};

/** The refusal of bytes that are no request head; the fault's code is kept for the record. */
export function headRefusal(fault: MessageFault): Refusal {
  const reason = fault.message;
  switch (reason) {
    case 'target-too-long':
      return refuse('uri-too-long', undefined, { reason });
    case 'head-too-large':
    case 'too-many-headers':
      return refuse('header-too-large', undefined, { reason });
    case 'transfer-encoding':
      return refuse('content-encoding-unsupported', 'The only transfer coding is chunked, sent once.', { reason });
    default:
      return refuse('request-malformed', MENDS[reason], { reason });
  }
}

/** The refusal of a body that cannot be read. */
export function bodyRefusal(fault: MessageFault, limit: number): Refusal {
  const reason = fault.message;
  if (reason === 'body-too-large') return bodyTooLarge(limit);
  return refuse('request-malformed', 'The chunked coding of the body is broken.', { reason });
}

export function bodyTooLarge(limit: number): Refusal {
  return refuse('body-too-large', `At most ${limit} bytes are accepted.`);
}
