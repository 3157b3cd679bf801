import type { Domain } from '../../odoo/domain.ts';
import type { DatabaseAccess, FieldAccess, GuardRun, ModelAccess } from '../../odoo/guard/access.ts';
import { runGuarded } from '../../odoo/guard/run-guarded.ts';
import type { FieldKnowledge, ModelKnowledge } from '../../odoo/knowledge.ts';
import type { TypedCall } from '../../odoo/typed-call.ts';
import { OdooRefusal } from '../../odoo/wire/fault.ts';
import type { OdooObject, OdooValue } from '../../odoo/wire/value.ts';

/** What Odoo has of a field; a text stands for its type alone. */
type TestField = FieldKnowledge['type'] | (Partial<FieldKnowledge> & Pick<FieldKnowledge, 'type'>);

export interface TestModel extends Partial<Omit<ModelKnowledge, 'fields'>> {
  readonly fields: Readonly<Record<string, TestField>>;
  readonly calls?: readonly ('read' | 'create' | 'update' | 'delete')[];
  /** Field name → what the grant gives: `read` where it is a plain name. */
  readonly granted: Readonly<Record<string, readonly Gift[]>>;
}

type Gift = 'read' | 'label' | 'create' | 'update' | { readonly behind: Readonly<Record<string, readonly Gift[]>> };

export interface TestDatabase {
  readonly major?: number;
  readonly models: Readonly<Record<string, TestModel>>;
  readonly rules?: Readonly<Record<string, Domain>>;
  /** What Odoo answers; by default a search finds all ids that are asked for, and a count none. */
  readonly answer?: (call: TypedCall) => OdooValue | undefined;
}

/** A database behind the guard, and all that it is asked. */
export function guardedDatabase({ major = 19, models, rules = {}, answer }: TestDatabase) {
  const known = new Map(Object.entries(models).map(([name, model]) => [name, knowledgeOf(name, model)]));
  const access: DatabaseAccess = {
    knowledge: { major, models: known },
    models: new Map(Object.entries(models).map(([name, model]) => [name, accessOf(known, name, model)])),
    contextKeys: new Set(),
    companies: undefined,
    mostRecords: 1000,
    leastGroup: 1,
  };
  const asked: TypedCall[] = [];
  const run: GuardRun = {
    access,
    rule: (model) => rules[model] ?? [],
    ask: async (call) => {
      asked.push(call);
      return answer?.(call) ?? usual(call);
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
  return {
    asked,
    call: (model: string, method: string, args: OdooObject, ids?: OdooValue) =>
      runGuarded({ model, method, ids, args, context: undefined, single: false }, run),
  };
}

/** The class of the fault that a call ends with; undefined where it is answered. */
export async function faultOf(answer: Promise<OdooValue>): Promise<string | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof OdooRefusal) return error.fault.name.split('.').at(-1);
    throw error;
  }
}

function usual({ method, args, ids }: TypedCall): OdooValue {
  const domain = Array.isArray(args.domain) ? args.domain : [];
  const last = domain.at(-1);
  if (method === 'search') return Array.isArray(last) && Array.isArray(last[2]) ? last[2] : [];
  if (method === 'create') return Array.isArray(args.vals_list) ? args.vals_list.map((_, index) => 900 + index) : 900;
  if (method === 'search_count') return 0;
  return method === 'search_read' || method === 'read_group' || method === 'formatted_read_group'
    ? []
    : ids !== undefined;
}

function knowledgeOf(name: string, { fields, granted: _, calls: __, ...more }: TestModel): ModelKnowledge {
  const id: TestField = 'integer';
  return {
    name,
    order: 'id',
    recordName: 'name',
    searchNames: undefined,
    parent: undefined,
    inherits: {},
    ...more,
    fields: new Map(Object.entries({ id, ...fields }).map(([field, given]) => [field, fieldOf(field, given)])),
  };
}

function fieldOf(name: string, given: TestField): FieldKnowledge {
  const { type, ...more } = typeof given === 'string' ? { type: given } : given;
  return {
    name,
    type,
    relation: undefined,
    inverse: undefined,
    stored: true,
    sortable: true,
    searchable: true,
    related: undefined,
    depends: [],
    selection: undefined,
    ...more,
  };
}

function accessOf(known: ReadonlyMap<string, ModelKnowledge>, name: string, model: TestModel): ModelAccess {
  const knowledge = known.get(name);
  if (knowledge === undefined) throw new Error(`no model ${name}`);
  return {
    knowledge,
    fields: givenFields(known, name, { id: ['read'], ...model.granted }),
    calls: new Set(model.calls ?? ['read']),
    actions: new Set(),
    context: {},
  };
}

function givenFields(
  known: ReadonlyMap<string, ModelKnowledge>,
  model: string,
  granted: Readonly<Record<string, readonly Gift[]>>,
): ReadonlyMap<string, FieldAccess> {
  return new Map(
    Object.entries(granted).map(([name, gifts]): [string, FieldAccess] => {
      const knowledge = known.get(model)?.fields.get(name);
      if (knowledge === undefined) throw new Error(`no field ${model}.${name}`);
      const behind = gifts.find((gift) => typeof gift === 'object')?.behind;
      return [
        name,
        {
          knowledge,
          id: `${model}.${name}`,
          read: gifts.includes('read'),
          label: gifts.includes('label'),
          create: gifts.includes('create'),
          update: gifts.includes('update'),
          mask: undefined,
          behind: behind === undefined ? undefined : givenFields(known, knowledge.relation ?? '', behind),
        },
      ];
    }),
  );
}
