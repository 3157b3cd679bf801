import type { Data, Database } from '../../examples/stand-in-odoo/database.ts';
import { compileDomain } from '../../examples/stand-in-odoo/domain.ts';
import type { Domain } from '../../odoo/domain.ts';
import { type GuardRun, noGuardFacts } from '../../odoo/guard/access.ts';
import { linkingModel } from '../../odoo/guard/linked-model.ts';
import type { TypedCall } from '../../odoo/typed-call.ts';
import type { BoundCall } from '../../odoo/wire/bind-call.ts';
import { OdooRefusal } from '../../odoo/wire/fault.ts';
import { isOdooObject, type OdooValue } from '../../odoo/wire/value.ts';
import { askDirectly, BOT, textOf } from './direct-ask.fixture.ts';
import type { RandomGrant } from './random-grant.fixture.ts';
import { databaseOf } from './random-twins.fixture.ts';

/** What stands before Odoo: the guard, or nothing. */
export type Front = (call: BoundCall, run: GuardRun) => Promise<OdooValue>;

/** All that anyone can tell of a call from outside, and what it did to the database. */
export interface Observation {
  /** Answer or refusal. */
  readonly outcome: string;
  /** Calls that reached Odoo, in order. */
  readonly upstream: string;
  /** Facts for the record. */
  readonly facts: string;
  /** What was changed, made or shown that no grant allows. */
  readonly excess: readonly string[];
}

export async function observe(
  front: Front,
  version: number,
  data: Data,
  grant: RandomGrant,
  call: BoundCall,
): Promise<Observation> {
  const db = databaseOf(version, data);
  const before = snapshotOf(db, grant);
  const asked: TypedCall[] = [];
  const facts = noGuardFacts();
  const run: GuardRun = {
    access: grant.access,
    rule: (model) => grant.rules.get(model) ?? [],
    ask: askDirectly(db, BOT, asked),
    facts,
  };
  let outcome: string;
  let excess: string[] = [];
  try {
    const value = await front(call, run);
    outcome = textOf({ value });
    excess = namesShown(call, value, grant);
  } catch (error) {
    if (!(error instanceof OdooRefusal)) throw error;
    outcome = textOf({ refusal: error.fault, code: error.code });
  }
  const sets = [facts.returned, facts.masked, facts.written, facts.ignored].map((set) => [...set].sort());
  return {
    outcome,
    upstream: textOf(asked),
    facts: textOf([...sets, facts.shown.subjects('erp'), facts.recordCount]),
    excess: [...excess, ...damage(db, grant, before)],
  };
}

/** Names of fields that these answers tell of and the grant does not. */
function namesShown(call: BoundCall, value: OdooValue, { access }: RandomGrant): string[] {
  if (call.method !== 'fields_get' && call.method !== 'default_get') return [];
  const fields = access.models.get(call.model)?.fields;
  const names = isOdooObject(value) ? Object.keys(value) : [];
  // Of a model that visible records link to there is the id, and nothing else.
  const isLinked = linkingModel(access, call.model) !== undefined;
  return names
    .filter((name) => !(isLinked && name === 'id') && !isNamed(fields?.get(name)))
    .map((name) => `shows ${call.model}.${name}`);
}

const isNamed = (field: { readonly read: boolean; readonly create: boolean; readonly update: boolean } | undefined) =>
  field !== undefined && (field.read || field.create || field.update);

interface Snapshot {
  readonly rows: ReadonlyMap<string, ReadonlyMap<number, ReadonlyMap<string, unknown>>>;
  /** Records outside the consumer's record rule. */
  readonly outside: ReadonlyMap<string, ReadonlySet<number>>;
}

function snapshotOf(db: Database, { rules }: RandomGrant): Snapshot {
  const rows = new Map(
    [...db.tables].map(
      ([name, table]) => [name, new Map([...table.rows].map(([id, row]) => [id, new Map(row)]))] as const,
    ),
  );
  const viewer = { uid: BOT.uid, groups: new Set(BOT.groups), activeTest: false, context: {} };
  const outside = new Map<string, ReadonlySet<number>>();
  for (const [model, rule] of rules) {
    const inside = compileDomain(db, model, rule, viewer);
    outside.set(model, new Set([...db.known(model).rows.keys()].filter((id) => !inside(id))));
  }
  return { rows, outside };
}

const LOGGED = new Set(['write_uid', 'write_date', 'create_uid', 'create_date']);

function damage(db: Database, { access, rules }: RandomGrant, before: Snapshot): string[] {
  const found: string[] = [];
  for (const [model, table] of db.tables) {
    const granted = access.models.get(model);
    const old = before.rows.get(model) ?? new Map();
    for (const id of old.keys()) {
      if (!table.rows.has(id) && granted?.calls.has('delete') !== true) found.push(`deletes ${model}`);
    }
    for (const [id, row] of table.rows) {
      const former = old.get(id);
      if (former === undefined) {
        if (granted?.calls.has('create') !== true) found.push(`creates ${model}`);
        if (model === 'res.partner') found.push(...given(row, table.fields, granted?.fields, rules.get(model)));
        continue;
      }
      for (const [name, value] of row) {
        if (LOGGED.has(name) || textOf(value) === textOf(former.get(name))) continue;
        const allowed =
          granted?.calls.has('update') === true && (name === 'active' || granted.fields.get(name)?.update);
        if (!allowed) found.push(`changes ${model}.${name}`);
        if (before.outside.get(model)?.has(id)) found.push(`changes ${model} outside its rule`);
      }
    }
  }
  return found;
}

/** Fields of a new contact that nobody may give and that have a value all the same. */
function given(
  row: ReadonlyMap<string, unknown>,
  fields: ReadonlyMap<string, { readonly default?: unknown }>,
  granted: ReadonlyMap<string, { readonly create: boolean }> | undefined,
  rule: Domain | undefined,
): string[] {
  // What a record filter demands is filled in.
  const ruled = new Set(rule?.map((item) => (Array.isArray(item) ? item[0] : item)));
  return [...row].flatMap(([name, value]) => {
    const usual =
      value === false || value === 0 || LOGGED.has(name) || textOf(value) === textOf(fields.get(name)?.default);
    const empty = Array.isArray(value) && value.length === 0;
    return usual || empty || ruled.has(name) || granted?.get(name)?.create === true
      ? []
      : [`gives res.partner.${name}`];
  });
}

/** Hands a call through as it came, as if there were no gateway. */
export const unguarded: Front = (call, run) => {
  const ids = Array.isArray(call.ids)
    ? call.ids.filter((id) => typeof id === 'number')
    : call.ids === undefined
      ? undefined
      : [1];
  return run.ask(
    {
      model: call.model,
      method: call.method,
      ...(ids === undefined ? {} : { ids }),
      args: call.args,
      context: call.context ?? {},
    },
    'change',
  );
};
