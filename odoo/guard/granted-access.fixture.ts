import type { FieldKnowledge, ModelKnowledge, OdooFieldType } from '../knowledge.ts';
import type { DatabaseAccess, FieldAccess, ModelAccess } from './access.ts';

/**
 * A field: its type, of a relation the model it leads to, and in letters what is granted of it (`char`, `char rcu`,
 * `many2one res.country rl`): r read, l label, c create, u update, m masked.
 */
export type FieldText = OdooFieldType | `${OdooFieldType} ${string}`;

/** What else is known of a field. */
export interface FieldSpec extends Partial<Omit<FieldKnowledge, 'name' | 'type' | 'relation'>> {
  readonly is: FieldText;
  /** Letters of what is granted of the records behind it, by field. */
  readonly behind?: Readonly<Record<string, string>>;
}

export interface ModelSpec extends Partial<Omit<ModelKnowledge, 'name' | 'fields'>> {
  readonly fields: Readonly<Record<string, FieldText | FieldSpec>>;
  /** What may be done: `read create update delete`. By default read; where it is empty the model is known, and shut. */
  readonly calls?: string;
  readonly actions?: readonly string[];
  readonly context?: ModelAccess['context'];
}

type Models = Readonly<Record<string, ModelSpec>>;

/** A database, and what one consumer may do there. */
export interface GrantedDatabase extends Partial<Omit<DatabaseAccess, 'knowledge' | 'models' | 'contextKeys'>> {
  /** Of Odoo, by default 19. */
  readonly major?: number;
  readonly models: Models;
  readonly contextKeys?: readonly string[];
}

export function accessTo({ major = 19, models, contextKeys = [], ...more }: GrantedDatabase): DatabaseAccess {
  const known = new Map(Object.entries(models).map(([name, model]) => [name, knowledgeOf(name, model)]));
  const granted = [...known.values()].flatMap((knowledge): [string, ModelAccess][] => {
    const model = models[knowledge.name];
    return model === undefined || model.calls === '' ? [] : [[knowledge.name, modelAccess(models, knowledge, model)]];
  });
  return {
    knowledge: { major, models: known },
    models: new Map(granted),
    contextKeys: new Set(contextKeys),
    ...{ companies: undefined, mostRecords: 1000, leastGroup: 1, ...more },
  };
}

const ID = 'integer r';

function knowledgeOf(name: string, model: ModelSpec): ModelKnowledge {
  const { fields, calls: _, actions: __, context: ___, ...more } = model;
  const usual = { order: undefined, recordName: 'name', searchNames: undefined, parent: undefined, inherits: {} };
  const all = Object.entries({ id: ID, ...fields } as const);
  return { name, ...usual, ...more, fields: new Map(all.map(([own, field]) => [own, fieldKnowledge(own, field)])) };
}

/** The words of a field's text: type, where it leads, and what is granted. */
function wordsOf(field: FieldText | FieldSpec) {
  const [type = '', ...rest] = (typeof field === 'string' ? field : field.is).split(' ');
  const relation = /^(?:many2one|one2many|many2many)$/.test(type) ? rest.shift() : undefined;
  return { type: type as OdooFieldType, relation, gives: rest[0] ?? '' };
}

function fieldKnowledge(name: string, field: FieldText | FieldSpec): FieldKnowledge {
  const { type, relation } = wordsOf(field);
  const { is: _, behind: __, ...more } = typeof field === 'string' ? { is: field } : field;
  return {
    ...{ name, type, relation, inverse: undefined, stored: true, sortable: true, searchable: true },
    ...{ related: undefined, depends: [], selection: undefined, ...more },
  };
}

const CALLS = ['read', 'create', 'update', 'delete'] as const;

function modelAccess(models: Models, knowledge: ModelKnowledge, model: ModelSpec): ModelAccess {
  const { fields, calls = 'read', actions = [], context = {} } = model;
  const letters = Object.entries({ id: ID, ...fields } as const).map(([name, field]) => {
    return [name, wordsOf(field).gives] as const;
  });
  return {
    knowledge,
    fields: fieldsGiven(models, knowledge.name, knowledge.name, letters),
    calls: new Set(CALLS.filter((call) => calls.split(' ').includes(call))),
    actions: new Set(actions),
    context,
  };
}

/** Fields of `model` as they are granted at one place: of the model itself, or behind a relation. */
function fieldsGiven(
  models: Models,
  model: string,
  place: string,
  letters: readonly (readonly [name: string, gives: string])[],
): ReadonlyMap<string, FieldAccess> {
  const granted = letters.flatMap(([name, gives]): [string, FieldAccess][] => {
    const field = name === 'id' ? ID : models[model]?.fields[name];
    if (field === undefined) throw new Error(`There is no field ${model}.${name}.`);
    const knowledge = fieldKnowledge(name, field);
    const { behind = {} } = typeof field === 'string' ? {} : field;
    const below =
      place === model
        ? fieldsGiven(models, knowledge.relation ?? '', `${place}/${name}`, Object.entries(behind))
        : undefined;
    if (gives === '' && (below?.size ?? 0) === 0) return [];
    const access: FieldAccess = {
      knowledge,
      id: `${place}/${name}`,
      read: gives.includes('r'),
      label: gives.includes('l'),
      create: gives.includes('c'),
      update: gives.includes('u'),
      mask: gives.includes('m') ? masked : undefined,
      behind: below?.size === 0 ? undefined : below,
    };
    return [[name, access]];
  });
  return new Map(granted);
}

const masked: FieldAccess['mask'] = (value) => (value === false ? false : '***');
