import { RefusalError } from '../problems.ts';
import type { UpstreamTls } from '../upstream.ts';
import { decodeContent } from './decode-content.ts';
import type { HttpClient, OriginClient } from './http-client.ts';
import { parseMediaType } from './media-type.ts';
import { parseOrigin } from './origin.ts';
import { headerLines } from './request-head.ts';
import { SAFE_METHODS } from './safe-methods.ts';
import { refusalOf } from './upstream-refusals.ts';

/** One call of an adapter that speaks its own protocol over HTTP. */
export interface TransportRequest {
  /** `https://erp.example.com`, from the system's environment; a base path in it is not used. */
  readonly origin: string;
  readonly allowPlainHttp?: boolean;
  readonly tls?: UpstreamTls | undefined;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Flat name, value list; Host and Content-Length are added. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** The call changes nothing, whatever its method. Default: by the method. */
  readonly isSafe?: boolean;
}

export interface TransportResponse {
  readonly status: number;
  /** Value of a header by lower-case name. */
  header(name: string): string | undefined;
  /** Without parameters, lower case; '' when absent or unreadable. */
  readonly mediaType: string;
  /** Whole, decoded. */
  readonly body: Buffer;
}

/** Sends one request and reads the whole answer. Throws RefusalError for everything but an answer. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

const DEFAULT_MAX_BODY = 16 * 1024 * 1024;
const IDENTITY = headerLines(['accept-encoding', 'identity']);

/** A transport over the shared client; answers above `maxBodyBytes` (default 16 MiB, before and after decoding) are refused. */
export function createTransport(client: HttpClient, maxBodyBytes = DEFAULT_MAX_BODY): Transport {
  const origins = new Map<string, OriginClient>();

  function originClient({ origin, allowPlainHttp, tls }: TransportRequest): OriginClient {
    const key = `${origin} ${allowPlainHttp === true} ${tls?.key ?? ''}`;
    let found = origins.get(key);
    if (found === undefined) {
      found = client.to(parseOrigin(origin, allowPlainHttp, tls));
      origins.set(key, found);
    }
    return found;
  }

  return async (request) => {
    const { signal } = request;
    const isSafe = request.isSafe ?? SAFE_METHODS.has(request.method);
    try {
      const { status, head, body } = await originClient(request).request({
        method: request.method,
        isSafe,
        path: request.path,
        headerLines: IDENTITY + headerLines(request.headers),
        body: request.body,
        timeoutMs: request.timeoutMs,
        owner: signal === undefined ? undefined : { signal },
        wholeBytes: maxBodyBytes,
        maxBodyBytes,
      });
      if (!Buffer.isBuffer(body)) throw new Error('a body within wholeBytes came as a stream');
      const decoded = await decodeContent(body, head.header('content-encoding'), {
        maxBytes: maxBodyBytes,
        maxRatio: 100,
      });
      if (!Buffer.isBuffer(decoded)) throw new Error('a whole body was decoded to a stream');
      const mediaType = parseMediaType(head.header('content-type'))?.name ?? '';
      return { status, header: (name) => head.header(name), mediaType, body: decoded };
    } catch (error) {
      throw new RefusalError(refusalOf(error, isSafe));
    }
  };
}
