import { identitySubject } from '../audit/handles/subject-text.ts';
import type { AuditLog } from '../audit/log.ts';
import { type RecordPlace, recordPlace } from '../audit/record/record-place.ts';
import type { Recorder } from '../audit/record/recorder.ts';
import type { GrantDocument } from '../catalog/documents.ts';
import { contentDigest } from '../openapi/canonical-json.ts';
import type { GrantedPlace } from './compile.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Journal } from './journal.ts';
import type { OperationPlan, VersionPlan } from './plan.ts';

/** What every record under one granted operation says of it. */
export function grantedRecordPlace(place: GrantedPlace, environment: string): RecordPlace {
  const { consumer, grant, operation } = place;
  const { clients } = consumer.spec;
  const onlyClient = clients.length === 1 ? clients[0]?.id : undefined;
  return recordPlace({
    consumer: consumer.metadata.name,
    ...(onlyClient === undefined ? {} : { client: onlyClient }),
    grant: grant.metadata.name,
    grantDigest: grantDigest(grant),
    approvers: (grant.spec.approvals ?? []).map(({ by }) => by),
    purpose: grant.spec.purpose,
    ...versionMembers(place.version),
    operation: operation.id,
    method: operation.method,
    template: operation.path,
    environment,
    snapshot: place.snapshot,
  });
}

/** Puts exchanges into the audit log. What the log loses in relaxed mode it puts on record itself, as a gap. */
export function createAuditJournal(recorder: Recorder, log: AuditLog): Journal {
  return {
    get healthy() {
      return log.healthy;
    },
    put(exchange, ending, type) {
      return recorder.put({
        type,
        place: placeOf(exchange),
        client: clientOf(exchange),
        time: exchange.receivedAt,
        exchange: exchange.id,
        trace: exchange.traceId,
        subject: subjectOf(exchange),
        decision: ending.decision,
        hasLeft: ending.decision === 'allowed' || ending.isBrokenOff === true,
        code: ending.code,
        reason: ending.reason,
        verdicts: ending.policies,
        facts: exchange.facts,
        status: ending.status,
        bytes: ending.bytes,
        ms: Date.now() - exchange.receivedAt,
      });
    },
    whenDurable: (ticket, done) => log.whenDurable(ticket, done),
  };
}

/** Of the document, so that whoever has it can tell under which words a call ran. */
export function grantDigest(grant: GrantDocument): string {
  let digest = digests.get(grant);
  if (digest === undefined) {
    digest = contentDigest(grant);
    digests.set(grant, digest);
  }
  return digest;
}

/** Documents are frozen: what follows from them is worked out once. */
const digests = new WeakMap<GrantDocument, string>();

function versionMembers({ interface: { metadata }, version, contract, system }: VersionPlan) {
  return {
    interface: metadata.name,
    version: version.version,
    digest: contract.digest,
    upstream: system.metadata.name,
  };
}

function subjectOf({ caller }: HttpExchange): string {
  return caller === undefined || caller.subject === '' ? '' : identitySubject(caller.issuer, caller.subject);
}

/** A consumer with several clients: which one called is not constant. */
function clientOf({ granted, caller }: HttpExchange): string | undefined {
  if (granted === undefined || granted.consumer.spec.clients.length === 1) return undefined;
  return caller?.clientId;
}

function placeOf(exchange: HttpExchange): RecordPlace {
  return exchange.granted === undefined ? ungrantedPlace(exchange) : exchange.granted.recordPlace;
}

/** Places without a grant, by who called and how; they go with the plan. */
const ungranted = new WeakMap<OperationPlan, Map<string, RecordPlace>>();

/** There are no more of them than methods and clients. */
function ungrantedPlace({ caller, plan, snapshot, method }: HttpExchange): RecordPlace {
  const known = ungranted.get(plan) ?? new Map<string, RecordPlace>();
  ungranted.set(plan, known);
  const said = isKnownMethod(method) ? method : 'other';
  const key = `${said} ${caller?.consumer.metadata.name ?? ''} ${caller?.clientId ?? ''}`;
  let place = known.get(key);
  if (place === undefined) {
    const isRouted = plan !== snapshot.unrouted && plan.front === undefined;
    const { id: operation, path: template } = plan.operation;
    place = recordPlace({
      environment: snapshot.environment,
      snapshot: snapshot.id,
      method: said,
      ...(caller === undefined ? {} : { consumer: caller.consumer.metadata.name, client: caller.clientId }),
      ...(isRouted ? { ...versionMembers(plan.version), operation, template } : {}),
    });
    known.set(key, place);
  }
  return place;
}

function isKnownMethod(method: string): boolean {
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|QUERY)$/.test(method);
}
