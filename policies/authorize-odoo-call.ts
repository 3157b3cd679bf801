import type { GrantDocument } from '../catalog/documents.ts';
import type { Caller, Exchange } from '../gateway/exchange.ts';
import type { OperationPolicy, Verdict } from '../gateway/policy.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import { OdooFront } from '../odoo/front/odoo-front.ts';
import { OdooMessage } from '../odoo/front/odoo-message.ts';
import type { DatabaseView, OpenedDatabase } from '../odoo/front/opened-database.ts';
import { sessionInfo, userContext } from '../odoo/front/service-answers.ts';
import { SESSION_MS } from '../odoo/front/session-seal.ts';
import { syntheticUid } from '../odoo/front/synthetic-uid.ts';
import { METHOD_NAMES } from '../odoo/methods.ts';
import type { UnboundCall } from '../odoo/wire/rpc-request.ts';
import { type GrantTerms, grantTerms, whyShut } from './authorize-grant.ts';

/** One answer for all that is hidden, unknown, not granted or Odoo's own: it tells none of these from another. */
const NOT_ALLOWED = 'You are not allowed to access this model or method.';
const NO_DATABASE = 'Database not found.';

/**
 * Finds the granted operation behind a call of an Odoo protocol, among the grants of the caller that open the database
 * and hold now; there is one answer for whatever has none. Answers logins and sessions of a caller that may come in.
 */
export function authorizeOdooCall(): OperationPolicy {
  // Grants are frozen and belong to a snapshot: their terms are read once each, and are gone with it.
  const known = new WeakMap<GrantDocument, GrantTerms>();
  const termsOf = (grant: GrantDocument): GrantTerms => {
    let terms = known.get(grant);
    if (terms === undefined) {
      terms = grantTerms(grant);
      known.set(grant, terms);
    }
    return terms;
  };

  return {
    name: 'authorize-odoo-call',
    stage: 'authorize',
    prepare({ front }) {
      if (!(front instanceof OdooFront)) return undefined;
      return (exchange) => {
        const { caller, message, receivedAt } = exchange;
        if (caller === undefined) return refuse('token-missing');
        if (!(message instanceof OdooMessage)) throw new Error('a request of the Odoo front has no message');
        const consumer = caller.consumer.metadata.name;
        if (!front.isOpenTo(consumer)) return refuse('grant-missing');
        const database = front.database(consumer, message.database);
        if (database === undefined) return unknownDatabase(message);
        const view = database.view((grant) => whyShut(termsOf(grant), receivedAt) === undefined);
        if (view === undefined) return refuse(shutReason(database, receivedAt));
        return proceed(exchange, message, caller, front, database, view);
      };
    },
  };

  function shutReason({ grants }: OpenedDatabase, at: number) {
    const reasons = grants.map((grant) => whyShut(termsOf(grant), at));
    return reasons.find((reason) => reason === 'outside-window') ?? 'grant-expired';
  }
}

function proceed(
  exchange: Exchange,
  message: OdooMessage,
  caller: Caller,
  front: OdooFront,
  database: OpenedDatabase,
  view: DatabaseView,
): Verdict {
  const { request, protocol } = message.rpc;
  const client = { id: caller.clientId, uid: syntheticUid(caller.clientId) };
  switch (request.kind) {
    case 'login':
      return { kind: 'answer', answer: message.reply(client.uid) };
    case 'session-info':
      return { kind: 'answer', answer: message.reply(sessionInfo(client, database.name, database.major)) };
    case 'open-session': {
      const fingerprint = front.keys.byId(client.id)?.fingerprint;
      if (fingerprint === undefined) return refuse('token-invalid', undefined, { reason: 'no key to open a session' });
      const expiresAt = exchange.receivedAt + SESSION_MS;
      const token = front.sessions.seal({ fingerprint, database: database.name, expiresAt });
      const info = sessionInfo(client, database.name, database.major);
      return { kind: 'answer', answer: message.reply(info, front.cookie(token)) };
    }
    case 'call': {
      const { call } = request;
      const note = `odoo-call:${protocol}`;
      exchange.facts.notes = exchange.facts.notes.map((one) =>
        one === note ? `${note}:${nameForRecord(call, view)}` : one,
      );
      if (call.model === 'res.users' && call.method === 'context_get') {
        return { kind: 'answer', answer: message.reply(userContext(client.uid)) };
      }
      const granted = view.find(call);
      if (granted === undefined) return notAllowed(message);
      exchange.granted = granted;
      message.access = { database, view };
      return undefined;
    }
    default:
      throw new Error('a service came so far without an answer');
  }
}

function notAllowed(message: OdooMessage): Refusal {
  return message.refuseAs({ name: 'odoo.exceptions.AccessError', message: NOT_ALLOWED }, 'operation-not-granted');
}

function unknownDatabase(message: OdooMessage): Refusal {
  const name = message.rpc.protocol === 'json2' ? 'werkzeug.exceptions.NotFound' : 'odoo.exceptions.AccessError';
  return message.refuseAs({ name, message: NO_DATABASE }, 'not-found', { reason: 'no such database' });
}

/** What a client writes may be anything: only names that the catalog knows go on record. */
function nameForRecord({ model, method }: UnboundCall, { access }: DatabaseView): string {
  if (!access.knowledge.models.has(model)) return '(unknown)';
  const isKnown = METHOD_NAMES.includes(method) || access.models.get(model)?.actions.has(method) === true;
  return `${model}.${isKnown ? method : '(unknown)'}`;
}
