import { and, leaf } from '../domain.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, type OdooValue } from '../wire/value.ts';
import type { FieldAccess } from './access.ts';
import { constructRecords, type LinkForm } from './construct-answer.ts';
import { guardDomain, ruledDomain } from './guard-domain.ts';
import { guardFields } from './guard-fields.ts';
import { guardOrder } from './guard-order.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { EVEN_ARCHIVED, idsWithin } from './ids-within.ts';
import { noteRecords } from './note-facts.ts';
import { checkSize, countOf, pageOf } from './page.ts';
import { type Row, readRows } from './read-rows.ts';
import { namedRecords } from './record-ids.ts';
import { unfitAnswer } from './refusals.ts';

/** `search`: ids of the records that a domain finds within the rule. */
export async function searchIds(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const domain = ruledDomain(scope, guardDomain(run, scope, call.args.domain));
  const order = guardOrder(run, scope, call.args.order);
  const { offset, limit } = pageOf(run.access, call.args.offset, call.args.limit);
  const args = { domain, offset, limit, order };
  const context = contextOf(guarded, 'read');
  const answer = await run.ask({ model: scope.model, method: 'search', args, context }, 'read');
  if (!isOdooList(answer) || answer.length > limit) throw unfitAnswer();
  checkSize(run.access, answer.length);
  const ids = answer.map((id) => {
    if (!isRecordId(id)) throw unfitAnswer();
    return id;
  });
  noteRecords(run, scope.model, ids);
  return ids;
}

/** `search_count`: how many there are, or the limit where there are more. */
export async function countRecords(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const domain = ruledDomain(scope, guardDomain(run, scope, call.args.domain));
  const most = countOf(call.args.limit, 'limit');
  const count = await countFound(guarded, domain);
  return most > 0 ? Math.min(count, most) : count;
}

/** Asks how many records a guarded and ruled domain finds. */
export async function countFound(guarded: GuardedCall, domain: readonly unknown[]): Promise<number> {
  const { run, scope } = guarded;
  const context = contextOf(guarded, 'read');
  const answer = await run.ask({ model: scope.model, method: 'search_count', args: { domain }, context }, 'read');
  if (typeof answer !== 'number' || !Number.isSafeInteger(answer) || answer < 0) throw unfitAnswer();
  return answer;
}

/** `search_read`: what `search` finds, read. */
export async function searchRead(guarded: GuardedCall): Promise<OdooValue> {
  const { run, call, scope } = guarded;
  const fields = guardFields(scope, call.args.fields);
  const form = linkForm(call.args.load);
  return constructRecords(run, scope.model, fields, await findRows(guarded, fields, form), form);
}

/** Records of a client's domain, order and page; whoever wants more than may be answered at once is refused. */
export async function findRows(
  guarded: GuardedCall,
  fields: readonly FieldAccess[],
  form: LinkForm,
): Promise<readonly Row[]> {
  const { run, scope, call } = guarded;
  const domain = ruledDomain(scope, guardDomain(run, scope, call.args.domain));
  const order = guardOrder(run, scope, call.args.order);
  const page = pageOf(run.access, call.args.offset, call.args.limit);
  const context = contextOf(guarded, 'read');
  const rows = await readRows(run, { scope, fields, domain, order, ...page, context, labels: form === 'pair' });
  checkSize(run.access, rows.length);
  return rows;
}

/**
 * `read`: a search for those of the ids that lie within the rule, archived or not, put into the order that was asked.
 * Others are not there, as with Odoo.
 */
export async function readById(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const fields = guardFields(scope, call.args.fields);
  const form = linkForm(call.args.load);
  const { ids, rows } = await rowsById(guarded, fields, form === 'pair');
  const records = constructRecords(run, scope.model, fields, rows, form);
  return inAskedOrder(ids, rows, records);
}

/** Reads the records that a call names, each once. */
export async function rowsById(
  guarded: GuardedCall,
  fields: readonly FieldAccess[],
  labels: boolean,
): Promise<{ readonly ids: readonly number[]; readonly rows: readonly Row[] }> {
  const { run, scope, call } = guarded;
  const { ids, distinct } = namedRecords(call.ids);
  const context = { ...contextOf(guarded, 'read'), ...EVEN_ARCHIVED };
  // Each id is answered as often as it is named.
  checkSize(run.access, ids.length);
  if (distinct.length === 0) return { ids, rows: [] };
  const domain = and(scope.rule, leaf('id', 'in', distinct));
  const page = { offset: 0, limit: distinct.length };
  return { ids, rows: await readRows(run, { scope, fields, domain, order: 'id', ...page, context, labels }) };
}

/** What was made of each row, for each id that was named; it may be a list itself. */
export function inAskedOrder<T>(ids: readonly number[], rows: readonly Row[], made: readonly T[]): readonly T[] {
  const byId = new Map(rows.map(({ id }, index) => [id, made[index]]));
  return ids.map((id) => byId.get(id)).filter((one) => one !== undefined);
}

/** `exists` (until Odoo 18): those of the ids that are there, in their order. */
export async function existingRecords({ run, scope, call }: GuardedCall): Promise<OdooValue> {
  const { ids, distinct } = namedRecords(call.ids);
  const within = await idsWithin(run, scope, distinct);
  return [...new Set(ids)].filter((id) => within.has(id));
}

/** How `load` wants many2one values: in pairs unless it says otherwise. */
function linkForm(load: OdooValue | undefined): LinkForm {
  return load === undefined || load === '_classic_read' ? 'pair' : 'id';
}
