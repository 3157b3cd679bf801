import type { FieldKnowledge, OdooFieldType } from '../knowledge.ts';
import type { GrantedValue } from './granted-values.ts';

const TEXTS: readonly OdooFieldType[] = ['char', 'text', 'html', 'selection', 'reference', 'date', 'datetime'];
const NUMBERS: readonly OdooFieldType[] = ['integer', 'float', 'monetary'];
const RELATIONS: readonly OdooFieldType[] = ['many2one', 'many2one_reference', 'integer'];

/** Types of Odoo that can be carried as a kind of contract value. */
const TYPES: Readonly<Record<GrantedValue['kind'], readonly OdooFieldType[]>> = {
  text: TEXTS,
  time: ['datetime'],
  date: ['date', 'datetime'],
  decimal: NUMBERS,
  integer: [...NUMBERS, 'many2one', 'many2one_reference'],
  number: NUMBERS,
  boolean: ['boolean'],
  relation: RELATIONS,
  label: ['many2one'],
  list: ['one2many', 'many2many'],
};

/** Whether the contract's property can hold what Odoo has there. */
export function carries({ kind, field }: GrantedValue, { type }: FieldKnowledge): boolean {
  const { types, items } = field.shape;
  if (kind === 'list') return TYPES.list.includes(type) && items?.types.has('string') !== true;
  if (TYPES[kind].includes(type)) return true;
  return kind === 'text' && (types.has('any') || (type === 'boolean' && types.has('boolean')));
}
