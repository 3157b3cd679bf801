import type { Domain } from '../../odoo/domain.ts';
import type { DatabaseAccess, FieldAccess, GuardRun, ModelAccess } from '../../odoo/guard/access.ts';
import { runGuarded } from '../../odoo/guard/run-guarded.ts';
import type { FieldKnowledge, ModelKnowledge } from '../../odoo/knowledge.ts';
import type { TypedCall } from '../../odoo/typed-call.ts';
import { bindCall } from '../../odoo/wire/bind-call.ts';
import { OdooRefusal } from '../../odoo/wire/fault.ts';
import { type OdooObject, type OdooValue, odooObject } from '../../odoo/wire/value.ts';

/** What is known of a field, and what of it is granted. */
export interface GivenField
  extends Partial<Omit<FieldKnowledge, 'name'>>,
    Partial<Omit<FieldAccess, 'knowledge' | 'behind'>> {
  readonly behind?: Readonly<Record<string, GivenField>>;
}

type Right = 'read' | 'create' | 'update' | 'delete';

const READ: readonly Right[] = ['read'];

export interface GivenModel {
  readonly fields: Readonly<Record<string, GivenField>>;
  /** Default: read. Without any, the model itself is not opened. */
  readonly calls?: readonly Right[];
  readonly order?: string;
  readonly searchNames?: readonly string[];
}

export interface Given {
  readonly major?: number;
  readonly models: Readonly<Record<string, GivenModel>>;
  readonly rules?: Readonly<Record<string, Domain>>;
  readonly answer?: (call: TypedCall) => OdooValue;
}

function knowledgeOf(name: string, given: GivenField): FieldKnowledge {
  return {
    name,
    type: given.type ?? 'char',
    relation: given.relation,
    inverse: given.inverse,
    stored: given.stored ?? true,
    sortable: given.sortable ?? true,
    searchable: given.searchable ?? true,
    related: given.related,
    depends: given.depends ?? [],
    selection: given.selection,
  };
}

function accessOf(model: string, name: string, given: GivenField): FieldAccess {
  const { behind } = given;
  return {
    knowledge: knowledgeOf(name, given),
    id: given.id ?? `${model}.${name}`,
    read: given.read ?? false,
    label: given.label ?? false,
    create: given.create ?? false,
    update: given.update ?? false,
    mask: given.mask,
    behind: behind === undefined ? undefined : new Map(entries(behind, (inner, one) => accessOf(model, inner, one))),
  };
}

function entries<T, U>(of: Readonly<Record<string, T>>, make: (name: string, one: T) => U): [string, U][] {
  return Object.entries(of).map(([name, one]) => [name, make(name, one)]);
}

function accessTo({ major = 19, models }: Given): DatabaseAccess {
  const known = new Map<string, ModelKnowledge>(
    entries(models, (name, { fields, order, searchNames }) => ({
      name,
      order: order ?? 'id',
      recordName: 'name',
      searchNames,
      parent: undefined,
      inherits: {},
      fields: new Map(entries({ id: { type: 'integer' } as const, ...fields }, knowledgeOf)),
    })),
  );
  const opened = Object.entries(models).flatMap(([name, { fields, calls = READ }]): [string, ModelAccess][] => {
    const knowledge = known.get(name);
    if (knowledge === undefined || calls.length === 0) return [];
    const granted = entries({ id: { type: 'integer', read: true } as const, ...fields }, (field, one) =>
      accessOf(name, field, one),
    ).filter(([, one]) => one.read || one.label || one.create || one.update || one.behind !== undefined);
    return [
      [name, { knowledge, fields: new Map(granted), calls: new Set<Right>(calls), actions: new Set(), context: {} }],
    ];
  });
  return {
    knowledge: { major, models: known },
    models: new Map(opened),
    contextKeys: new Set(),
    companies: undefined,
    mostRecords: 1000,
    leastGroup: 1,
  };
}

export interface Attack {
  readonly model: string;
  readonly method: string;
  readonly ids?: OdooValue;
  readonly args?: Readonly<Record<string, OdooValue>>;
}

/** What became of a call, and what Odoo heard of it. */
export interface Outcome {
  readonly value: OdooValue | undefined;
  readonly refusal: OdooRefusal | undefined;
  readonly asked: readonly TypedCall[];
}

/** Calls as a client would, with named arguments. */
export async function attack(given: Given, { model, method, ids, args = {} }: Attack): Promise<Outcome> {
  const asked: TypedCall[] = [];
  const run: GuardRun = {
    access: accessTo(given),
    rule: (name) => given.rules?.[name] ?? [],
    ask: async (call) => {
      asked.push(call);
      return given.answer?.(call) ?? [];
    },
    facts: {
      returned: new Set(),
      masked: new Set(),
      written: new Set(),
      ignored: new Set(),
      recordIds: [],
      recordCount: 0,
    },
  };
  const named: OdooObject = odooObject([
    ...Object.entries(args),
    ...(ids === undefined ? [] : [['ids', ids] as const]),
  ]);
  const outcome = (value: OdooValue | undefined, refusal?: OdooRefusal): Outcome => ({
    value,
    refusal,
    asked,
  });
  try {
    const call = bindCall({ model, method, positional: [], named, form: 'json2' }, run.access.knowledge.major);
    return outcome(await runGuarded(call, run));
  } catch (error) {
    if (error instanceof OdooRefusal) return outcome(undefined, error);
    throw error;
  }
}
