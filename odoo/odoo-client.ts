import type { OdooBinding, SystemEnvironment } from '../catalog/documents.ts';
import type { Exchange } from '../gateway/exchange.ts';
import { RefusalError, refuse } from '../gateway/problems.ts';
import type { ReadSecret } from '../gateway/secrets.ts';
import type { CallPace, UpstreamTls } from '../gateway/upstream.ts';
import { type ExactOutcome, memberOf } from './decode-answer.ts';
import { refusalOf } from './errors.ts';
import { decodeJson2, decodeJson2Exact, encodeJson2 } from './json2-codec.ts';
import { decodeJsonRpc, decodeJsonRpcExact, encodeAuthenticate, encodeJsonRpc } from './jsonrpc-codec.ts';
import type { EncodedCall, RawAnswer, TypedCall, TypedOutcome } from './typed-call.ts';
import { isRecordId } from './typed-call.ts';
import { decodeXmlRpc, decodeXmlRpcExact, encodeXmlAuthenticate, encodeXmlRpc } from './xmlrpc-codec.ts';

/** Sends one request and reads its whole answer, decoded and within bounds. Throws RefusalError for everything but an answer. */
export type OdooTransport = (request: {
  readonly origin: string;
  readonly allowPlainHttp?: boolean;
  readonly tls?: UpstreamTls | undefined;
  readonly method: string;
  readonly path: string;
  /** Flat name, value list. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly isSafe?: boolean;
}) => Promise<{
  readonly status: number;
  readonly mediaType: string;
  readonly body: Buffer;
  header(name: string): string | undefined;
}>;

/** The exchange a call belongs to, and when all must be done (milliseconds since the epoch). */
export interface CallRun {
  readonly exchange: Exchange;
  readonly deadline: number;
}

export interface FieldDescription {
  /** Model that a relation leads to. */
  readonly relation: string | undefined;
  readonly sortable: boolean;
}

/** Calls one Odoo database as its bot user. */
export interface OdooClient {
  /** A call that changes nothing. Throws RefusalError. */
  read(call: TypedCall, run: CallRun): Promise<unknown>;
  /** A call that may change something; never repeated. Failures with a known class come back as outcomes. */
  change(call: TypedCall, run: CallRun): Promise<TypedOutcome>;
  /**
   * A call of either kind with its value exact: whole numbers and floats as Odoo wrote them. `change` is never repeated.
   * Failures with a known class come back as outcomes.
   */
  exact(call: TypedCall, run: CallRun, effect: 'read' | 'change'): Promise<ExactOutcome>;
  /** What Odoo says of a field; undefined when it has none of that name. Asked once, then known. */
  describe(model: string, field: string, run: CallRun): Promise<FieldDescription | undefined>;
}

const REFUSED_PAUSE_MS = 5000;
const LONGEST_REST_SECONDS = 60;

/** Reads an answer in the form the caller wants it. */
type Decode<T> = (answer: RawAnswer) => T;

const DECODE = {
  json2: { plain: decodeJson2, exact: decodeJson2Exact },
  jsonrpc: { plain: decodeJsonRpc, exact: decodeJsonRpcExact },
  xmlrpc: { plain: decodeXmlRpc, exact: decodeXmlRpcExact },
};

/** Protocols that send a user id, and so log in first. */
const ENCODE = {
  jsonrpc: { authenticate: encodeAuthenticate, call: encodeJsonRpc },
  xmlrpc: { authenticate: encodeXmlAuthenticate, call: encodeXmlRpc },
};

/** Throws an Error when the environment does not say all that the protocol needs. */
export function odooClient(
  environment: SystemEnvironment,
  odoo: OdooBinding,
  transport: OdooTransport,
  readSecret: ReadSecret,
  tls: UpstreamTls | undefined,
  pace?: CallPace,
): OdooClient {
  const { credential } = environment;
  if (credential?.type !== 'bearer' && credential?.type !== 'basic') {
    throw new Error('the Odoo system needs a credential of type bearer (or basic): the API key of its bot user.');
  }
  const apiKey = readSecret(credential.secret);
  const login = odoo.login ?? (credential.type === 'basic' ? credential.username : undefined);
  const url = new URL(environment.url);
  const basePath = url.pathname.replace(/\/+$/, '');

  async function send(encoded: EncodedCall, run: CallRun, isSafe: boolean, isLogin = false) {
    if (pace === undefined) return sendNow(encoded, run, isSafe);
    await pace.enter({ ...run, kind: isLogin ? 'login' : isSafe ? 'read' : 'change' });
    let restSeconds: number | undefined;
    try {
      const answer = await sendNow(encoded, run, isSafe);
      restSeconds = restOf(answer);
      return answer;
    } finally {
      pace.leave(restSeconds);
    }
  }

  async function sendNow(encoded: EncodedCall, run: CallRun, isSafe: boolean) {
    const timeoutMs = run.deadline - Date.now();
    if (timeoutMs <= 0) throw new RefusalError(refuse('upstream-timeout', undefined, { reason: 'deadline-passed' }));
    const { facts, signal } = run.exchange;
    const startedAt = performance.now();
    // A read that comes before a write changes nothing: only the write begins what may take effect.
    if (!isSafe && facts.upstreamBegun === false) facts.upstreamBegun = true;
    try {
      const answer = await transport({
        origin: url.origin,
        ...(environment.allowPlainHttp === undefined ? {} : { allowPlainHttp: environment.allowPlainHttp }),
        tls,
        method: 'POST',
        ...encoded,
        signal,
        timeoutMs,
        isSafe,
      });
      facts.upstreamStatus = answer.status;
      return { ...answer, retryAfter: answer.header('retry-after') };
    } finally {
      facts.upstreamMs += performance.now() - startedAt;
    }
  }

  const { plain, exact } = DECODE[odoo.protocol];
  const perform =
    odoo.protocol === 'json2'
      ? async <T extends TypedOutcome>(call: TypedCall, run: CallRun, isSafe: boolean, decode: Decode<T>): Promise<T> =>
          decode(await send(encodeJson2(call, odoo.database, apiKey, basePath), run, isSafe))
      : withUserId(odoo.protocol);

  function withUserId(protocol: 'jsonrpc' | 'xmlrpc') {
    const encode = ENCODE[protocol];
    if (login === undefined) {
      throw new Error(`an Odoo system over ${protocol} needs odoo.login, the name of its bot user.`);
    }
    let known: number | undefined;
    let asking: Promise<number> | undefined;
    let refusedUntil = 0;

    /** Each login costs Odoo half a second of computing: they are shared, and a refused one is not tried again at once. */
    async function userId(run: CallRun): Promise<number> {
      if (known !== undefined) return known;
      // One at a time: of all who waited for a login that failed, one asks again.
      while (asking !== undefined) {
        try {
          return await asking;
        } catch {
          // Its exchange may have ended early; this one asks for itself.
        }
      }
      asking = authenticate(run).finally(() => {
        asking = undefined;
      });
      known = await asking;
      return known;
    }

    async function authenticate(run: CallRun): Promise<number> {
      const refused = refuse('upstream-refused', undefined, { reason: 'odoo:login-refused' });
      if (Date.now() < refusedUntil) throw new RefusalError(refused);
      const encoded = encode.authenticate(odoo.database, login ?? '', apiKey, basePath);
      const outcome = plain(await send(encoded, run, true, true));
      if (!outcome.ok) throw new RefusalError(noted(run, outcome, true));
      if (isRecordId(outcome.value)) return outcome.value;
      refusedUntil = Date.now() + REFUSED_PAUSE_MS;
      throw new RefusalError(refused);
    }

    return async <T extends TypedOutcome>(
      call: TypedCall,
      run: CallRun,
      isSafe: boolean,
      decode: Decode<T>,
    ): Promise<T> => {
      const isFresh = known === undefined;
      const uid = await userId(run);
      const ask = async (as: number) =>
        decode(await send(encode.call(call, { database: odoo.database, uid: as, apiKey }, basePath), run, isSafe));
      const outcome = await ask(uid);
      // AccessDenied comes before anything ran. The user may have got another id: one more try, writes included.
      if (outcome.ok || outcome.failure !== 'AccessDenied') return outcome;
      if (known === uid) known = undefined;
      if (isFresh) return outcome;
      return ask(await userId(run));
    };
  }

  async function read(call: TypedCall, run: CallRun): Promise<unknown> {
    const outcome = await perform(call, run, true, plain);
    if (outcome.ok) return outcome.value;
    throw new RefusalError(noted(run, outcome, true));
  }

  const described = new Map<string, FieldDescription>();

  return {
    read,
    async describe(model, field, run) {
      const key = `${model} ${field}`;
      const known = described.get(key);
      if (known !== undefined) return known;
      const args = { allfields: [field], attributes: ['relation', 'sortable'] };
      const answer = await read({ model, method: 'fields_get', args, context: {} }, run);
      const found = memberOf(answer, field);
      if (found === undefined) return undefined;
      const relation = memberOf(found, 'relation');
      const description = {
        relation: typeof relation === 'string' ? relation : undefined,
        sortable: memberOf(found, 'sortable') !== false,
      };
      described.set(key, description);
      return description;
    },
    async change(call, run) {
      const outcome = await perform(call, run, false, plain);
      noteEffect(run, outcome, 'change');
      return outcome;
    },
    async exact(call, run, effect) {
      const outcome = await perform(call, run, effect === 'read', exact);
      noteEffect(run, outcome, effect);
      return outcome;
    },
  };
}

/** Seconds for which an Odoo, or what stands before it, asks to be left alone. */
function restOf({ status, retryAfter }: Pick<RawAnswer, 'status' | 'retryAfter'>): number | undefined {
  const seconds = Number(retryAfter);
  if (status !== 429 && (status !== 503 || !(seconds > 0))) return undefined;
  return Math.min(seconds > 0 ? seconds : 1, LONGEST_REST_SECONDS);
}

function noted(run: CallRun, outcome: Extract<TypedOutcome, { ok: false }>, isSafe: boolean) {
  note(run, outcome.failure);
  return refusalOf(outcome, isSafe);
}

/** What is confirmed stays on record, whatever becomes of the exchange. */
function noteEffect(run: CallRun, outcome: TypedOutcome | ExactOutcome, effect: 'read' | 'change'): void {
  if (!outcome.ok) note(run, outcome.failure);
  else if (effect === 'change') run.exchange.facts.hasChanged = true;
}

/** The class of an error, and nothing else of it, goes on record. */
function note({ exchange }: CallRun, failure: string): void {
  exchange.facts.notes.push(`odoo:${failure}`);
}
