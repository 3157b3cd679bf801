import type { Exchange } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { parseStrict, StrictJsonError } from '../gateway/strict-json.ts';
import { headerLines } from './header-lines.ts';

/** Reads the request body of an exchange: exactly the declared JSON media type, no content coding, strict JSON. */
export function bodyReader(place: GrantedOperation): (exchange: Exchange) => { readonly body: unknown } | Refusal {
  const { requestBody } = place.operation;
  const none = { body: undefined };
  if (requestBody === undefined) {
    return (exchange) =>
      exchange.body.length === 0 ? none : refuse('request-malformed', 'This operation takes no request body.');
  }
  const mediaType = essenceOf(requestBody.content.mediaType);
  const isExpected = mediaTypeCheck(mediaType);

  return (exchange) => {
    if (exchange.body.length === 0) {
      return requestBody.required ? refuse('body-malformed', 'This operation needs a request body.') : none;
    }
    // Exactly one: two of a kind could be read in two ways.
    const types = headerLines(exchange.rawHeaders, 'content-type');
    if (types.length !== 1 || !isExpected(types[0] ?? '')) {
      return refuse('content-type-unsupported', `Send the body as ${mediaType}.`, { headers: ['accept', mediaType] });
    }
    const coding = exchange.header('content-encoding');
    if (coding !== undefined && coding.toLowerCase() !== 'identity') {
      return refuse('content-encoding-unsupported', 'Send the body without a content coding.', {
        headers: ['accept-encoding', 'identity'],
      });
    }
    try {
      return { body: parseStrict(exchange.body) };
    } catch (error) {
      if (!(error instanceof StrictJsonError)) throw error;
      return refuse('body-malformed', `The body is refused at byte ${error.offset}: ${error.code}.`);
    }
  };
}

/** RFC 8259 has no charset parameter; `charset=utf-8` says nothing else than the truth and is let pass. */
function mediaTypeCheck(mediaType: string): (value: string) => boolean {
  const pattern = new RegExp(
    `^${mediaType.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:[ \\t]*;[ \\t]*charset=(?:utf-8|"utf-8"))?$`,
    'i',
  );
  return (value) => value === mediaType || pattern.test(value);
}

/** Type and subtype without parameters, lower case. A range in the document is read as application/json. */
function essenceOf(mediaType: string): string {
  const essence = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return essence.includes('*') || essence === '' ? 'application/json' : essence;
}
