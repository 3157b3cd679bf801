import type { OdooFieldType } from '../knowledge.ts';
import type { OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { hiddenField, unfitArgument, unfitField } from './refusals.ts';
import { behindScope, isRelation, type Scope } from './scope.ts';
import { isNothing } from './whole-number.ts';

const TERM = /^([a-z_][a-z0-9_]*)(?:\.([a-z0-9_]+))?(?: (asc|desc))?(?: nulls (first|last))?$/i;
const MOST_TERMS = 16;
const LONGEST = 1000;
/** Without an order that says more than the value, or any. */
const UNORDERED: ReadonlySet<OdooFieldType> = new Set([
  ...(['json', 'properties', 'properties_definition', 'serialized', 'reference', 'binary', 'image'] as const),
]);

/**
 * The order of an answer: the client's, or the model's own where all of it is visible. The id is always the last key: where
 * nothing visible tells records apart, hidden changes must not show in their order. Throws OdooRefusal.
 */
export function guardOrder(run: GuardRun, scope: Scope, value: OdooValue | undefined): string {
  if (isNothing(value)) return ownOrder(run, scope) ?? 'id';
  if (typeof value !== 'string' || value.length > LONGEST) throw unfitArgument('Invalid order');
  return completed(termsOf(run, scope, value));
}

/** The model's own order, completed; undefined where it is not known, or not all of it visible. */
export function ownOrder(run: GuardRun, scope: Scope): string | undefined {
  const order = scope.knowledge?.order;
  if (order === undefined || order.length > LONGEST) return undefined;
  try {
    return completed(termsOf(run, scope, order));
  } catch {
    return undefined;
  }
}

/**
 * Whether Odoo itself lists the records of a model by visible values alone. Unless the id is among them, those that are
 * equal come as they lie on disk, where every hidden change moves them.
 */
export function isOrderedByVisible(run: GuardRun, scope: Scope): boolean {
  return ownOrder(run, scope) !== undefined && /(?:^|,)\s*id\b/i.test(scope.knowledge?.order ?? '');
}

interface Term {
  readonly name: string;
  readonly text: string;
}

function completed(terms: readonly Term[]): string {
  const end = terms.findIndex(({ name }) => name === 'id');
  const needed = end >= 0 ? terms.slice(0, end + 1) : [...terms, { name: 'id', text: 'id' }];
  return needed.map(({ text }) => text).join(', ');
}

function termsOf(run: GuardRun, scope: Scope, order: string): readonly Term[] {
  const parts = order.split(',');
  if (parts.length > MOST_TERMS) throw unfitArgument('Invalid order');
  return parts.map((part) => {
    const match = TERM.exec(part.trim().replaceAll(/\s+/g, ' '));
    if (match === null) throw unfitArgument('Invalid order');
    const [, name = '', below, direction, nulls] = match;
    const path = below === undefined ? name : `${name}.${below}`;
    const field = scope.field(name);
    if (field === undefined) throw hiddenField(scope.model, path);
    const { major } = run.access.knowledge;
    if (below !== undefined && (below !== 'id' || !isRelation(field.knowledge))) throw hiddenField(scope.model, path);
    const isFit = below === undefined ? isSortable(field) : major >= 19 && isSortableLink(run, field);
    if (!isFit || (nulls !== undefined && major < 17)) throw unfitField(scope.model, path, 'cannot be ordered by');
    const suffix = `${direction?.toLowerCase() === 'desc' ? ' desc' : ''}${nulls === undefined ? '' : ` nulls ${nulls.toLowerCase()}`}`;
    return { name: path, text: `${path}${suffix}` };
  });
}

/** A relation is ordered by the order of the records behind it, hidden fields among its keys. */
export function isSortable({ knowledge, mask }: FieldAccess): boolean {
  if (mask !== undefined || !knowledge.sortable || isRelation(knowledge) || UNORDERED.has(knowledge.type)) return false;
  return (knowledge.stored || knowledge.related !== undefined) && knowledge.name !== 'display_name';
}

function isSortableLink(run: GuardRun, field: FieldAccess): boolean {
  const { type, stored } = field.knowledge;
  return type === 'many2one' && stored && field.mask === undefined && behindScope(run, field)?.rule.length === 0;
}
