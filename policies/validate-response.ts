import { isUtf8 } from 'node:buffer';
import type { Exchange } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { Enforce, GrantPolicy, Verdict } from '../gateway/policy.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { dropPlaces } from '../gateway/selector/drop-places.ts';
import type { BodyStream } from '../gateway/upstream.ts';
import type { Content, Field, Shape } from '../openapi/contract.ts';
import { compileValidator, type Validate, type ValidationError } from '../openapi/validators.ts';
import { relaxContract, relaxSchema } from './relax-contract.ts';
import { isJsonAnswer, responseContent } from './response-content.ts';

/** Bytes of an answer that is checked; a longer one cannot be vouched for. */
const MAX_BODY = 8 * 1024 * 1024;
/** The checker names few errors at a time; after so many rounds the answer is given up. */
const MAX_ROUNDS = 20;

type Mode = 'refuse' | 'drop' | 'flag';

/**
 * Holds answers of success against the document, where the version asks for it: `refuse` refuses what breaks it, `drop`
 * leaves out the values that do (missing properties are let pass), `flag` only notes it. The note `response-drift` holds
 * a count and field ids, never values. Must run before select-fields, which refuses what is no valid JSON answer at all.
 */
export function validateResponse(): GrantPolicy {
  return {
    name: 'validate-response',
    stage: 'inspect',
    prepare(place) {
      const mode = place.version.version.responseValidation;
      if (mode === undefined || place.selection === undefined) return undefined;
      return checkAt(place, mode);
    },
  };
}

function checkAt(place: GrantedOperation, mode: Mode): Enforce {
  const checks = new Map<Content, Validate>();
  const checkOf = (content: Content): Validate => {
    let check = checks.get(content);
    if (check === undefined) {
      const { contract } = place.version;
      check =
        mode === 'drop'
          ? compileValidator(relaxContract(contract), relaxSchema(content.schema), 'response')
          : compileValidator(contract, content.schema, 'response');
      checks.set(content, check);
    }
    return check;
  };
  for (const response of place.operation.responses.values()) {
    if (response.content !== undefined) checkOf(response.content);
  }
  return (exchange) => {
    const { answer } = exchange;
    // What is no success or no JSON is for select-fields to refuse.
    if (answer === undefined || answer.status < 200 || answer.status > 299 || !isJsonAnswer(answer.mediaType))
      return undefined;
    const content = responseContent(place.operation, answer.status);
    if (content === undefined) return undefined;
    if (Buffer.isBuffer(answer.body)) {
      return answer.body.length === 0 ? undefined : checkBody(answer.body, mode, checkOf(content), content, exchange);
    }
    return collect(answer.body).then((body) =>
      body === undefined ? invalid('too-large-to-check') : checkBody(body, mode, checkOf(content), content, exchange),
    );
  };
}

function checkBody(body: Buffer, mode: Mode, check: Validate, content: Content, exchange: Exchange): Verdict {
  if (body.length > MAX_BODY) return invalid('too-large-to-check');
  const { answer } = exchange;
  if (answer === undefined) return undefined;
  const value = parse(body);
  if (value === undefined) return invalid('json');
  const errors = check(value.parsed);
  if (errors.length > 0) note(exchange, errors, content.shape);
  if (mode === 'refuse' && errors.length > 0) return invalid('breaks-contract');
  const kept = mode === 'drop' && errors.length > 0 ? dropUntilFit(body, errors, check) : body;
  if (kept === undefined) return invalid('breaks-contract');
  exchange.answer = { ...answer, body: kept };
  return undefined;
}

/** Leaves out what breaks the document until nothing does; undefined where that would be everything, or takes too long. */
function dropUntilFit(body: Buffer, found: readonly ValidationError[], check: Validate): Buffer | undefined {
  let kept = body;
  let errors = found;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const pointers = deepest(errors.map((error) => error.pointer));
    if (pointers.includes('')) return undefined;
    kept = dropPlaces(kept, pointers);
    const value = parse(kept);
    if (value === undefined) return undefined;
    errors = check(value.parsed);
    if (errors.length === 0) return kept;
  }
  return undefined;
}

/** A wrong leaf also breaks what holds it: the leaf goes first, and often that is enough. */
function deepest(pointers: readonly string[]): string[] {
  return pointers.filter((pointer) => !pointers.some((other) => other.startsWith(`${pointer}/`)));
}

function parse(body: Buffer): { readonly parsed: unknown } | undefined {
  if (!isUtf8(body)) return undefined;
  try {
    return { parsed: JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

async function collect(stream: BodyStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_BODY) {
      stream.destroy();
      return undefined;
    }
    // The reader may use its buffer again.
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

function note(exchange: Exchange, errors: readonly ValidationError[], shape: Shape): void {
  const fields = new Set(errors.map((error) => fieldAt(shape, error.pointer)));
  exchange.facts.notes.push(`response-drift:${errors.length}:${[...fields].sort().join(',')}`);
}

/** Id of the nearest catalogued field on the way to a place; names that only the answer has are never told. */
function fieldAt(root: Shape, pointer: string): string {
  let shape = root;
  let id = root.path;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const field: Field | undefined = shape.fields.get(name);
    if (field === undefined && shape.items !== undefined && /^\d+$/.test(name)) {
      shape = shape.items;
      continue;
    }
    const reached: Field | undefined = field ?? shape.entries;
    if (reached === undefined) break;
    id = reached.id;
    shape = reached.shape;
  }
  return id;
}

function invalid(reason: string): Refusal {
  return refuse('upstream-answer-invalid', undefined, { reason });
}
