import { and, leaf } from '../domain.ts';
import { type OdooValue, odooObject } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import type { ReadValue } from './checked-value.ts';
import { shown } from './construct-answer.ts';
import type { Context } from './guard-context.ts';
import { fieldNames } from './guard-fields.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { EVEN_ARCHIVED } from './ids-within.ts';
import { noteRecords, noteValues } from './note-facts.ts';
import { inAskedOrder, rowsById } from './read-records.ts';
import { type Row, readRows } from './read-rows.ts';
import { hiddenField, tooMuch, unfitField } from './refusals.ts';
import { behindScope, isList, type Scope } from './scope.ts';
import { MOST_RELATIONS } from './specification.ts';

const MOST_COLUMNS = 200;
const MOST_STEPS = 5;

/** One model's part of what is exported: columns that end here, and relations that lead on. */
interface Node {
  readonly scope: Scope;
  readonly fields: Map<string, FieldAccess>;
  readonly below: Map<string, Node>;
}

/** A value by its path from the record. */
type Cell = (id: number) => OdooValue;

/**
 * `export_data`: rows of values by paths such as `country_id/code`, through single relations only. The column `.id` is the
 * record's id; `id` is refused, because Odoo would write an external name for each record.
 */
export async function exportData(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const columns = fieldNames(call.args.fields_to_export);
  if (columns.length > MOST_COLUMNS) throw tooMuch(`At most ${MOST_COLUMNS} columns can be exported.`);
  const root: Node = { scope, fields: new Map(), below: new Map() };
  const paths = columns.map((column) => column.split('/', MOST_STEPS + 1));
  for (const path of paths) enter(run, root, path, scope.model);
  if (relationsIn(root) > MOST_RELATIONS)
    throw tooMuch(`An export can lead through ${MOST_RELATIONS} relations at most.`);
  const { ids, rows } = await rowsById(guarded, [...root.fields.values()], true);
  noteRecords(
    run,
    scope.model,
    rows.map(({ id }) => id),
  );
  const context = { ...contextOf(guarded, 'read'), ...EVEN_ARCHIVED };
  const cells = await readNode(run, root, rows, context);
  const made = rows.map(({ id }) => paths.map((path) => cells(path)(id)));
  return odooObject([['datas', inAskedOrder(ids, rows, made)]]);
}

function relationsIn({ below }: Node): number {
  return [...below.values()].reduce((sum, node) => sum + 1 + relationsIn(node), 0);
}

function enter(run: GuardRun, node: Node, path: readonly string[], called: string): void {
  const [name = '', ...rest] = path;
  if (path.length > MOST_STEPS || name === 'id') throw hiddenField(called, path.join('/'));
  if (name === '.id') {
    if (rest.length > 0) throw hiddenField(called, path.join('/'));
    return;
  }
  const field = node.scope.field(name);
  if (field === undefined) throw hiddenField(called, path.join('/'));
  if (isList(field.knowledge)) throw unfitField(called, name, 'cannot be exported');
  node.fields.set(name, field);
  if (rest.length === 0) {
    if (field.knowledge.type === 'many2one' && !field.label)
      throw unfitField(called, name, 'can be exported as id only');
    return;
  }
  const target = behindScope(run, field);
  if (target === undefined || field.mask !== undefined) throw hiddenField(called, path.join('/'));
  const below = node.below.get(name) ?? { scope: target, fields: new Map(), below: new Map() };
  node.below.set(name, below);
  enter(run, below, rest, called);
}

async function readNode(
  run: GuardRun,
  node: Node,
  rows: readonly Row[],
  context: Context,
): Promise<(path: readonly string[]) => Cell> {
  noteValues(run, node.fields.values(), rows);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const behind = new Map<string, (path: readonly string[]) => Cell>();
  for (const [name, below] of node.below) {
    const ids = [...new Set(rows.flatMap(({ values }) => linkOf(values.get(name)) ?? []))];
    const { scope } = below;
    const read =
      ids.length === 0
        ? []
        : await readRows(run, {
            scope,
            fields: [...below.fields.values()],
            domain: and(scope.rule, leaf('id', 'in', ids)),
            order: 'id',
            offset: 0,
            limit: ids.length,
            context,
            labels: true,
          });
    behind.set(name, await readNode(run, below, read, context));
  }
  return ([name = '', ...rest]) =>
    (id) => {
      const row = byId.get(id);
      if (row === undefined) return '';
      if (name === '.id') return id;
      const value = row.values.get(name);
      if (rest.length === 0) return cell(node.fields.get(name), value);
      const link = linkOf(value);
      return link === undefined ? '' : (behind.get(name)?.(rest)(link) ?? '');
    };
}

function linkOf(value: ReadValue | undefined): number | undefined {
  return value?.kind === 'link' ? value.link?.id : undefined;
}

/** As an export has it: a relation by its label, nothing as an empty text. */
function cell(field: FieldAccess | undefined, value: ReadValue | undefined): OdooValue {
  if (field === undefined) return '';
  const plain = shown(field, value, 'pair');
  if (plain === false && field.knowledge.type !== 'boolean') return '';
  return field.mask === undefined && value?.kind === 'link' ? (value.link?.label ?? '') : plain;
}
