import type { Call, Method } from './call.ts';
import { nameTest } from './domain.ts';
import { addExternalId, exportId, findExternal } from './external-ids.ts';
import { createRecord, readField, writeRecords } from './records.ts';

/** The cells of one record: as many rows as its longest list of related records needs. */
function exportRows(call: Call, model: string, id: number, paths: readonly (readonly string[])[]): unknown[][] {
  const { db } = call;
  const rows: unknown[][] = [paths.map(() => '')];
  for (const [column, path] of paths.entries()) {
    const [name = '', ...rest] = path;
    const cells = cellsOf(call, model, id, name, rest);
    for (const [index, cell] of cells.entries()) {
      const row = rows[index] ?? paths.map(() => '');
      row[column] = cell;
      rows[index] = row;
    }
  }
  return db.known(model).rows.has(id) ? rows : [];
}

function cellsOf(call: Call, model: string, id: number, name: string, rest: readonly string[]): unknown[] {
  const { db, viewer } = call;
  if (name === '.id') return [String(id)];
  if (name === 'id') return [exportId(db, model, id, call.uid)];
  const field = db.field(model, name);
  if (field.relation === undefined) return [readField(db, model, id, name, true, viewer)];
  const value = db.value(model, id, name, false);
  const related = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'number');
  const path = rest.length > 0 ? rest : ['display_name'];
  const relation = field.relation;
  const cells = related.flatMap((each) => exportRows(call, relation, each, [path]).map(([cell]) => cell));
  return field.type === 'many2many' && rest.length === 0 ? [cells.join(',')] : cells;
}

function exportData(call: Call): unknown {
  const paths = Array.isArray(call.args.fields_to_export) ? call.args.fields_to_export : [];
  const split = paths.map((path) => String(path).split('/'));
  return { datas: call.ids.flatMap((id) => exportRows(call, call.model, id, split)) };
}

interface ImportMessage {
  readonly field: string;
  readonly message: string;
  readonly value: string;
  readonly relation: string;
}

/** `load`: creates records, and changes those whose external or database id is in a column. All rows, or none. */
function load(call: Call): unknown {
  const { db, model, uid } = call;
  const columns = (Array.isArray(call.args.fields) ? call.args.fields : []).map((path) => String(path).split('/'));
  const data = Array.isArray(call.args.data) ? call.args.data : [];
  const ids: number[] = [];
  for (const [index, row] of data.entries()) {
    const read = readRow(call, columns, Array.isArray(row) ? row : []);
    if ('failed' in read)
      return { ids: false, messages: [described(db.version, index, read.failed, columns)], nextrow: 0 };
    const known = read.xmlid === undefined ? undefined : findExternal(db, read.xmlid)?.id;
    const id = read.id ?? known;
    if (id === undefined) ids.push(createRecord(db, model, read.values, uid));
    else {
      writeRecords(db, model, [id], read.values, uid);
      ids.push(id);
    }
    const [module = '', name = ''] = read.xmlid?.split('.') ?? [];
    if (name !== '' && known === undefined) addExternalId(db, module, name, model, ids.at(-1) ?? 0, uid);
  }
  return { ids, messages: [], nextrow: 0 };
}

type ReadRow =
  | { readonly failed: ImportMessage }
  | { readonly values: Record<string, unknown>; readonly id: number | undefined; readonly xmlid: string | undefined };

function readRow(call: Call, columns: readonly (readonly string[])[], row: readonly unknown[]): ReadRow {
  const { db, model } = call;
  const values: Record<string, unknown> = {};
  let [id, xmlid]: [number | undefined, string | undefined] = [undefined, undefined];
  for (const [index, [name = '', inner]] of columns.entries()) {
    const cell = row[index];
    if (name === '.id') id = Number(cell);
    else if (name === 'id') xmlid = String(cell);
    else {
      const field = db.field(model, name);
      if (field.type === 'one2many') values[name] = [[0, 0, { [inner ?? 'name']: cell }]];
      else if (field.relation === undefined) values[name] = cell;
      else {
        const found = relatedTo(call, field.relation, inner, cell);
        if (found === undefined) {
          const message = `No matching record found for name '${cell}' in field '${field.string ?? name}'`;
          return { failed: { field: name, message, value: String(cell), relation: field.relation } };
        }
        values[name] = found;
      }
    }
  }
  return { values, id, xmlid };
}

function relatedTo(call: Call, relation: string, by: string | undefined, cell: unknown): number | undefined {
  if (by === '.id') return Number(cell);
  if (by === 'id') return findExternal(call.db, String(cell))?.id;
  const named = nameTest(call.db, relation, '=', cell, call.viewer);
  return [...call.db.known(relation).rows.keys()].find(named);
}

function described(version: number, record: number, failed: ImportMessage, columns: readonly (readonly string[])[]) {
  return {
    rows: { from: record, to: record },
    type: 'error',
    record,
    field: columns.find(([name]) => name === failed.field)?.join('/') ?? failed.field,
    message: failed.message,
    moreinfo: {
      name: 'Possible Values',
      type: 'ir.actions.act_window',
      target: 'new',
      view_mode: version >= 18 ? 'list,form' : 'tree,form',
      views: [
        [false, 'list'],
        [false, 'form'],
      ],
      context: { create: false },
      help: 'See all possible values',
      res_model: failed.relation,
    },
    field_name: failed.field,
  };
}

/** Import and export: reads along paths, and writes in disguise. */
export const IMPORT_EXPORT: Readonly<Record<string, Method>> = {
  export_data: { onModel: false, parameters: ['fields_to_export'], required: 1, needs: 'read', run: exportData },
  load: { onModel: true, parameters: ['fields', 'data'], required: 2, needs: 'create', run: load },
};
