import type { AuditLog } from '../audit/log.ts';
import { recordPrefix } from '../audit/record-prefix.ts';
import type { Recorder } from '../audit/recorder.ts';
import type { GrantedPlace } from './compile.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Journal } from './journal.ts';

/** The constant members of every record under one granted operation. */
export function grantedPrefix(place: GrantedPlace, environment: string): Buffer {
  const { clients } = place.consumer.spec;
  const onlyClient = clients.length === 1 ? clients[0]?.id : undefined;
  return recordPrefix({
    environment,
    snapshot: place.snapshot,
    consumer: place.consumer.metadata.name,
    ...(onlyClient === undefined ? {} : { client: onlyClient }),
    grant: place.grant.metadata.name,
    purpose: place.grant.spec.purpose,
    interface: place.version.interface.metadata.name,
    version: place.version.version.version,
    digest: place.version.contract.digest,
    operation: place.operation.id,
    method: place.operation.method,
    template: place.operation.path,
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
        prefix: prefixOf(exchange),
        client: clientOf(exchange),
        time: exchange.receivedAt,
        exchange: exchange.id,
        trace: exchange.traceId,
        subject: exchange.caller?.subject ?? '',
        decision: ending.decision,
        code: ending.code,
        reason: ending.reason,
        policies: ending.policies,
        facts: exchange.facts,
        status: ending.status,
        bytes: ending.bytes,
        ms: Date.now() - exchange.receivedAt,
      });
    },
    whenDurable: (sequence, done) => log.whenDurable(sequence, done),
  };
}

/** A consumer with several clients: which one called is not constant. */
function clientOf({ granted, caller }: HttpExchange): string | undefined {
  if (granted === undefined || granted.consumer.spec.clients.length === 1) return undefined;
  return caller?.clientId;
}

function prefixOf(exchange: HttpExchange): Buffer {
  const { granted, caller, plan } = exchange;
  if (granted !== undefined) return granted.recordPrefix;
  const routed = plan !== exchange.snapshot.unrouted && plan.front === undefined;
  return recordPrefix({
    environment: exchange.snapshot.environment,
    snapshot: exchange.snapshot.id,
    method: isKnownMethod(exchange.method) ? exchange.method : 'other',
    ...(caller === undefined ? {} : { consumer: caller.consumer.metadata.name, client: caller.clientId }),
    ...(routed
      ? {
          interface: plan.version.interface.metadata.name,
          version: plan.version.version.version,
          digest: plan.version.contract.digest,
          operation: plan.operation.id,
          template: plan.operation.path,
        }
      : {}),
  });
}

function isKnownMethod(method: string): boolean {
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|QUERY)$/.test(method);
}
