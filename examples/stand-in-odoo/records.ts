import type { Database } from './database.ts';
import { checkGroups, type Viewer } from './domain.ts';
import type { FieldDefinition } from './model-definition.ts';
import { missingError, pythonRepr, userError, validationError, valueError } from './odoo-error.ts';
import { PythonFloat } from './python-float.ts';

/** One field as `read` answers it: many2one as a pair with its label, unless `bare`. */
export function readField(
  db: Database,
  model: string,
  id: number,
  name: string,
  bare: boolean,
  viewer: Viewer,
): unknown {
  const field = db.field(model, name);
  const value = db.value(model, id, name, viewer.activeTest, viewer.context);
  if (field.type === 'many2one' && typeof value === 'number') {
    return bare ? value : [value, db.label(field.relation ?? '', value, viewer.context)];
  }
  if (field.type === 'float' || field.type === 'monetary') return new PythonFloat(Number(value));
  if (field.type === 'properties') return value === false ? [] : value;
  // Times are stored to the microsecond and read to the second.
  if (field.type === 'datetime' && typeof value === 'string') return value.slice(0, 19);
  return value;
}

/** `read`: missing ids vanish; an unknown field is an error, a hidden one a refusal. */
export function readRecords(
  db: Database,
  model: string,
  ids: readonly number[],
  fields: readonly string[],
  bare: boolean,
  viewer: Viewer,
): Record<string, unknown>[] {
  const table = db.known(model);
  for (const name of fields) checkGroups(db.field(model, name), model, name, viewer);
  const names =
    fields.length > 0 ? fields : [...table.fields.keys()].filter((name) => visible(table.fields.get(name), viewer));
  return ids.flatMap((id) => {
    if (!table.rows.has(id)) return [];
    const record: Record<string, unknown> = { id };
    for (const name of names) record[name] = readField(db, model, id, name, bare, viewer);
    return [record];
  });
}

function visible(field: FieldDefinition | undefined, viewer: Viewer): boolean {
  return field?.groups === undefined || viewer.groups.has(field.groups);
}

export function createRecord(
  db: Database,
  model: string,
  values: Readonly<Record<string, unknown>>,
  uid: number,
): number {
  const table = db.known(model);
  checkNames(db, model, values);
  if (model === 'res.users' && [...db.known(model).rows.values()].some((row) => row.get('login') === values.login)) {
    throw validationError('The operation cannot be completed: You can not have two users with the same login!');
  }
  const id = db.insert(model, uid);
  for (const [name, field] of table.fields) {
    if (field.default !== undefined && !Object.hasOwn(values, name)) db.put(model, id, name, field.default);
  }
  applyDefaults(db, model, id, values, uid);
  assign(db, model, id, values, uid, true);
  for (const [name, field] of table.fields) {
    if (field.required !== true || field.compute !== undefined || field.related !== undefined) continue;
    if (db.value(model, id, name) !== false) continue;
    throw validationError(
      `The operation cannot be completed: Missing required value for the field '${field.string ?? name}' (${name}).\nModel: '${table.model.title}' (${model})\n- create/update: a mandatory field is not set\n- delete: another model requires the record being deleted, you can archive it instead\n`,
    );
  }
  return id;
}

/** What business code of the real modules fills in by itself. */
function applyDefaults(
  db: Database,
  model: string,
  id: number,
  values: Readonly<Record<string, unknown>>,
  uid: number,
): void {
  if (model === 'sale.order') {
    db.put(model, id, 'name', `S${String(id).padStart(5, '0')}`);
    db.put(model, id, 'date_order', db.now().slice(0, 19));
    db.put(model, id, 'partner_invoice_id', values.partner_id ?? false);
    db.put(model, id, 'partner_shipping_id', values.partner_id ?? false);
  } else if (model === 'sale.order.line' && typeof values.product_id === 'number') {
    db.put(model, id, 'price_unit', db.value('product.product', values.product_id, 'list_price'));
  } else if (model === 'stock.move.line' && typeof values.picking_id === 'number') {
    for (const name of ['location_id', 'location_dest_id']) {
      db.put(model, id, name, db.value('stock.picking', values.picking_id, name));
    }
  } else if (model === 'product.product' && values.product_tmpl_id === undefined) {
    db.put(model, id, 'product_tmpl_id', createRecord(db, 'product.template', { name: values.name ?? false }, uid));
  }
}

export function writeRecords(
  db: Database,
  model: string,
  ids: readonly number[],
  values: Readonly<Record<string, unknown>>,
  uid: number,
): void {
  checkNames(db, model, values);
  for (const id of ids) {
    if (!db.known(model).rows.has(id)) throw missingError(model, id, uid);
    assign(db, model, id, values, uid, false);
    db.put(model, id, 'write_uid', uid);
    db.put(model, id, 'write_date', db.now());
  }
}

export function unlinkRecords(db: Database, model: string, ids: readonly number[], uid: number): void {
  for (const id of ids) {
    if (!db.known(model).rows.has(id)) throw missingError(model, id, uid);
    if (model === 'res.users' && id <= 2) {
      throw userError(
        'You can not remove the admin user as it is used internally for resources created by Odoo (updates, module installation, ...)',
      );
    }
    const state = db.known(model).fields.has('state') ? db.value(model, id, 'state') : false;
    if (model === 'sale.order' && state !== 'draft' && state !== 'cancel') {
      throw userError('You can not delete a sent quotation or a confirmed sales order. You must first cancel it.');
    }
    db.remove(model, id);
  }
}

function checkNames(db: Database, model: string, values: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(values)) {
    if (!db.known(model).fields.has(name)) throw valueError(`Invalid field '${name}' in '${model}'`);
  }
}

function assign(
  db: Database,
  model: string,
  id: number,
  values: Readonly<Record<string, unknown>>,
  uid: number,
  creating: boolean,
): void {
  for (const [name, value] of Object.entries(values)) {
    const field = db.field(model, name);
    if (name === 'id') continue;
    if (field.related !== undefined) writeThrough(db, model, id, field.related, value, uid);
    else if (field.type === 'one2many' || field.type === 'many2many')
      applyCommands(db, model, id, name, field, value, uid);
    else db.put(model, id, name, convert(db, model, name, field, value, uid, creating));
  }
  if (Object.hasOwn(values, 'parent_id')) checkHierarchy(db, model, id);
}

function writeThrough(db: Database, model: string, id: number, path: string, value: unknown, uid: number): void {
  const [step = '', target = ''] = path.split('.');
  const record = db.value(model, id, step);
  if (typeof record === 'number')
    writeRecords(db, db.field(model, step).relation ?? '', [record], { [target]: value }, uid);
}

function convert(
  db: Database,
  model: string,
  name: string,
  field: FieldDefinition,
  value: unknown,
  uid: number,
  creating: boolean,
): unknown {
  if (value === false || value === null || value === undefined) return field.type === 'boolean' ? false : falsy(field);
  switch (field.type) {
    case 'selection':
      if (!field.selection?.some(([key]) => key === value)) {
        throw valueError(`Wrong value for ${model}.${name}: ${pythonRepr(value)}`);
      }
      return value;
    case 'date':
    case 'datetime': {
      const text = String(value);
      if (!/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/.test(text)) {
        throw valueError(`time data ${pythonRepr(value)} does not match format '%Y-%m-%d'`);
      }
      return field.type === 'date' ? text.slice(0, 10) : text.length === 10 ? `${text} 00:00:00` : text;
    }
    case 'many2one': {
      const relation = field.relation ?? '';
      if (typeof value === 'number' && db.known(relation).rows.has(value)) return value;
      if (!creating) throw missingError(relation, Number(value), uid);
      throw validationError(
        `The operation cannot be completed: Another model is using the record you are trying to delete.\n\nThe troublemaker is: '${db.known(model).model.title}' (${model})\nThanks to the following constraint: '${field.string ?? name}' (${name})`,
      );
    }
    case 'integer':
    case 'float':
    case 'monetary':
      if (typeof value === 'number') return value;
      throw valueError(`could not convert string to float: ${pythonRepr(value)}`);
    case 'boolean':
      return Boolean(value);
    default:
      return typeof value === 'string' ? value : String(value);
  }
}

const falsy = (field: FieldDefinition) => (['integer', 'float', 'monetary'].includes(field.type) ? 0 : false);

function checkHierarchy(db: Database, model: string, start: number): void {
  for (
    let id: unknown = db.value(model, start, 'parent_id');
    typeof id === 'number';
    id = db.value(model, id, 'parent_id')
  ) {
    if (id === start) throw validationError('You cannot create recursive Partner hierarchies.');
  }
}

/** x2many commands: [0,_,values] create, [1,id,values] write, [2,id] delete, [3,id] unlink, [4,id] link, [5] clear, [6,_,ids] set. */
function applyCommands(
  db: Database,
  model: string,
  id: number,
  name: string,
  field: FieldDefinition,
  value: unknown,
  uid: number,
): void {
  const relation = field.relation ?? '';
  const inverse = field.inverse;
  const current = () =>
    inverse === undefined ? (db.value(model, id, name, false) as number[]) : db.children(field, id, false);
  const link = (target: number) => {
    if (!db.known(relation).rows.has(target)) throw missingError(relation, target, uid);
    if (inverse !== undefined) db.put(relation, target, inverse, id);
    else if (!current().includes(target)) db.put(model, id, name, [...current(), target]);
  };
  const drop = (target: number) => {
    if (inverse !== undefined) db.put(relation, target, inverse, false);
    else
      db.put(
        model,
        id,
        name,
        current().filter((other) => other !== target),
      );
  };
  for (const command of Array.isArray(value) ? value : []) {
    if (!Array.isArray(command)) {
      link(Number(command));
      continue;
    }
    const [code, target, given] = command;
    const values = given !== null && typeof given === 'object' && !Array.isArray(given) ? { ...given } : {};
    if (code === 0)
      link(createRecord(db, relation, inverse === undefined ? values : { ...values, [inverse]: id }, uid));
    else if (code === 1) writeRecords(db, relation, [Number(target)], values, uid);
    else if (code === 2) db.remove(relation, Number(target));
    else if (code === 3) drop(Number(target));
    else if (code === 4) link(Number(target));
    else if (code === 5 || code === 6) {
      for (const other of current()) drop(other);
      for (const other of Array.isArray(given) && code === 6 ? given : []) link(Number(other));
    }
  }
}
