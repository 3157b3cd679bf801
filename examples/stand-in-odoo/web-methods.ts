import { type Call, isObject, type Method } from './call.ts';
import { searchIds, searchNames, valuesOf } from './core-methods.ts';
import { checkGroups, type Viewer } from './domain.ts';
import { OdooError } from './odoo-error.ts';
import { compileOrder } from './ordering.ts';
import { createRecord, readField, readRecords, writeRecords } from './records.ts';

type Specification = Readonly<Record<string, unknown>>;

/** Records as the web client reads them: relations as objects, as deep as the specification goes. */
export function readSpecified(
  call: Call,
  model: string,
  ids: readonly number[],
  specification: Specification,
): unknown[] {
  const { db, viewer } = call;
  for (const name of Object.keys(specification)) checkGroups(db.field(model, name), model, name, viewer);
  return ids.flatMap((id) => {
    if (!db.known(model).rows.has(id)) return [];
    const record: Record<string, unknown> = { id };
    for (const [name, given] of Object.entries(specification)) {
      if (name !== 'id') record[name] = readNested(call, model, id, name, isObject(given) ? given : {});
    }
    return [record];
  });
}

/** A nested specification brings its own context, order and limit along. */
function readNested(call: Call, model: string, id: number, name: string, given: Specification): unknown {
  const { db } = call;
  const field = db.field(model, name);
  const viewer: Viewer = isObject(given.context)
    ? { ...call.viewer, context: { ...call.viewer.context, ...given.context } }
    : call.viewer;
  const relation = field.relation;
  if (relation === undefined) return readField(db, model, id, name, true, viewer);
  const value = db.value(model, id, name, viewer.activeTest);
  const nested = isObject(given.fields) ? given.fields : undefined;
  const inner: Call = { ...call, viewer };
  if (field.type === 'many2one') {
    if (typeof value !== 'number' || nested === undefined) return value;
    return readSpecified(inner, relation, [value], nested)[0] ?? false;
  }
  const ids = (Array.isArray(value) ? value : []).filter((each) => typeof each === 'number');
  if (typeof given.order === 'string' && given.order !== '') ids.sort(compileOrder(db, relation, given.order));
  if (nested === undefined) return ids;
  const limit = typeof given.limit === 'number' ? given.limit : ids.length;
  const read = readSpecified(inner, relation, ids.slice(0, limit), nested);
  return [...read, ...ids.slice(limit).map((each) => ({ id: each }))];
}

const specificationOf = (given: unknown): Specification => (isObject(given) ? given : {});

function webSearchRead(call: Call): unknown {
  const { domain, specification, fields, offset, limit, order } = call.args;
  const ids = searchIds(call, domain ?? [], order, offset, limit);
  const length = searchIds(call, domain ?? []).length;
  const names = Array.isArray(fields) ? fields.map(String) : [];
  const records =
    call.db.version >= 17
      ? readSpecified(call, call.model, ids, specificationOf(specification))
      : readRecords(call.db, call.model, ids, names, false, call.viewer);
  return { length, records };
}

function webSave(call: Call): unknown {
  const { vals, specification } = call.args;
  const { db, model, ids, uid } = call;
  const saved = ids.length > 0 ? ids : [createRecord(db, model, valuesOf(vals), uid)];
  if (ids.length > 0 && Object.keys(valuesOf(vals)).length > 0) writeRecords(db, model, ids, valuesOf(vals), uid);
  return readSpecified(call, model, saved, specificationOf(specification));
}

/** What changes in a form that is being filled in: defaults, and what follows from the contact of an order. */
function onchange(call: Call): unknown {
  if (call.db.version === 16) {
    const changed = call.args.field_name;
    const known = typeof changed !== 'string' || changed === '' || Object.hasOwn(valuesOf(call.args.values), changed);
    if (!known) throw new OdooError('builtins.KeyError', changed, 500);
    return { value: {} };
  }
  const values = valuesOf(call.args.values);
  const specification = specificationOf(call.args.fields_spec);
  const value: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(specification)) {
    if (Object.hasOwn(values, name)) continue;
    const field = call.db.field(call.model, name);
    const follows = /^partner_(invoice|shipping)_id$/.test(name) ? values.partner_id : undefined;
    const nested = isObject(given) && isObject(given.fields) ? given.fields : {};
    if (typeof follows === 'number') value[name] = readSpecified(call, field.relation ?? '', [follows], nested)[0];
    else if (Array.isArray(call.args.field_names) && call.args.field_names.length === 0)
      value[name] = field.default ?? false;
  }
  return { value };
}

/** The methods that the web client added to every model. */
export const WEB_METHODS: Readonly<Record<string, Method>> = {
  web_read: {
    onModel: false,
    parameters: ['specification'],
    required: 1,
    needs: 'read',
    since: 17,
    run: (call) => readSpecified(call, call.model, call.ids, specificationOf(call.args.specification)),
  },
  web_search_read: {
    onModel: true,
    parameters: ['domain', 'specification', 'offset', 'limit', 'order', 'count_limit'],
    formerly: { 16: ['domain', 'fields', 'offset', 'limit', 'order', 'count_limit'] },
    required: 0,
    needs: 'read',
    run: webSearchRead,
  },
  web_save: {
    onModel: false,
    parameters: ['vals', 'specification', 'next_id'],
    required: 2,
    needs: 'write',
    since: 17,
    run: webSave,
  },
  web_name_search: {
    onModel: true,
    parameters: ['name', 'specification', 'domain', 'operator', 'limit'],
    required: 2,
    needs: 'read',
    since: 18,
    run: (call) => readSpecified(call, call.model, searchNames(call), specificationOf(call.args.specification)),
  },
  onchange: {
    onModel: false,
    parameters: ['values', 'field_names', 'fields_spec'],
    formerly: { 16: ['values', 'field_name', 'field_onchange'] },
    required: 3,
    needs: 'read',
    run: onchange,
  },
};
