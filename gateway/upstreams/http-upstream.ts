import type { Operation } from '../../openapi/contract.ts';
import type { TypedRequest } from '../exchange.ts';
import { type Refusal, RefusalError, refuse } from '../problems.ts';
import type { ReadSecret } from '../secrets.ts';
import { formatTraceparent } from '../telemetry/trace-context.ts';
import type { BodyStream, OpenTls, Send, Upstream, UpstreamAnswer } from '../upstream.ts';
import { resolveCredential, type SentCredential } from './credential.ts';
import { decodeContent } from './decode-content.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts';
import { DEFAULT_TIMEOUT_MS } from './layers.ts';
import { isJsonType, type MediaType, parseMediaType } from './media-type.ts';
import { parseOrigin } from './origin.ts';
import { compilePath } from './path-template.ts';
import { headerLines, isHeaderValue } from './request-head.ts';
import { SAFE_METHODS } from './safe-methods.ts';
import { refusalOf, statusRefusal } from './upstream-refusals.ts';

export interface HttpUpstreamDependencies {
  readonly client: HttpClient;
  readonly readSecret: ReadSecret;
  readonly openTls: OpenTls;
}

const EMPTY = Buffer.alloc(0);

/** Header parameters that a document may declare but that are the gateway's own business, or the client's secret. */
const NEVER_FORWARDED = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'content-type',
  'cookie',
  'dpop',
  'forwarded',
  'proxy-authorization',
  'traceparent',
  'tracestate',
  'via',
]);

/**
 * The adapter for systems of type `http`. Every upstream request is built anew from the typed request; of the client's
 * own bytes nothing is forwarded. Only JSON comes back: error statuses become problems, other media types are refused.
 */
export function httpUpstream({ client, readSecret, openTls }: HttpUpstreamDependencies): Upstream {
  return {
    type: 'http',
    prepare(place) {
      const { operation, version } = place;
      const { environment, contract } = version;
      const origin = parseOrigin(environment.url, environment.allowPlainHttp, openTls(environment));
      const upstream = client.to(origin);
      const credential = resolveCredential(environment.credential, readSecret);
      // A base path in the environment stands for the one that the document names.
      const prefix = origin.basePath === '' ? contract.serverPath.replace(/\/+$/, '') : origin.basePath;
      const buildPath = compilePath(prefix, operation.path);
      const forwarded = forwardedHeaders(operation, credential.headerName);
      const bodyType = operation.requestBody?.content.mediaType ?? 'application/json';
      const always =
        headerLines(['accept', 'application/json', 'accept-encoding', 'identity']) + credential.headerLines;
      const withBody = always + headerLines(['content-type', bodyType]);
      const timeoutMs = environment.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const isSafe = SAFE_METHODS.has(operation.method);
      const readAnswer = answerReader(place.selection !== undefined, operation, isSafe);

      const method = operation.method;
      const send: Send = (exchange, deadline) => {
        const { typed, facts } = exchange;
        if (typed === undefined)
          return refused(refuse('internal-error', undefined, { reason: 'request was not typed' }));
        const path = buildPath(typed.path);
        const headers = forwarded.size === 0 ? '' : declaredLines(typed, forwarded);
        const query = typed.query.length === 0 && credential.query === '' ? '' : queryOf(typed.query, credential);
        if (path === undefined || headers === undefined || query === undefined) {
          return refused(refuse('parameter-invalid'));
        }
        const body = typed.body === undefined ? undefined : Buffer.from(JSON.stringify(typed.body));
        const timeLeft = deadline === undefined ? timeoutMs : deadline - Date.now();
        if (timeLeft <= 0) return refused(refuse('upstream-timeout', undefined, { reason: 'deadline-passed' }));
        const startedAt = performance.now();
        if (facts.upstreamBegun === false) facts.upstreamBegun = true;
        const trace = `traceparent: ${formatTraceparent({ traceId: exchange.traceId, flags: exchange.traceFlags })}\r\n`;
        const failed = (error: unknown): Refusal => {
          if (facts.upstreamStatus === 0) facts.upstreamMs += performance.now() - startedAt;
          return refusalOf(error, isSafe);
        };
        const answered = (response: HttpResponse): UpstreamAnswer | Refusal | Promise<UpstreamAnswer | Refusal> => {
          facts.upstreamMs += performance.now() - startedAt;
          facts.upstreamStatus = response.status;
          if (!isSafe && response.status >= 200 && response.status < 300) facts.hasChanged = true;
          try {
            const answer = readAnswer(response);
            return answer instanceof Promise ? answer.catch(failed) : answer;
          } catch (error) {
            return failed(error);
          }
        };
        const call: HttpRequest = {
          method,
          isSafe,
          path: path + query,
          headerLines: (body === undefined ? always : withBody) + headers + trace,
          body,
          timeoutMs: timeLeft,
          owner: exchange,
        };
        return upstream.request(call).then(answered, failed);
      };
      return send;
    },
    close: async () => client.close(),
  };
}

function refused(refusal: Refusal): Promise<Refusal> {
  return Promise.resolve(refusal);
}

function forwardedHeaders(operation: Operation, credentialHeader: string): ReadonlySet<string> {
  const names = operation.parameters
    .filter((parameter) => parameter.in === 'header' && parameter.role === 'forward')
    .map((parameter) => parameter.name.toLowerCase())
    .filter((name) => !NEVER_FORWARDED.has(name) && !name.startsWith('x-forwarded-') && name !== credentialHeader);
  // Says at compile time which declared header could never be sent.
  headerLines(names.flatMap((name) => [name, '']));
  return new Set(names);
}

function declaredLines(typed: TypedRequest, forwarded: ReadonlySet<string>): string | undefined {
  let lines = '';
  for (const [name, value] of typed.headers) {
    if (!forwarded.has(name)) continue;
    if (!isHeaderValue(value)) return undefined;
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** The client's word never stands beside the gateway's credential: an upstream might read the first of two. */
function queryOf(pairs: TypedRequest['query'], { query: credential, queryName }: SentCredential): string | undefined {
  let query = '';
  for (const [name, value] of pairs) {
    if (queryName !== '' && name.split('[', 1)[0]?.toLowerCase() === queryName) continue;
    if (!name.isWellFormed() || !value.isWellFormed()) return undefined;
    query += `${query === '' ? '?' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  if (credential !== '') query += `${query === '' ? '?' : '&'}${credential}`;
  return query;
}

type ReadAnswer = (response: HttpResponse) => UpstreamAnswer | Refusal | Promise<UpstreamAnswer | Refusal>;

/** Turns a response into what may go on: JSON where the operation answers with JSON, else nothing but its status. */
function answerReader(isSelected: boolean, operation: Operation, isSafe: boolean): ReadAnswer {
  // Upstreams say the same thing every time; it is parsed once.
  let lastValue: string | undefined;
  let lastType: MediaType | undefined = parseMediaType(undefined);

  return (response) => {
    const { head, status } = response;
    if (status < 200 || status > 204) {
      const refusal = statusRefusal(status, head.header('retry-after'), isSafe);
      if (refusal !== undefined) return discard(response, refusal);
    }
    const headers = passedHeaders(response);
    if (!isSelected || status === 204 || operation.method === 'HEAD') {
      discard(response, undefined);
      return { status, mediaType: '', body: EMPTY, headers };
    }
    const value = head.header('content-type');
    if (value !== lastValue) {
      lastType = parseMediaType(value);
      lastValue = value;
    }
    const type = lastType;
    if (type === undefined || !type.isUtf8 || !isJsonType(type.name)) return discard(response, invalid('media-type'));
    if (Buffer.isBuffer(response.body) && response.body.length === 0) return invalid('empty');
    const body = decodeContent(response.body, head.header('content-encoding'));
    if (body instanceof Promise) return body.then((whole) => ({ status, mediaType: type.name, body: whole, headers }));
    return { status, mediaType: type.name, body: Buffer.isBuffer(body) ? body : refusing(body, isSafe), headers };
  };
}

function passedHeaders({ status, head }: HttpResponse): readonly string[] {
  if (status !== 201 && status !== 202) return NO_HEADERS;
  const wait = head.header('retry-after');
  return wait !== undefined && /^\d{1,6}$/.test(wait) ? ['retry-after', wait] : NO_HEADERS;
}

const NO_HEADERS: readonly string[] = Object.freeze([]);

function invalid(reason: string): Refusal {
  return refuse('upstream-answer-invalid', undefined, { reason });
}

function discard<R>(response: HttpResponse, result: R): R {
  if (!Buffer.isBuffer(response.body)) response.body.destroy();
  return result;
}

/** The stream with its errors as refusals, so that whoever reads it knows what they mean to the consumer. */
function refusing(body: BodyStream, isSafe: boolean): BodyStream {
  return {
    destroy: () => body.destroy(),
    async *[Symbol.asyncIterator]() {
      try {
        yield* body;
      } catch (error) {
        throw new RefusalError(refusalOf(error, isSafe));
      }
    },
  };
}
