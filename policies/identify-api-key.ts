import type { Exchange } from '../gateway/exchange.ts';
import { networkOf } from '../gateway/network-of.ts';
import type { Enforce, OperationPolicy, Verdict } from '../gateway/policy.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import type { ApiClient } from '../odoo/front/api-keys.ts';
import { OdooFront } from '../odoo/front/odoo-front.ts';
import { OdooMessage } from '../odoo/front/odoo-message.ts';
import type { RpcCredential } from '../odoo/wire/rpc-request.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { type IdentifyJwtParts, identifyByToken } from './identify-jwt.ts';

/** An access token has three parts (RFC 7515 §3.1); a key of ours that looks like one is none of ours. */
const ACCESS_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const NO_CLAIMS: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/**
 * Identifies the caller of an Odoo protocol by the API key that stands in the place of its password or bearer, by a
 * session that such a key has opened, or, where a bearer is sent, by an access token. Sets `exchange.caller`. What is
 * wrong goes into the record; the client hears one and the same answer.
 */
export function identifyApiKey(parts: IdentifyJwtParts, attempts: FailedAttempts): OperationPolicy {
  const byToken = identifyByToken(parts);

  return {
    name: 'identify-api-key',
    stage: 'identify',
    prepare({ front }) {
      return front instanceof OdooFront ? identify(front) : undefined;
    },
  };

  function identify(front: OdooFront): Enforce {
    /** `named` is who the client says to be; undefined where a key comes without a name. */
    function knock(exchange: Exchange, secret: string, named: { readonly client: ApiClient | undefined } | undefined) {
      const network = networkOf(exchange.remoteAddress);
      const owner = front.keys.find(secret);
      // A key that comes without a name is its owner's word: what others fail at does not shut it out, either.
      const login = named === undefined ? owner?.id : named.client?.id;
      const now = exchange.receivedAt;
      const waitMs = attempts.waitMs(login, network, now);
      if (waitMs > 0) {
        const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
        return refuse('attempts-exhausted', undefined, { headers: ['retry-after', seconds] });
      }
      if (owner === undefined || (named !== undefined && named.client !== owner)) {
        attempts.failed(login, network, now);
        return refuse('token-invalid', undefined, { reason: owner === undefined ? 'no such key' : 'key of another' });
      }
      attempts.succeeded(owner.id, network);
      return admit(exchange, owner);
    }

    function byCredential(exchange: Exchange, message: OdooMessage, credential: RpcCredential) {
      switch (credential.type) {
        case 'password':
          return knock(exchange, credential.secret, { client: front.keys.byUid(credential.uid) });
        case 'session':
          return bySession(exchange, message, credential.token);
        case 'bearer': {
          const { secret } = credential;
          if (secret === undefined) return refuse('token-missing');
          return ACCESS_TOKEN.test(secret) ? byToken(exchange) : knock(exchange, secret, undefined);
        }
      }
    }

    function bySession(exchange: Exchange, message: OdooMessage, token: string | undefined): Verdict {
      if (token === undefined) return refuse('token-missing');
      const session = front.sessions.open(token, exchange.receivedAt);
      if (session === undefined) return refuse('token-invalid', undefined, { reason: 'no such session' });
      const client = front.keys.byFingerprint(session.fingerprint);
      if (client === undefined) return refuse('token-invalid', undefined, { reason: 'session of a former key' });
      message.database = session.database;
      return admit(exchange, client);
    }

    return (exchange) => {
      const { message } = exchange;
      if (!(message instanceof OdooMessage)) throw new Error('a request of the Odoo front has no message');
      const { request } = message.rpc;
      switch (request.kind) {
        case 'login':
        case 'open-session':
          return knock(exchange, request.secret, { client: front.keys.byId(request.login) });
        case 'session-info':
          return bySession(exchange, message, request.token);
        case 'call':
          return byCredential(exchange, message, request.credential);
        default:
          return refuse('token-missing');
      }
    };
  }
}

/** The right key does not help a consumer that is switched off, or that must prove more than that it knows a key. */
function admit(exchange: Exchange, { id, consumer }: ApiClient): Refusal | undefined {
  const { status, environment, tokenBinding } = consumer.spec;
  const wrong =
    status === 'disabled'
      ? 'consumer disabled'
      : environment !== exchange.snapshot.environment
        ? 'consumer of another environment'
        : tokenBinding !== undefined && tokenBinding !== 'none'
          ? 'consumer demands bound tokens'
          : undefined;
  if (wrong !== undefined) return refuse('token-invalid', undefined, { reason: wrong });
  exchange.caller = { consumer, clientId: id, issuer: '', subject: id, tokenId: '', claims: NO_CLAIMS };
  return undefined;
}
