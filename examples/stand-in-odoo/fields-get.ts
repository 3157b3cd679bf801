import type { Call } from './call.ts';
import { type FieldDefinition, isStored } from './model-definition.ts';

const NUMBERS = new Set(['integer', 'float', 'monetary']);

/** `fields_get`: the fields that the user may know of, with the attributes asked for. */
export function fieldsGet(call: Call): unknown {
  const { allfields, attributes } = call.args;
  const answer: Record<string, unknown> = {};
  for (const [name, field] of call.db.known(call.model).fields) {
    if (Array.isArray(allfields) && allfields.length > 0 && !allfields.includes(name)) continue;
    if (field.groups !== undefined && !call.viewer.groups.has(field.groups)) continue;
    const all = Object.entries(attributesOf(call.db.version, name, field));
    answer[name] = Object.fromEntries(
      all.filter(([key]) => !Array.isArray(attributes) || attributes.length === 0 || attributes.includes(key)),
    );
  }
  return answer;
}

/** Aggregate of a field in groups where none is named; undefined: it has none. */
export function aggregatorOf(version: number, name: string, field: FieldDefinition): string | undefined {
  if (field.aggregator === false || !NUMBERS.has(field.type) || name === 'id') return undefined;
  return isStored(version, field) && !(field.companyDependent && version < 18)
    ? (field.aggregator ?? 'sum')
    : undefined;
}

function attributesOf(version: number, name: string, field: FieldDefinition): Record<string, unknown> {
  const many = field.type === 'one2many' || field.type === 'many2many';
  const store = many ? field.store !== false : isStored(version, field);
  const sortable = store && !many && field.type !== 'binary';
  const aggregator = aggregatorOf(version, name, field);
  return {
    ...(aggregator === undefined ? {} : { [version >= 18 ? 'aggregator' : 'group_operator']: aggregator }),
    change_default: false,
    company_dependent: field.companyDependent ?? false,
    ...(field.relation === undefined ? {} : { context: {}, domain: [] }),
    ...(field.type === 'monetary' ? { currency_field: 'currency_id' } : {}),
    depends: [...(field.related === undefined ? (field.depends ?? []) : [field.related])],
    exportable: true,
    ...(version >= 18 ? { groupable: sortable || (store && field.type === 'many2many') } : {}),
    ...(field.groups === undefined ? {} : { groups: field.groups }),
    ...(field.help === undefined ? {} : { help: field.help }),
    manual: false,
    name,
    readonly: field.readonly ?? false,
    ...(field.related === undefined ? {} : { related: field.related }),
    ...(field.relation === undefined ? {} : { relation: field.relation }),
    ...(field.inverse === undefined ? {} : { relation_field: field.inverse }),
    required: field.required ?? false,
    searchable: field.searchable ?? (name !== 'display_name' || store || version >= 18),
    ...(field.selection === undefined ? {} : { selection: field.selection }),
    sortable,
    store,
    string: field.string ?? labelOf(name),
    ...(field.type === 'char' ? { translate: false, trim: true } : {}),
    type: field.type,
  };
}

function labelOf(name: string): string {
  const words = name.replace(/_ids?$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
