/**
 * The kinds of catalog documents (`apiVersion: portcullis/v1`) as they are written down.
 * The envelope is Backstage's: apiVersion, kind, metadata, spec. The published JSON Schemas in catalog/schemas
 * describe exactly these shapes; loading refuses what they do not describe.
 */

import type { OdooModelsSpec } from './odoo-models.ts';

export const API_VERSION = 'portcullis/v1';

export type Kind = 'System' | 'Team' | 'Interface' | 'Consumer' | 'Grant' | 'Plan' | 'OdooModels';

export interface Metadata {
  /** Unique per kind: lower-case letters, digits and dashes, at most 63 characters. */
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly links?: readonly { readonly url: string; readonly title?: string }[];
}

interface Envelope<K extends Kind, S> {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: K;
  readonly metadata: Metadata;
  readonly spec: S;
}

/** A secret is never written in a document: it is named, and read where the gateway runs. */
export type SecretReference = { readonly env: string } | { readonly file: string };

export interface TeamSpec {
  readonly email?: string;
  /** Where to ask: a chat channel, a phone number, an address. */
  readonly contact?: string;
  readonly members?: readonly string[];
}

/** How the gateway proves itself to an upstream. The secret is never visible to a consumer. */
export type UpstreamCredential =
  | { readonly type: 'bearer'; readonly secret: SecretReference }
  | { readonly type: 'basic'; readonly username: string; readonly secret: SecretReference }
  | { readonly type: 'header'; readonly name: string; readonly secret: SecretReference }
  | { readonly type: 'query'; readonly name: string; readonly secret: SecretReference };

/**
 * What runs an Odoo, and so what it bears. `online` (Odoo Online): one call a second, none in parallel. `prefork`: one
 * call per worker process.
 */
export type OdooHosting = { readonly type: 'online' } | { readonly type: 'prefork'; readonly workers: number };

export interface OdooBinding {
  /** Major version, 16 or later. */
  readonly version: number;
  /** json2 needs 19 or later; jsonrpc and xmlrpc serve 16 to 21. */
  readonly protocol: 'json2' | 'jsonrpc' | 'xmlrpc';
  readonly database: string;
  /** The bot user, needed by jsonrpc and xmlrpc; json2 identifies by its key alone. */
  readonly login?: string;
  /** Absent: only `concurrency` of the environment bounds the calls. */
  readonly hosting?: OdooHosting;
}

export interface SystemEnvironment {
  /** Origin and optional base path: `https://erp.example.com` or `https://api.example.com/v2`. */
  readonly url: string;
  readonly odoo?: OdooBinding;
  readonly credential?: UpstreamCredential;
  /** Exchanges under way at once; the rest wait in a bounded queue. Default 8, or what the hosting bears; never more. */
  readonly concurrency?: number;
  /** Whole upstream call, milliseconds. Default 15000. */
  readonly timeoutMs?: number;
  /** Plain http to anything but loopback is refused unless this says so; it is on record. */
  readonly allowPlainHttp?: boolean;
  readonly tls?: UpstreamTrust;
}

/** Who the gateway is to a system, and who the system must be, where the well-known authorities do not say it (PEM). */
export interface UpstreamTrust {
  /** Chain of the client certificate, and its key: both or neither. */
  readonly clientCertificate?: SecretReference;
  readonly clientKey?: SecretReference;
  /** Private certificate authorities: trusted for this system instead of the well-known ones. */
  readonly authority?: SecretReference;
}

export interface SystemSpec {
  readonly type: 'odoo' | 'http';
  readonly owner: string;
  /** Keyed by environment name: development, test, staging, production. */
  readonly environments: Readonly<Record<string, SystemEnvironment>>;
}

export type Lifecycle = 'design' | 'development' | 'testing' | 'preview' | 'production' | 'deprecated' | 'retired';

export interface VersionSpec {
  /** `major.minor` or `major.minor.patch`. */
  readonly version: string;
  /** Path of the OpenAPI document, relative to the file of the Interface. */
  readonly document: string;
  /** OpenAPI Overlays applied in order, relative likewise. */
  readonly overlays?: readonly string[];
  readonly lifecycle: Lifecycle;
  /** ISO dates. `deprecated` is RFC 9745's date, `sunset` RFC 8594's; sunset never before deprecated. */
  readonly deprecated?: string;
  readonly sunset?: string;
  /** Interface version or address that replaces this one, for the Link header. */
  readonly successor?: string;
  readonly deprecationPolicy?: string;
  /** What becomes of an upstream answer that breaks the document. Absent: fields are still selected, types are not checked. */
  readonly responseValidation?: 'refuse' | 'drop' | 'flag';
}

export interface InterfaceSpec {
  readonly system: string;
  readonly owners: { readonly business: string; readonly technical: string; readonly steward: string };
  /** Support path: whom to call, and when. */
  readonly support: { readonly contact: string; readonly hours?: string };
  /** Service level objective. */
  readonly objective: { readonly availabilityPercent: number; readonly p95Ms: number; readonly freshness?: string };
  readonly runbook: string;
  readonly criticality: 'low' | 'medium' | 'high' | 'critical';
  readonly mode: 'real-time' | 'batch';
  readonly process?: string;
  /** `strict`: the record is durable before the answer leaves. Default: strict when any field is confidential or restricted. */
  readonly audit?: 'strict' | 'relaxed';
  /** RFC 5861 stale-if-error: seconds for which the last good answer may stand in while the upstream is down. */
  readonly staleIfErrorSeconds?: number;
  readonly versions: readonly VersionSpec[];
}

export type ClientAuthentication =
  | { readonly method: 'client_secret'; readonly secret: SecretReference }
  | {
      readonly method: 'private_key_jwt';
      readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
    }
  /** A public client: authorization_code with PKCE only. */
  | { readonly method: 'none' }
  /** For the Odoo protocols, in the place of a password or bearer; such a client gets no tokens. */
  | { readonly method: 'api_key'; readonly secret: SecretReference };

export interface ClientSpec {
  readonly id: string;
  /** Issuer URL of an external authorization server; absent: the embedded one. */
  readonly issuer?: string;
  /** Only for the embedded authorization server. */
  readonly authentication?: ClientAuthentication;
  /** Default: client_credentials. */
  readonly grantTypes?: readonly ('client_credentials' | 'authorization_code' | 'refresh_token')[];
  readonly redirectUris?: readonly string[];
  /** Access token life, seconds; default 600, at most 3600. */
  readonly tokenLifetimeSeconds?: number;
}

export interface ConsumerSpec {
  readonly owner: string;
  readonly environment: string;
  readonly status?: 'active' | 'disabled';
  readonly clients: readonly ClientSpec[];
  /** Tokens must be bound: `mtls` to the client certificate (RFC 8705 §3), `dpop` to a key that proves each request (RFC 9449). */
  readonly tokenBinding?: 'none' | 'mtls' | 'dpop';
  /** Source addresses this consumer may call from, CIDR; absent: any. */
  readonly networks?: readonly string[];
}

export interface PlanSpec {
  /** Token bucket: refilled at perSecond, holding burst. */
  readonly rate: { readonly perSecond: number; readonly burst: number };
  readonly quota?: { readonly perDay: number };
  /** Exchanges of one grant under way at once. */
  readonly concurrency?: number;
  /** A bucket of its own for every token subject (end user) behind the consumer. */
  readonly perSubject?: { readonly perSecond: number; readonly burst: number };
  readonly lane?: 'high' | 'normal' | 'low';
}

export type Mask =
  | { readonly type: 'hide' }
  | { readonly type: 'last-4' }
  /** Keyed hash, stable per consumer: equal values stay equal, nothing else can be learnt. */
  | { readonly type: 'hash' }
  /** `subtract` first, never below zero; then the label of the range: bounds [0, 5, 20] give "0", "1-5", "6-20", "20+". */
  | { readonly type: 'bucket'; readonly bounds: readonly number[]; readonly subtract?: number }
  | { readonly type: 'truncate'; readonly length: number };

export type ConditionOperator = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'in' | 'not in' | 'like' | 'ilike' | 'child_of';

export type ConditionValue =
  | string
  | number
  | boolean
  | null
  | readonly (string | number | boolean | null)[]
  /** Taken from the verified token; a token without the claim is refused. */
  | { readonly claim: string }
  /** Only records that are reached through this field (`Schema.field`) of records visible under the same grant. */
  | { readonly linkedFrom: string };

/** `[field, operator, value]` over contract field names. */
export type Condition = readonly [field: string, operator: ConditionOperator, value: ConditionValue];
/** One condition, or alternatives of which at least one must hold. */
export type FilterTerm = Condition | { readonly or: readonly Condition[] };

export interface Approval {
  readonly by: string;
  readonly role: string;
  /** ISO date. */
  readonly at: string;
}

/** Opens the protocols of Odoo (XML-RPC, JSON-RPC, JSON-2, sessions) to a grant: the same operations, fields and records. */
export interface OdooProtocols {
  /** Keys of Odoo's context that a client may send, besides `lang` and `tz`. */
  readonly context?: readonly ContextKey[];
  /** Companies (ids) that calls are limited to; absent: those of the bot user. */
  readonly companies?: readonly number[];
  /** Most records of one answer; default 1000. */
  readonly mostRecords?: number;
  /** Groups of fewer records are left out of aggregates; default 1. */
  readonly leastGroup?: number;
}

/** Context keys that let nothing out beyond what the grant shows. */
export type ContextKey = 'active_test' | 'allowed_company_ids' | 'bin_size';

export interface GrantSpec {
  readonly consumer: string;
  readonly interface: string;
  readonly major: number;
  readonly plan: string;
  readonly purpose: string;
  /** ISO date of the last day; `never` must be said, it is never the default. */
  readonly until: string;
  readonly operations: readonly string[];
  /** Schema name → field paths. `Customer: [id, name, address.city]`; `*` stands for the entries of a map. */
  readonly read?: Readonly<Record<string, readonly string[]>>;
  readonly write?: Readonly<Record<string, readonly string[]>>;
  /** `Schema.path` → mask. */
  readonly masks?: Readonly<Record<string, Mask>>;
  /** Record filter per schema: all terms must hold. */
  readonly filter?: Readonly<Record<string, readonly FilterTerm[]>>;
  /** Time of day in which calls are allowed; `from` included, `to` not. */
  readonly window?: {
    readonly from: string;
    readonly to: string;
    readonly timeZone: string;
    readonly days?: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  };
  readonly odoo?: OdooProtocols;
  /** `Schema.path` → why this copy of hidden fields is shown. */
  readonly copies?: Readonly<Record<string, string>>;
  readonly approvals?: readonly Approval[];
}

export type SystemDocument = Envelope<'System', SystemSpec>;
export type TeamDocument = Envelope<'Team', TeamSpec>;
export type InterfaceDocument = Envelope<'Interface', InterfaceSpec>;
export type ConsumerDocument = Envelope<'Consumer', ConsumerSpec>;
export type GrantDocument = Envelope<'Grant', GrantSpec>;
export type PlanDocument = Envelope<'Plan', PlanSpec>;
export type OdooModelsDocument = Envelope<'OdooModels', OdooModelsSpec>;

export type CatalogDocument =
  | SystemDocument
  | TeamDocument
  | InterfaceDocument
  | ConsumerDocument
  | GrantDocument
  | PlanDocument
  | OdooModelsDocument;

export type FieldClass = 'public' | 'internal' | 'confidential' | 'restricted';
