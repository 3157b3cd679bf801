import type { Domain } from '../domain.ts';
import type { DatabaseKnowledge, FieldKnowledge, ModelKnowledge } from '../knowledge.ts';
import { ShownRecords } from '../shown-records.ts';
import type { TypedCall } from '../typed-call.ts';
import type { OdooObject, OdooValue } from '../wire/value.ts';

/** What a method does to the records of a model, and so which operations of a grant allow it. */
export type CallKind = 'read' | 'create' | 'update' | 'delete' | 'action';

/** What one consumer may do with one database over the Odoo protocols. What stands nowhere here does not exist for it. */
export interface DatabaseAccess {
  readonly knowledge: DatabaseKnowledge;
  /** By model name; system models never stand here. */
  readonly models: ReadonlyMap<string, ModelAccess>;
  /** Context keys that a client may send besides `lang` and `tz`. */
  readonly contextKeys: ReadonlySet<string>;
  /** Companies that are always sent as `allowed_company_ids`; undefined: the bot's own. A client may narrow them. */
  readonly companies: readonly number[] | undefined;
  /** Most records of one answer. */
  readonly mostRecords: number;
  /** Groups of fewer records are left out of aggregates; 1: none are. */
  readonly leastGroup: number;
}

export interface ModelAccess {
  readonly knowledge: ModelKnowledge;
  /** By Odoo name. `id` is always among them and readable. */
  readonly fields: ReadonlyMap<string, FieldAccess>;
  readonly calls: ReadonlySet<Exclude<CallKind, 'action'>>;
  /** Methods of granted `action` operations. */
  readonly actions: ReadonlySet<string>;
  /** Fixed context of the documents' operations, by what the call does. */
  readonly context: Readonly<Partial<Record<CallKind, OdooObject>>>;
}

export interface FieldAccess {
  readonly knowledge: FieldKnowledge;
  /** Contract field id (`Customer.email`), for the record. */
  readonly id: string;
  readonly read: boolean;
  /** many2one: whether its label may be shown beside the id. */
  readonly label: boolean;
  readonly create: boolean;
  readonly update: boolean;
  /** Applied to the value before it leaves; a masked field is not filtered, ordered or grouped by. */
  readonly mask: ((value: OdooValue) => OdooValue) | undefined;
  /** Relations: fields of the records behind it that the grant shows there, besides what `models` opens of that model. */
  readonly behind: ReadonlyMap<string, FieldAccess> | undefined;
}

/** What was learnt for the record. */
export interface GuardFacts {
  /** Contract field ids whose values went out. */
  readonly returned: Set<string>;
  readonly masked: Set<string>;
  readonly written: Set<string>;
  /** Names of client input that was ignored: context keys, for example. */
  readonly ignored: Set<string>;
  /** Records that went out or were written, and those that they link to. */
  readonly shown: ShownRecords;
  /** Of the called model. */
  recordCount: number;
}

/** What is known before anything was learnt. */
export function noGuardFacts(): GuardFacts {
  return {
    returned: new Set(),
    masked: new Set(),
    written: new Set(),
    ignored: new Set(),
    shown: new ShownRecords(),
    recordCount: 0,
  };
}

/** One call on its way through the guard. */
export interface GuardRun {
  readonly access: DatabaseAccess;
  /** The grant's record filter for a model, bound to this caller, in prefix form; empty where there is none. */
  readonly rule: (model: string) => Domain;
  /** Calls Odoo as the bot. Rejects with OdooRefusal where Odoo refuses. `change`: may have an effect, never repeated. */
  readonly ask: (call: TypedCall, effect: 'read' | 'change') => Promise<OdooValue>;
  readonly facts: GuardFacts;
}
