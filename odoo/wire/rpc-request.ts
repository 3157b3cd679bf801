import type { OdooFault } from './fault.ts';
import type { OdooObject, OdooValue } from './value.ts';

export type Protocol = 'xmlrpc/2' | 'xmlrpc' | 'jsonrpc' | 'json2' | 'session';

/** The HTTP request as codecs see it. */
export interface RpcHttpRequest {
  readonly method: string;
  /** Canonical path, without query. */
  readonly path: string;
  /** Joined value of a header, lower-case name. */
  header(name: string): string | undefined;
  readonly body: Buffer;
}

/** An HTTP answer in a client's protocol. */
export interface RawReply {
  readonly status: number;
  /** With parameters: `text/xml; charset=utf-8`. */
  readonly contentType: string;
  /** Flat name, value list. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** How a client proves who it is; it is never passed on. */
export type RpcCredential =
  | { readonly type: 'password'; readonly uid: number; readonly secret: string }
  | { readonly type: 'bearer'; readonly secret: string | undefined }
  | { readonly type: 'session'; readonly token: string | undefined };

/** A call of a model's method as it was sent. `call_kw` and JSON-2 are named; execute and execute_kw positional. */
export interface UnboundCall {
  readonly model: string;
  readonly method: string;
  /** Positional arguments, the ids among them. */
  readonly positional: readonly OdooValue[];
  readonly named: OdooObject;
  /** JSON-2: `ids` and `context` stand among the named arguments, and create always answers a list. */
  readonly form: 'positional' | 'json2';
}

/** What a client asks for, in one form for all protocols. */
export type RpcRequest =
  | {
      readonly kind: 'call';
      readonly database: string | undefined;
      readonly credential: RpcCredential;
      readonly call: UnboundCall;
    }
  /** `authenticate` and `login` of the common service. */
  | { readonly kind: 'login'; readonly database: string; readonly login: string; readonly secret: string }
  | {
      readonly kind: 'open-session';
      readonly database: string | undefined;
      readonly login: string;
      readonly secret: string;
    }
  | { readonly kind: 'session-info'; readonly token: string | undefined }
  | { readonly kind: 'close-session'; readonly token: string | undefined }
  | { readonly kind: 'version'; readonly form: 'common' | 'about' | 'about-extended' | 'web' | 'webclient' | 'db' }
  | { readonly kind: 'databases' }
  | { readonly kind: 'database-exists'; readonly database: string }
  /** A service or method that the gateway does not offer; answered with `fault`. */
  | { readonly kind: 'refused'; readonly fault: OdooFault };

/** A request that could be read, and how its client is answered. */
export interface RpcMessage {
  readonly protocol: Protocol;
  readonly request: RpcRequest;
  /** The answer; undefined is Python's None. `headers` are added (a session cookie). */
  reply(value: OdooValue | undefined, headers?: readonly string[]): RawReply;
  fail(fault: OdooFault, headers?: readonly string[]): RawReply;
}
