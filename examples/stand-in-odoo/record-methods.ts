import type { Call, Method } from './call.ts';
import { fieldNames, searchIds, valuesOf } from './core-methods.ts';
import { compileDomain } from './domain.ts';
import { externalIds } from './external-ids.ts';
import { typeError } from './odoo-error.ts';
import { createRecord, readField, readRecords } from './records.ts';
import { Recordset } from './recordset.ts';
import { compareScalars } from './scalar-test.ts';

/** What a copy takes over: all that is kept, but who wrote it and when. */
function copied(call: Call, id: number): Record<string, unknown> {
  const { db, model } = call;
  const row = db.known(model).rows.get(id) ?? new Map<string, unknown>();
  const values = Object.fromEntries([...row].filter(([name]) => !/^(create|write)_/.test(name)));
  const name = db.version >= 17 && typeof values.name === 'string' ? { name: `${values.name} (copy)` } : {};
  return { ...values, ...name, ...valuesOf(call.args.default) };
}

function copy(call: Call): unknown {
  const copies = call.ids.map((id) => createRecord(call.db, call.model, copied(call, id), call.uid));
  return call.db.version >= 18 ? copies : copies[0];
}

function copyData(call: Call): unknown {
  const data = call.ids.map((id) => {
    const values = Object.entries(copied(call, id));
    return Object.fromEntries(values.filter(([, value]) => value !== false));
  });
  return call.db.version >= 18 ? data : data[0];
}

function metadata(call: Call): unknown {
  const { db, model, viewer } = call;
  const names = ['create_uid', 'create_date', 'write_uid', 'write_date'];
  return readRecords(db, model, call.ids, names, false, viewer).map((record) => {
    const xmlids = externalIds(db, model, Number(record.id)).map((xmlid) => ({ xmlid, noupdate: false }));
    return { ...record, xmlid: xmlids[0]?.xmlid ?? false, noupdate: false, xmlids };
  });
}

/** `mapped('partner_id.vat')`: the values at the end of a path; a relation is answered as records. */
function mapped(call: Call): unknown {
  const { db } = call;
  let [model, ids]: [string, readonly number[]] = [call.model, call.ids];
  const steps = String(call.args.func).split('.');
  for (const [index, step] of steps.entries()) {
    const field = db.field(model, step);
    const at = model;
    const values = ids.map((id) => db.value(at, id, step));
    if (field.relation === undefined) {
      return index === steps.length - 1 ? ids.map((id) => readField(db, at, id, step, true, call.viewer)) : [];
    }
    ids = [...new Set(values.flat().filter((value) => typeof value === 'number'))];
    model = field.relation;
  }
  return new Recordset(model, ids);
}

function sorted(call: Call): unknown {
  const name = String(call.args.key ?? 'id');
  const value = (id: number) => call.db.value(call.model, id, name);
  const kinds = new Set(call.ids.map((id) => typeof value(id)));
  if (kinds.size > 1) throw typeError("'<' not supported between instances of 'bool' and 'str'");
  return new Recordset(
    call.model,
    call.ids.toSorted((left, right) => compareScalars(value(left), value(right))),
  );
}

const internal = (until: number, parameters: readonly string[], run: Method['run'], required = 0): Method => ({
  onModel: false,
  parameters,
  required,
  until,
  run,
});

const itself: Method['run'] = (call) => new Recordset(call.model, call.ids);

/** Copies, facts about records, and what of the ORM itself old versions let anyone call. */
export const RECORD_METHODS: Readonly<Record<string, Method>> = {
  copy: { onModel: false, parameters: ['default'], required: 0, needs: 'create', run: copy },
  copy_data: { onModel: false, parameters: ['default'], required: 0, needs: 'read', run: copyData },
  get_metadata: { onModel: false, parameters: [], required: 0, needs: 'read', run: metadata },
  get_external_id: {
    onModel: false,
    parameters: [],
    required: 0,
    needs: 'read',
    run: (call) => Object.fromEntries(call.ids.map((id) => [id, externalIds(call.db, call.model, id)[0] ?? ''])),
  },
  get_field_translations: {
    onModel: false,
    parameters: ['field_name', 'langs'],
    required: 1,
    needs: 'read',
    run: (call) => {
      const [id = 0] = call.ids;
      const value = call.db.value(call.model, id, String(call.args.field_name));
      const kinds = { translation_type: 'char', translation_show_source: false };
      return [[{ lang: 'en_US', source: value, value }], kinds];
    },
  },
  exists: internal(18, [], (call) => call.ids.filter((id) => call.db.known(call.model).rows.has(id))),
  mapped: internal(17, ['func'], mapped, 1),
  filtered_domain: internal(
    17,
    ['domain'],
    (call) => {
      const test = compileDomain(call.db, call.model, call.args.domain, call.viewer);
      return new Recordset(call.model, call.ids.filter(test));
    },
    1,
  ),
  sorted: internal(17, ['key', 'reverse'], sorted),
  with_context: internal(17, [], itself),
  sudo: internal(17, [], itself),
  invalidate_recordset: internal(17, [], () => undefined),
  search_fetch: {
    onModel: true,
    parameters: ['domain', 'field_names', 'offset', 'limit', 'order'],
    required: 2,
    needs: 'read',
    since: 17,
    until: 18,
    run: (call) => {
      for (const name of fieldNames(call.args.field_names)) call.db.field(call.model, name);
      return searchIds(call, call.args.domain, call.args.order, call.args.offset, call.args.limit);
    },
  },
};

/** Public names whose methods newer versions have made private (`@api.private`). */
export const PRIVATE_SINCE: Readonly<Record<string, number>> = {
  exists: 19,
  search_fetch: 19,
  browse: 19,
  with_context: 18,
  with_user: 18,
  sudo: 18,
  invalidate_recordset: 18,
  mapped: 18,
  filtered_domain: 18,
  sorted: 18,
};
