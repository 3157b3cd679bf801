/**
 * What OCSF says of class 6003, API Activity, as a JSON Schema: the attributes of the class and of the objects in it as far
 * as an export may use them, which are required, of which type, and nothing else. Read off github.com/ocsf/ocsf-schema.
 */
const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;

function object(
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
  anyOf: readonly string[] = [],
) {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    required,
    ...(anyOf.length === 0 ? {} : { anyOf: anyOf.map((name) => ({ required: [name] })) }),
  } as const;
}

const product = object(
  { name: text, vendor_name: text, version: text, uid: text, feature: { type: 'object' } },
  [],
  ['name', 'uid'],
);
const policy = object(
  { name: text, uid: text, type: text, version: text, desc: text, is_applied: { type: 'boolean' } },
  [],
  ['name', 'type', 'uid'],
);
const endpoint = object(
  { name: text, uid: text, ip: text, hostname: text, port: integer, svc_name: text, domain: text },
  [],
  ['ip', 'uid', 'name', 'hostname', 'svc_name', 'domain'],
);

export const OCSF_API_ACTIVITY = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...object(
    {
      activity_id: { enum: [0, 1, 2, 3, 4, 99] },
      activity_name: text,
      category_uid: { const: 6 },
      category_name: text,
      class_uid: { const: 6003 },
      class_name: text,
      type_uid: { enum: [600300, 600301, 600302, 600303, 600304, 600399] },
      severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
      severity: text,
      time: integer,
      duration: integer,
      message: text,
      status: text,
      status_code: text,
      status_detail: text,
      status_id: { enum: [0, 1, 2, 99] },
      metadata: object(
        {
          version: text,
          product,
          uid: text,
          log_name: text,
          log_provider: text,
          sequence: integer,
          original_time: text,
          correlation_uid: text,
          event_code: text,
        },
        ['version', 'product'],
      ),
      actor: object(
        {
          app_name: text,
          app_uid: text,
          user: object({ name: text, uid: text, type_id: integer }, [], ['name', 'uid']),
          authorizations: { type: 'array', items: object({ decision: text, policy }) },
        },
        [],
        ['user', 'app_name', 'app_uid'],
      ),
      api: object(
        {
          operation: text,
          version: text,
          group: { type: 'object' },
          service: object({ name: text, uid: text, version: text }, [], ['name', 'uid']),
          request: object({ uid: text, flags: { type: 'array', items: text } }, ['uid']),
          response: object({ code: integer, error: text, error_message: text, message: text }),
        },
        ['operation'],
      ),
      src_endpoint: endpoint,
      dst_endpoint: endpoint,
      http_request: object({
        http_method: text,
        url: object({ path: text, hostname: text, url_string: text }),
        uid: text,
        length: integer,
      }),
      http_response: object({ code: integer, length: integer, latency: integer, status: text }, ['code']),
      resources: {
        type: 'array',
        items: object({ uid: text, name: text, type: text, version: text }, [], ['name', 'uid']),
      },
      unmapped: { type: 'object' },
    },
    [
      'activity_id',
      'category_uid',
      'class_uid',
      'severity_id',
      'time',
      'type_uid',
      'metadata',
      'actor',
      'api',
      'src_endpoint',
    ],
  ),
} as const;
