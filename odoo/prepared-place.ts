import type { Exchange } from '../gateway/exchange.ts';
import type { Contract, OdooOperation, Shape } from '../openapi/contract.ts';
import type { CursorSeal } from './cursor.ts';
import type { Domain } from './domain.ts';
import type { LinkTarget } from './link-targets.ts';
import type { CallRun, OdooClient } from './odoo-client.ts';
import type { ReadNode } from './read-plan.ts';

/** Everything about one operation under one grant that does not change from exchange to exchange. */
export interface PreparedPlace {
  readonly client: OdooClient;
  /** Odoo's major version. */
  readonly major: number;
  readonly model: string;
  /** Name of the system in the catalog. */
  readonly system: string;
  readonly linkTarget: LinkTarget;
  readonly odoo: OdooOperation;
  readonly operationId: string;
  readonly contract: Contract;
  readonly consumer: string;
  readonly grant: string;
  /** Shape of one record: what record filters, filters and sort speak of. */
  readonly schema: Shape;
  /** What may be shown of a record; empty where the operation answers without one. */
  readonly plan: readonly ReadNode[];
  /** The operation's own domain. */
  readonly domain: Domain;
  /** Fixed Odoo context of the document. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly hasBody: boolean;
  readonly seal: CursorSeal;
  /** Of the page: property of the records, and of the next cursor. Undefined: the answer is a bare list. */
  readonly envelope: { readonly items: string; readonly next: string | undefined } | undefined;
  /** Where a created record can be read: path before its id. */
  readonly location: string | undefined;
  /** Shape of the request body. */
  readonly request: Shape | undefined;
}

/** One exchange of a prepared place. */
export interface PlaceRun extends CallRun {
  readonly place: PreparedPlace;
  readonly exchange: Exchange;
}

/** Records are found by id whether archived or not, unless the document says otherwise. */
export function contextById({ context }: PreparedPlace): Readonly<Record<string, unknown>> {
  return { active_test: false, ...context };
}
