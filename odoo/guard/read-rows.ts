import type { Domain } from '../domain.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, isOdooObject, type OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { checkedValue, type Link, type ReadValue } from './checked-value.ts';
import type { Context } from './guard-context.ts';
import { isOrderedByVisible } from './guard-order.ts';
import { idsWithin } from './ids-within.ts';
import { unfitAnswer } from './refusals.ts';
import { behindScope, isList, type Scope } from './scope.ts';

/** A record as Odoo answered it: asked fields only, their types checked, links outside of the consumer's rules taken out. */
export interface Row {
  readonly id: number;
  readonly values: ReadonlyMap<string, ReadValue>;
}

export interface RowsWanted {
  readonly scope: Scope;
  readonly fields: readonly FieldAccess[];
  /** Guarded, with the rule of the model. */
  readonly domain: Domain;
  readonly order: string;
  readonly offset: number;
  readonly limit: number;
  readonly context: Context;
  /** Whether labels of many2one fields are needed; they are asked for only where some may be shown. */
  readonly labels: boolean;
}

/** Asks Odoo for records. Rejects with OdooRefusal, also where the answer is not what was asked for. */
export async function readRows(run: GuardRun, wanted: RowsWanted): Promise<readonly Row[]> {
  const { scope, fields, domain, order, offset, limit, context } = wanted;
  const labels = wanted.labels && fields.some(({ label, knowledge }) => label && knowledge.type === 'many2one');
  const names = [...new Set(['id', ...fields.map(({ knowledge }) => knowledge.name)])];
  const args = { domain, fields: names, offset, limit, order, ...(labels ? {} : { load: null }) };
  const answer = await run.ask({ model: scope.model, method: 'search_read', args, context }, 'read');
  if (!isOdooList(answer) || answer.length > limit) throw unfitAnswer();
  const rows = answer.map((item) => rowOf(fields, item));
  if (new Set(rows.map(({ id }) => id)).size !== rows.length) throw unfitAnswer();
  return withoutForeign(run, fields, rows);
}

function rowOf(fields: readonly FieldAccess[], item: OdooValue): { id: number; values: Map<string, ReadValue> } {
  if (!isOdooObject(item) || !Object.hasOwn(item, 'id')) throw unfitAnswer();
  const { id } = item;
  if (!isRecordId(id)) throw unfitAnswer();
  const values = new Map<string, ReadValue>();
  for (const { knowledge } of fields) {
    const { name } = knowledge;
    values.set(name, checkedValue(knowledge, Object.hasOwn(item, name) ? item[name] : undefined));
  }
  return { id, values };
}

/** In the place of no id: nobody's. */
const NOBODY = 0;

/**
 * Links to records outside of their model's rule are not there for this consumer; lists come in an order that it may know.
 * Whether there is a link at all must not show in the number of calls.
 */
export async function withoutForeign<T extends { readonly values: Map<string, ReadValue> }>(
  run: GuardRun,
  fields: readonly FieldAccess[],
  rows: readonly T[],
): Promise<readonly T[]> {
  if (rows.length === 0) return rows;
  const ruled: [name: string, target: Scope][] = [];
  const linked = new Map<string, { target: Scope; ids: Set<number> }>();
  for (const field of fields) {
    const { name, type } = field.knowledge;
    if (type === 'reference') hideRuled(run, rows, name);
    const target = behindScope(run, field);
    if (target === undefined) continue;
    if (isList(field.knowledge) && !isOrderedByVisible(run, target)) sortLists(rows, name);
    if (target.rule.length === 0) continue;
    ruled.push([name, target]);
    const known = linked.get(target.model) ?? { target, ids: new Set() };
    linked.set(target.model, known);
    for (const { values } of rows) for (const id of linksIn(values.get(name))) known.ids.add(id);
  }
  if (ruled.length === 0) return rows;
  const within = new Map<string, ReadonlySet<number>>();
  for (const [model, { target, ids }] of linked) {
    within.set(model, await idsWithin(run, target, ids.size === 0 ? [NOBODY] : [...ids]));
  }
  for (const [name, { model }] of ruled) {
    const allowed = within.get(model) ?? new Set();
    for (const { values } of rows) values.set(name, only(values.get(name), allowed));
  }
  return rows;
}

/** A reference names any model: where only some records of it may be known of, none is named. */
function hideRuled(run: GuardRun, rows: readonly { values: Map<string, ReadValue> }[], name: string): void {
  for (const { values } of rows) {
    const value = values.get(name);
    const text = value?.kind === 'plain' && typeof value.value === 'string' ? value.value : '';
    if (run.rule(text.split(',', 1)[0] ?? '').length > 0) values.set(name, { kind: 'plain', value: false });
  }
}

function sortLists(rows: readonly { values: Map<string, ReadValue> }[], name: string): void {
  for (const { values } of rows) {
    const value = values.get(name);
    if (value?.kind === 'links') values.set(name, { kind: 'links', ids: value.ids.toSorted((a, b) => a - b) });
  }
}

function linksIn(value: ReadValue | undefined): readonly number[] {
  if (value?.kind === 'links') return value.ids;
  return value?.kind === 'link' && value.link !== undefined ? [value.link.id] : [];
}

function only(value: ReadValue | undefined, allowed: ReadonlySet<number>): ReadValue {
  if (value?.kind === 'links') return { kind: 'links', ids: value.ids.filter((id) => allowed.has(id)) };
  if (value?.kind !== 'link') throw unfitAnswer();
  const link: Link | undefined = value.link !== undefined && allowed.has(value.link.id) ? value.link : undefined;
  return { kind: 'link', link };
}
