import type { Exchange, FinalAnswer } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { GrantPolicy, Verdict } from '../gateway/policy.ts';
import { type ProblemCode, type Refusal, refuse } from '../gateway/problems.ts';
import { contentDigest } from '../openapi/canonical-json.ts';
import { isObject, member } from '../openapi/plain-data.ts';
import { headerLines } from './header-lines.ts';
import type { Claim, IdempotencyStore, Outcome, Settle } from './idempotency-store.ts';
import { refuseParameters } from './parameter-faults.ts';
import { requestFingerprint } from './request-fingerprint.ts';

const HEADER = 'idempotency-key';
const KEY = /^[\x20-\x7e]{1,255}$/;
const REPLAYED = ['idempotency-replayed', 'true'];

/** Said by the system of record about this very request: said again. */
const DEFINITE: ReadonlySet<ProblemCode> = new Set(['duplicate', 'already-set', 'business-rule']);

/** Nothing happened upstream, and trying again may help: the key is free. What is in neither list may have had an effect. */
const WITHOUT_EFFECT: ReadonlySet<ProblemCode> = new Set([
  'body-invalid',
  'claim-missing',
  'conflict',
  'draining',
  'field-not-granted',
  'field-not-writable',
  'parameter-invalid',
  'record-not-found',
  'upstream-busy',
  'upstream-refused',
  'upstream-unavailable',
]);

/**
 * Makes sure that one key has one effect (R-13; draft-ietf-httpapi-idempotency-key-header-07): the same request again
 * gets the same answer, at the same time it waits for the first, and another request under the key is refused. Where it
 * is not known whether the first took effect, no second one is sent.
 */
export function requireIdempotencyKey(store: IdempotencyStore): GrantPolicy {
  return {
    name: 'require-idempotency-key',
    stage: 'validate',
    prepare(place) {
      const need = place.operation.annotation.idempotencyKey;
      const isRead = place.operation.method === 'GET' || place.operation.method === 'HEAD';
      if (need === undefined) return isRead ? undefined : noteIgnored;
      const owner = place.grant.metadata.name;
      const scope = readScope(place);

      const attempt = (exchange: Exchange, key: string, fingerprint: string): Verdict | Promise<Verdict> => {
        const claim = store.claim(owner, key, fingerprint);
        return claim instanceof Promise
          ? claim.then((claimed) => act(exchange, claimed, key, fingerprint))
          : act(exchange, claim, key, fingerprint);
      };
      const act = (exchange: Exchange, claim: Claim, key: string, fingerprint: string): Verdict | Promise<Verdict> => {
        switch (claim.kind) {
          case 'first':
            // Every adapter says so before it sends what may take effect.
            exchange.facts.upstreamBegun = false;
            if (claim.isLocal) exchange.facts.notes.push('idempotency-local');
            settleWithAnswer(exchange, scope, claim.settle);
            return undefined;
          case 'unavailable':
            return refuse('idempotency-unavailable', undefined, { headers: ['retry-after', '1'] });
          case 'other-request':
            return refuse('idempotency-key-reused');
          case 'crowded':
            return refuse('idempotency-in-progress', undefined, { headers: ['retry-after', '1'] });
          case 'under-way':
            return claim.settled.then(() => attempt(exchange, key, fingerprint));
          case 'done':
            return repeat(exchange, claim.outcome, scope);
        }
      };

      return (exchange) => {
        const lines = headerLines(exchange.rawHeaders, HEADER);
        const given = lines[0];
        if (given === undefined) return need === 'required' ? refuse('idempotency-key-missing') : undefined;
        if (lines.length > 1 || !KEY.test(given)) {
          return refuseParameters([{ name: 'Idempotency-Key', message: 'is not 1 to 255 visible characters, once' }]);
        }
        const { typed, caller } = exchange;
        if (typed === undefined || caller === undefined) throw new Error('the request has not been validated');
        // Keys belong to the end user: two users of one portal may well use the same one.
        const key = JSON.stringify([place.operation.id, caller.subject, given]);
        return attempt(exchange, key, requestFingerprint(exchange, typed));
      };
    },
  };
}

/** A client that sends a key believes in its effect: the record tells that there was none. */
function noteIgnored(exchange: Exchange): Verdict {
  if (exchange.header(HEADER) !== undefined) exchange.facts.ignored.push(HEADER);
  return undefined;
}

/** What an answer was made under: one made under another contract or read grant must not be given again. */
function readScope({ version, grant }: GrantedOperation): string {
  const { read, masks, filter } = grant.spec;
  return contentDigest([version.contract.digest, read ?? null, masks ?? null, filter ?? null]);
}

function settleWithAnswer(exchange: Exchange, scope: string, settle: Settle): void {
  exchange.onAnswer((final) => settle(outcomeOf(exchange, final, scope)));
  // Over without an answer: it broke off somewhere. After an answer this finds nothing left to settle.
  exchange.onEnd(() => settle({ kind: 'unknown' }));
}

function outcomeOf(exchange: Exchange, final: FinalAnswer, scope: string): Outcome | undefined {
  if (final.code !== undefined) {
    if (DEFINITE.has(final.code)) return { kind: 'refusal', refusal: refusalOf(final.code, final.body) };
    const isFree = WITHOUT_EFFECT.has(final.code) || exchange.facts.upstreamBegun === false;
    return isFree ? undefined : { kind: 'unknown' };
  }
  if (final.status >= 500 || exchange.answer === undefined) return { kind: 'unknown' };
  if (final.body === undefined) return { kind: 'unrepeatable' };
  const { status, mediaType, headers } = exchange.answer;
  const { returned, masked, subjects, recordCount } = exchange.facts;
  return {
    kind: 'answer',
    answer: { status, mediaType, headers: [...headers], body: final.body },
    facts: { returned, masked: [...masked], subjects: [...subjects], recordCount },
    scope,
  };
}

const STANDARD_MEMBERS: ReadonlySet<string> = new Set(['type', 'title', 'status', 'code', 'detail', 'instance']);

/** The refusal as it went out, so that it can go out again as a refusal, with an instance of its own. */
function refusalOf(code: ProblemCode, body: Buffer | undefined): Refusal {
  const problem: unknown = body === undefined ? undefined : JSON.parse(body.toString());
  if (!isObject(problem)) return refuse(code, undefined, { headers: REPLAYED });
  const detail = member(problem, 'detail');
  const members = Object.fromEntries(Object.entries(problem).filter(([name]) => !STANDARD_MEMBERS.has(name)));
  return refuse(code, typeof detail === 'string' ? detail : undefined, { members, headers: REPLAYED });
}

function repeat(exchange: Exchange, outcome: Outcome, scope: string): Verdict {
  switch (outcome.kind) {
    case 'refusal':
      return outcome.refusal;
    case 'unknown':
      return refuse(
        'outcome-unknown',
        'An earlier request with this key may have taken effect. Read the record before you send it under a new key.',
      );
    case 'unrepeatable':
      return refuse('conflict', 'The request with this key took effect; its answer was too long to be kept.');
    case 'answer': {
      if (outcome.scope !== scope) {
        return refuse('conflict', 'The request with this key took effect; its answer was made under an earlier grant.');
      }
      const { facts } = exchange;
      facts.returned = outcome.facts.returned;
      facts.masked = outcome.facts.masked;
      facts.subjects.push(...outcome.facts.subjects);
      facts.recordCount = outcome.facts.recordCount;
      return { kind: 'answer', answer: { ...outcome.answer, headers: [...outcome.answer.headers, ...REPLAYED] } };
    }
  }
}
