import type { FieldClass } from '../../../catalog/documents.ts';
import type { FieldMetadata } from '../field-metadata.ts';
import { ACCOUNTING_FIELDS } from './accounting-fields.ts';
import { ADMINISTRATORS, CLASS_PATTERNS, CREDENTIAL } from './class-patterns.ts';
import { COMMON_FIELDS } from './common-fields.ts';
import { COMPANY_FIELDS } from './company-fields.ts';
import { PARTNER_FIELDS } from './partner-fields.ts';
import { PRODUCT_FIELDS } from './product-fields.ts';
import { STOCK_FIELDS } from './stock-fields.ts';
import { TRADE_FIELDS } from './trade-fields.ts';

export interface ProposedClass {
  readonly class: FieldClass;
  /** In the order in which the tables name them. */
  readonly tags: readonly string[];
  /** Where it comes from: a table, or a pattern of the name, or nothing at all. */
  readonly by: 'table' | 'pattern' | 'unknown';
}

const CLASSES: readonly FieldClass[] = ['public', 'internal', 'confidential', 'restricted'];
const BY_MODEL = new Map(
  [ACCOUNTING_FIELDS, COMPANY_FIELDS, PARTNER_FIELDS, PRODUCT_FIELDS, STOCK_FIELDS, TRADE_FIELDS]
    .flatMap((tables) => Object.entries(tables))
    .map(([model, groups]) => [model, tableOf(groups)] as const),
);
const COMMON = tableOf(COMMON_FIELDS);
const LOGGED = /^(?:create|write)_(?:uid|date)$|^__last_update$/;
const CARRIES_SECRETS: ReadonlySet<string> = new Set([
  'char',
  'text',
  'html',
  'integer',
  'binary',
  'json',
  'serialized',
]);
const UNKNOWN: ProposedClass = { class: 'confidential', tags: [], by: 'unknown' };

/**
 * The class that a field should have, from the tables of Odoo's own fields, else from its name. What nobody knows is
 * confidential; what opens something (`credential`) is restricted and belongs in no contract. `copied` is the class of
 * the field that this one is a copy of, where that is known: a copy is never less.
 */
export function classifyField(model: string, field: FieldMetadata, copied?: ProposedClass): ProposedClass {
  const { name, type, groups } = field;
  if (CREDENTIAL.test(name) && CARRIES_SECRETS.has(type))
    return { class: 'restricted', tags: ['credential', 'security'], by: 'pattern' };
  const own = ownClass(model, field);
  const found = own.by === 'unknown' && copied !== undefined ? copied : stricter(own, copied);
  const forAdministrators = groups !== undefined && ADMINISTRATORS.test(groups);
  return forAdministrators ? stricter(found, { class: 'restricted', tags: ['security'], by: 'pattern' }) : found;
}

function ownClass(model: string, { name, type }: FieldMetadata): ProposedClass {
  if (name === 'id') return { class: 'internal', tags: [], by: 'table' };
  if (LOGGED.test(name)) return { class: 'internal', tags: ['audit'], by: 'table' };
  const table = BY_MODEL.get(model);
  const listed = table?.get(name);
  if (listed !== undefined) return listed;
  const common = COMMON.get(name);
  // A model of somebody else may mean more by a common name than Odoo does.
  if (common !== undefined && table !== undefined) return common;
  if (common !== undefined && common.class !== 'public' && !name.startsWith('x_')) return common;
  const fitting = CLASS_PATTERNS.find(([form]) => form.test(name));
  if (fitting !== undefined) return { class: fitting[1], tags: fitting[2], by: 'pattern' };
  const isFree = type === 'html' || type === 'text';
  return isFree ? { class: 'confidential', tags: ['free-text'], by: 'pattern' } : UNKNOWN;
}

/** The higher class, and the tags of both. */
export function stricter(one: ProposedClass, other: ProposedClass | undefined): ProposedClass {
  if (other === undefined) return one;
  const higher = CLASSES.indexOf(other.class) > CLASSES.indexOf(one.class) ? other : one;
  return { ...higher, tags: [...new Set([...one.tags, ...other.tags])] };
}

function tableOf(groups: Readonly<Record<string, string>>): ReadonlyMap<string, ProposedClass> {
  const table = new Map<string, ProposedClass>();
  for (const [group, names] of Object.entries(groups)) {
    const [first, ...tags] = group.split(' ');
    const fieldClass = CLASSES.find((known) => known === first) ?? 'restricted';
    for (const name of names.trim().split(/\s+/)) table.set(name, { class: fieldClass, tags, by: 'table' });
  }
  return table;
}
