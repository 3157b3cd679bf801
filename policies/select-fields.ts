import type { Exchange } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { GrantPolicy, Verdict } from '../gateway/policy.ts';
import { type Refusal, RefusalError, refuse } from '../gateway/problems.ts';
import { compileSelector, type SelectionFacts, type Selector } from '../gateway/selector/compile-selector.ts';
import { SelectionError } from '../gateway/selector/selection-error.ts';
import type { BodyStream, UpstreamAnswer } from '../gateway/upstream.ts';
import { SAFE_METHODS } from '../gateway/upstreams/safe-methods.ts';
import { statusRefusal } from '../gateway/upstreams/upstream-refusals.ts';
import type { Operation } from '../openapi/contract.ts';
import { consumerHashKey } from './odoo-masks.ts';
import { recordKinds } from './record-kinds.ts';
import { isJsonAnswer, responseContent } from './response-content.ts';

const EMPTY = Buffer.alloc(0);

/**
 * Lets of an answer leave what the grant names, masked where it says so, and tells the record what went out. Answers that
 * are not JSON where JSON is declared, invalid, partial or not successes do not leave at all. Every consumer has a hash
 * key of its own, derived from `maskKey` (32 secret bytes).
 */
export function selectFields(maskKey: Buffer): GrantPolicy {
  return {
    name: 'select-fields',
    stage: 'inspect',
    prepare(place) {
      const selector = selectorOf(place, maskKey);
      const isSafe = SAFE_METHODS.has(place.operation.method);
      const mediaTypes = answerMediaTypes(place.operation);
      return (exchange) => {
        const { answer } = exchange;
        if (answer === undefined) return refuse('internal-error', undefined, { reason: 'no answer to select from' });
        const failure = statusRefusal(answer.status, headerOf(answer, 'retry-after'), isSafe);
        if (failure !== undefined) return failure;
        if (Buffer.isBuffer(answer.body) && answer.body.length === 0) return passEmpty(exchange, answer, place);
        if (selector === undefined) return invalid('body-not-declared');
        if (!isJsonAnswer(answer.mediaType)) return invalid('media-type');
        if (answer.status === 204) return invalid('body-with-204');
        const mediaType = mediaTypes.get(answer.mediaType) ?? 'application/json';
        const wanted = exchange.typed?.fields;
        const chosen = wanted === undefined ? selector : selector.narrow(wanted);
        if (!Buffer.isBuffer(answer.body)) {
          exchange.answer = { ...answer, mediaType, body: selectStream(answer.body, chosen, exchange) };
          return undefined;
        }
        return selectWhole(answer, answer.body, mediaType, chosen, exchange);
      };
    },
  };
}

function selectorOf(place: GrantedOperation, maskKey: Buffer): Selector | undefined {
  if (place.selection === undefined) return undefined;
  return compileSelector(place.selection, {
    hashKey: consumerHashKey(maskKey, place.consumer.metadata.name),
    kindName: recordKinds(place.version),
  });
}

/** The media types that the document names for its answers: any other JSON type is announced as application/json. */
function answerMediaTypes(operation: Operation): ReadonlyMap<string, string> {
  const types = [...operation.responses.values()].flatMap((response) => response.content?.mediaType ?? []);
  return new Map(types.filter(isJsonAnswer).map((type) => [type, type]));
}

/** An answer without a body is fine unless the document promises one. */
function passEmpty(exchange: Exchange, answer: UpstreamAnswer, place: GrantedOperation): Verdict {
  const isHead = exchange.method === 'HEAD' || place.operation.method === 'HEAD';
  if (answer.status !== 204 && !isHead && responseContent(place.operation, answer.status) !== undefined) {
    return invalid('empty');
  }
  exchange.answer = { ...answer, mediaType: '', body: EMPTY };
  return undefined;
}

function selectWhole(
  answer: UpstreamAnswer,
  body: Buffer,
  mediaType: string,
  selector: Selector,
  exchange: Exchange,
): Verdict {
  try {
    const { output, facts } = selector.run(body);
    exchange.answer = { status: answer.status, mediaType, body: output, headers: answer.headers };
    tell(exchange, facts, answer.subjects);
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

/** Pulls a chunk only when one is asked for; the facts are there before the last piece is. */
function selectStream(body: BodyStream, selector: Selector, exchange: Exchange): BodyStream {
  return {
    destroy: () => body.destroy(),
    async *[Symbol.asyncIterator]() {
      const run = selector.open();
      let isTold = false;
      const tellNow = (): void => {
        if (!isTold) tell(exchange, run.facts, undefined);
        isTold = true;
      };
      try {
        for await (const chunk of body) {
          const output = run.write(chunk);
          if (output.length > 0) yield output;
        }
        const rest = run.end();
        tellNow();
        if (rest.length > 0) yield rest;
      } catch (error) {
        body.destroy();
        throw error instanceof SelectionError ? new RefusalError(refusalOf(error)) : error;
      } finally {
        // An answer that breaks off, whoever broke it, has told what it told.
        tellNow();
      }
    },
  };
}

/** `told`: what the adapter says of the records, which knows of those that do not show by an id, too. */
function tell(exchange: Exchange, selected: SelectionFacts, told: readonly string[] | undefined): void {
  const { facts } = exchange;
  facts.returned = selected.returned;
  facts.masked = selected.masked;
  facts.subjects.push(...(told ?? selected.subjects));
  facts.recordCount = selected.recordCount;
  if (selected.unexpected > 0) facts.notes.push(`unexpected-values:${selected.unexpected}`);
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof SelectionError)) throw error;
  return invalid(`${error.code} at byte ${error.offset}`);
}

function invalid(reason: string): Refusal {
  return refuse('upstream-answer-invalid', undefined, { reason });
}

function headerOf(answer: UpstreamAnswer, name: string): string | undefined {
  for (let at = 0; at < answer.headers.length; at += 2) {
    if (answer.headers[at]?.toLowerCase() === name) return answer.headers[at + 1];
  }
  return undefined;
}
