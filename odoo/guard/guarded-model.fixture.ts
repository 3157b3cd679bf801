import type { Domain } from '../domain.ts';
import type { FieldKnowledge, ModelKnowledge, OdooFieldType } from '../knowledge.ts';
import type { TypedCall } from '../typed-call.ts';
import type { OdooValue } from '../wire/value.ts';
import type { CallKind, DatabaseAccess, FieldAccess, GuardFacts, GuardRun, ModelAccess } from './access.ts';

/** A field: its type, for a relation with the model it leads to (`many2one res.country`). */
type FieldText = OdooFieldType | `${'many2one' | 'one2many' | 'many2many'} ${string}`;

export interface ModelText extends Partial<Omit<ModelKnowledge, 'name' | 'fields'>> {
  readonly fields: Readonly<Record<string, FieldText>>;
  /** Names of readable fields; `country_id+` with its label. */
  readonly shown?: readonly string[];
  readonly calls?: readonly Exclude<CallKind, 'action'>[];
}

export interface DatabaseText {
  readonly major?: number;
  readonly models: Readonly<Record<string, ModelText>>;
  readonly rules?: Readonly<Record<string, Domain>>;
  readonly contextKeys?: readonly string[];
  readonly companies?: readonly number[];
  readonly mostRecords?: number;
}

const UNSTORED: ReadonlySet<string> = new Set(['display_name']);

/** A consumer's access to an invented database. Models without `shown` are known and not granted. */
export function accessTo(text: DatabaseText): DatabaseAccess {
  const models = new Map(Object.entries(text.models).map(([name, model]) => [name, knowledgeOf(name, model)]));
  const granted = Object.entries(text.models).flatMap(([name, model]): [string, ModelAccess][] => {
    const knowledge = models.get(name);
    return knowledge === undefined || model.shown === undefined ? [] : [[name, modelAccess(knowledge, model)]];
  });
  return {
    knowledge: { major: text.major ?? 19, models },
    models: new Map(granted),
    contextKeys: new Set(text.contextKeys ?? []),
    companies: text.companies,
    mostRecords: text.mostRecords ?? 1000,
    leastGroup: 1,
  };
}

function knowledgeOf(name: string, { fields, shown: _, calls: __, ...more }: ModelText): ModelKnowledge {
  const all = { id: 'integer', ...fields } as const;
  return {
    name,
    order: undefined,
    recordName: undefined,
    searchNames: undefined,
    parent: undefined,
    inherits: {},
    ...more,
    fields: new Map(Object.entries(all).map(([field, type]) => [field, fieldKnowledge(field, type)])),
  };
}

function fieldKnowledge(name: string, text: FieldText): FieldKnowledge {
  const [type, relation] = text.split(' ');
  return {
    name,
    type: isType(type) ? type : 'char',
    relation,
    inverse: undefined,
    stored: !UNSTORED.has(name),
    sortable: !UNSTORED.has(name),
    searchable: true,
    related: undefined,
    depends: [],
    selection: undefined,
  };
}

function isType(text: string | undefined): text is OdooFieldType {
  return text !== undefined && text !== '';
}

function modelAccess(knowledge: ModelKnowledge, { shown = [], calls = ['read'] }: ModelText): ModelAccess {
  const fields = new Map<string, FieldAccess>();
  for (const one of ['id', ...shown]) {
    const name = one.replace('+', '');
    const field = knowledge.fields.get(name);
    if (field === undefined) throw new Error(`no field ${knowledge.name}.${name}`);
    fields.set(name, {
      knowledge: field,
      id: `${knowledge.name}.${name}`,
      read: true,
      label: one.endsWith('+'),
      create: false,
      update: false,
      mask: undefined,
      behind: undefined,
    });
  }
  return { knowledge, fields, calls: new Set(calls), actions: new Set(), context: {} };
}

/** A run that keeps the calls that Odoo was asked. */
export function runOf(
  access: DatabaseAccess,
  rules: Readonly<Record<string, Domain>> = {},
  answer: (call: TypedCall) => OdooValue = () => [],
): GuardRun & { readonly asked: readonly TypedCall[] } {
  const asked: TypedCall[] = [];
  const facts: GuardFacts = {
    returned: new Set(),
    masked: new Set(),
    written: new Set(),
    ignored: new Set(),
    recordIds: [],
    recordCount: 0,
  };
  return {
    access,
    rule: (model) => (Object.hasOwn(rules, model) ? (rules[model] ?? []) : []),
    ask: (call) => {
      asked.push(call);
      return Promise.resolve(answer(call));
    },
    facts,
    asked,
  };
}

/** Every name in a call: of its model, in domains, orders and lists, whatever stands around it. */
export function namesIn(call: TypedCall): ReadonlySet<string> {
  return new Set(JSON.stringify(call).match(/[a-z_][a-z0-9_]*/g) ?? []);
}
