import type { OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { shown } from './construct-answer.ts';
import { isFilterable } from './field-path.ts';
import { guardDomain, ruledDomain } from './guard-domain.ts';
import { guardOrder } from './guard-order.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { noteRecords, noteValues } from './note-facts.ts';
import { checkSize, pageOf } from './page.ts';
import { inAskedOrder, rowsById } from './read-records.ts';
import { type Row, readRows } from './read-rows.ts';
import { hiddenField, unfitArgument } from './refusals.ts';
import type { Scope } from './scope.ts';
import { isNothing } from './whole-number.ts';

const USUAL_LIMIT = 100;
const TEXT = new Set(['char', 'text', 'selection']);

/**
 * `name_search`: Odoo's own looks into fields that may be hidden (an e-mail address, a tax id). This one looks into the
 * visible fields among them, and answers a name that is visible.
 */
export async function searchByName(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const label = labelField(scope);
  const { name, operator } = call.args;
  const asked = ruledDomain(scope, guardDomain(run, scope, call.args.domain));
  const named = isNothing(name) ? [] : guardDomain(run, scope, nameConditions(run, scope, name, operator));
  const domain = ruledDomain({ rule: asked }, named);
  const { limit = USUAL_LIMIT } = call.args;
  const page = pageOf(run.access, 0, limit);
  const context = contextOf(guarded, 'read');
  const order = guardOrder(run, scope, undefined);
  const rows = await readRows(run, { scope, fields: [label], domain, order, ...page, context, labels: false });
  checkSize(run.access, rows.length);
  return pairs(run, scope, label, rows);
}

/** `name_get` (until Odoo 16). */
export async function namesOfRecords(guarded: GuardedCall): Promise<OdooValue> {
  const label = labelField(guarded.scope);
  const { ids, rows } = await rowsById(guarded, [label], false);
  return inAskedOrder(ids, rows, pairs(guarded.run, guarded.scope, label, rows));
}

function pairs(run: GuardRun, { model }: Scope, label: FieldAccess, rows: readonly Row[]): readonly OdooValue[] {
  noteRecords(
    run,
    model,
    rows.map(({ id }) => id),
  );
  noteValues(run, [label], rows);
  return rows.map(({ id, values }) => [id, shown(label, values.get(label.knowledge.name), 'id')]);
}

/** The field that names a record for this consumer. Throws OdooRefusal where none is visible. */
function labelField(scope: Scope): FieldAccess {
  const recordName = scope.knowledge?.recordName ?? 'name';
  for (const name of ['display_name', recordName, 'name']) {
    const field = scope.field(name);
    if (field !== undefined && TEXT.has(field.knowledge.type)) return field;
  }
  throw hiddenField(scope.model, 'display_name');
}

/** A client's domain for its text, over the visible fields that name a record. */
function nameConditions(run: GuardRun, scope: Scope, name: OdooValue, operator: OdooValue | undefined): OdooValue {
  if (typeof name !== 'string') throw unfitArgument('name must be a text');
  const written = isNothing(operator) ? 'ilike' : operator;
  if (typeof written !== 'string') throw unfitArgument('Invalid operator');
  const { recordName = 'name', searchNames = [] } = scope.knowledge ?? {};
  const fields = [...new Set([...searchNames, recordName ?? 'name', 'name'])].filter((path) => {
    const field = scope.field(path);
    return (
      field !== undefined &&
      TEXT.has(field.knowledge.type) &&
      path !== 'display_name' &&
      isFilterable(run, scope, field)
    );
  });
  if (fields.length === 0) throw hiddenField(scope.model, 'display_name');
  const isNegative = /^(?:not |!=|<>)/i.test(written.trim());
  return [...fields.slice(1).map(() => (isNegative ? '&' : '|')), ...fields.map((field) => [field, written, name])];
}
