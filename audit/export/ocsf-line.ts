import { canonicalJson } from '../record/canonical-json.ts';
import type { ExportRow } from './export-row.ts';

const API_ACTIVITY = 6003;
const APPLICATION_ACTIVITY = 6;
const INFORMATIONAL = 1;
const OTHER = 99;
const SCHEMA = '1.5.0';
/** What a method does, as OCSF counts it: create, read, update, delete. */
const ACTIVITIES: Readonly<Record<string, number>> = { POST: 1, GET: 2, HEAD: 2, PUT: 3, PATCH: 3, DELETE: 4 };
const NAMES: Readonly<Record<number, string>> = { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' };
/** Of an exchange's decision: success or failure. */
const STATUS: Readonly<Record<string, number>> = { allowed: 1, refused: 2, failed: 2 };

/**
 * One line of OCSF API Activity (class 6003) with its line end. OCSF has no attribute for which fields went out, were masked
 * or refused, nor for a purpose: these stand in `unmapped`.
 */
export function ocsfLine(row: ExportRow): string {
  return `${canonicalJson(row.details === undefined ? exchangeEvent(row) : otherEvent(row))}\n`;
}

function exchangeEvent(row: ExportRow): object {
  const activity = ACTIVITIES[row.method ?? ''] ?? OTHER;
  const { decision, code, reason, status, ms } = row;
  return {
    ...classified(row, activity, NAMES[activity] ?? row.method ?? row.type),
    status_id: STATUS[decision ?? ''] ?? 0,
    ...(status === undefined ? {} : { status_code: String(status) }),
    ...(reason === undefined ? {} : { status_detail: reason }),
    ...(ms === undefined ? {} : { duration: Math.round(ms) }),
    actor: {
      app_name: row.consumer ?? 'unknown',
      ...(row.client === undefined ? {} : { app_uid: row.client }),
      ...(row.subject === undefined ? {} : { user: { uid: row.subject } }),
      authorizations: [
        {
          decision: decision ?? 'unknown',
          ...(row.grant === undefined
            ? {}
            : {
                policy: {
                  name: row.grant,
                  type: 'grant',
                  is_applied: true,
                  ...(row.grantDigest === undefined ? {} : { uid: row.grantDigest }),
                },
              }),
        },
      ],
    },
    api: {
      operation: row.operation ?? row.type,
      ...(row.version === undefined ? {} : { version: row.version }),
      ...(row.interface === undefined ? {} : { service: { name: row.interface } }),
      request: { uid: row.exchange ?? '' },
      response: { ...(status === undefined ? {} : { code: status }), ...(code === undefined ? {} : { error: code }) },
    },
    src_endpoint: { svc_name: row.consumer ?? 'unknown' },
    ...(row.upstream === undefined ? {} : { dst_endpoint: { svc_name: row.upstream } }),
    ...(row.method === undefined
      ? {}
      : {
          http_request: {
            http_method: row.method,
            ...(row.template === undefined ? {} : { url: { path: row.template } }),
          },
        }),
    ...(status === undefined ? {} : { http_response: { code: status, length: row.bytes } }),
    ...(row.handles === undefined ? {} : { resources: row.handles.map((uid) => ({ uid, type: 'record' })) }),
    unmapped: unmapped(row),
  };
}

/** An entry that is no exchange: the log's own doing. */
function otherEvent(row: ExportRow): object {
  return {
    ...classified(row, OTHER, row.type),
    actor: { app_name: 'Portcullis' },
    api: { operation: row.type },
    src_endpoint: { svc_name: 'Portcullis' },
    unmapped: { entry: row.details },
  };
}

function classified(row: ExportRow, activity: number, name: string): object {
  return {
    activity_id: activity,
    activity_name: name,
    category_uid: APPLICATION_ACTIVITY,
    class_uid: API_ACTIVITY,
    type_uid: API_ACTIVITY * 100 + activity,
    severity_id: INFORMATIONAL,
    time: Date.parse(row.time),
    metadata: {
      version: SCHEMA,
      product: { name: 'Portcullis', vendor_name: 'Portcullis' },
      log_name: 'ledger',
      sequence: row.index,
      original_time: row.time,
      ...(row.trace === undefined ? {} : { correlation_uid: row.trace }),
    },
  };
}

function unmapped(row: ExportRow): object {
  const {
    type,
    decision,
    code,
    purpose,
    approvers,
    environment,
    snapshot,
    digest,
    records,
    upstreamMs,
    upstreamStatus,
  } = row;
  const { verdicts, returned, masked, refused, written, ignored, notes } = row;
  const names = { verdicts, returned, masked, refused, written, ignored, notes };
  const listed = Object.fromEntries(Object.entries(names).filter(([, list]) => (list?.length ?? 0) > 0));
  const others = {
    type,
    decision,
    code,
    purpose,
    approvers,
    environment,
    snapshot,
    digest,
    records,
    upstreamMs,
    upstreamStatus,
  };
  return { ...listed, ...others };
}
