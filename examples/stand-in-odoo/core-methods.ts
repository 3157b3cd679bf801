import type { Call, Method } from './call.ts';
import { partnerLabel } from './computed-fields.ts';
import { compileDomain, mentionsActive, nameTest } from './domain.ts';
import { fieldsGet } from './fields-get.ts';
import { typeError } from './odoo-error.ts';
import { compileOrder } from './ordering.ts';
import { createRecord, readRecords, unlinkRecords, writeRecords } from './records.ts';

type Values = Readonly<Record<string, unknown>>;

/** Ids that match, in order, cut to the page. */
export function searchIds(call: Call, domain: unknown, order?: unknown, offset?: unknown, limit?: unknown): number[] {
  const { db, model, viewer } = call;
  const table = db.known(model);
  const test = compileDomain(db, model, domain ?? [], viewer);
  const ruled = compileDomain(db, model, call.rule, viewer);
  const hideArchived = viewer.activeTest && table.fields.has('active') && !mentionsActive(domain);
  const ids = [...table.rows.keys()].filter((id) => {
    if (hideArchived && db.value(model, id, 'active') === false) return false;
    return test(id) && ruled(id);
  });
  ids.sort(compileOrder(db, model, typeof order === 'string' && order !== '' ? order : table.order));
  const from = Number(offset ?? 0);
  const count = Number(limit ?? 0);
  return count > 0 ? ids.slice(from, from + count) : ids.slice(from);
}

function readAs(call: Call, ids: readonly number[]): unknown {
  const { fields, load } = call.args;
  const names = fieldNames(fields);
  const bare = Object.hasOwn(call.args, 'load') && load !== '_classic_read';
  return readRecords(call.db, call.model, ids, names, bare, call.viewer);
}

/** Odoo walks whatever it is given: a dict's keys, a text's letters. */
export function fieldNames(fields: unknown): string[] {
  if (fields === null || fields === undefined || fields === false) return [];
  if (typeof fields === 'string') return [...fields];
  return Array.isArray(fields) ? fields.map(String) : Object.keys(fields);
}

function ruledIds(call: Call): number[] {
  const ruled = compileDomain(call.db, call.model, call.rule, call.viewer);
  return call.ids.filter((id) => !call.db.known(call.model).rows.has(id) || ruled(id));
}

export const valuesOf = (given: unknown): Values =>
  given !== null && typeof given === 'object' && !Array.isArray(given) ? { ...given } : {};

function create(call: Call): unknown {
  const given = call.args.vals_list;
  const one = (values: unknown) =>
    createRecord(call.db, call.model, { ...contextDefaults(call), ...valuesOf(values) }, call.uid);
  return Array.isArray(given) ? given.map(one) : one(given);
}

/** `default_<field>` of the context, where the model has the field. */
function contextDefaults({ db, model, context }: Call): Values {
  const named = Object.entries(context).flatMap(([key, value]) => {
    const field = key.startsWith('default_') ? key.slice('default_'.length) : '';
    return db.known(model).fields.has(field) ? [[field, value] as const] : [];
  });
  return Object.fromEntries(named);
}

/** Ids that a search by name finds. */
export function searchNames(call: Call): number[] {
  const { name, operator, limit } = call.args;
  const extra = call.args.domain ?? call.args.args ?? [];
  const asked = typeof name === 'string' && name !== '';
  const named = asked ? nameTest(call.db, call.model, String(operator ?? 'ilike'), name, call.viewer) : () => true;
  const ids = searchIds(call, extra).filter(named);
  return Number(limit ?? 100) > 0 ? ids.slice(0, Number(limit ?? 100)) : ids;
}

/** The label as `name_get` and `name_search` tell it: in every version the context adds to it. */
function nameOf({ db, model, viewer }: Call, id: number): string {
  const inContext = model === 'res.partner' && db.version === 16;
  return inContext ? partnerLabel(db, id, viewer.context) : db.label(model, id, viewer.context);
}

function defaultGet(call: Call): unknown {
  const answer: Record<string, unknown> = {};
  const given = contextDefaults(call);
  for (const name of fieldNames(call.args.fields)) {
    if (Object.hasOwn(given, name)) answer[name] = given[name];
    if (Object.hasOwn(given, name)) continue;
    const field = call.db.known(call.model).fields.get(name);
    if (field?.default !== undefined) answer[name] = field.default;
    else if (field?.type === 'integer') answer[name] = 0;
  }
  return answer;
}

/** The methods that every model has (reference: parameter names are uniform over all models). */
export const CORE_METHODS: Readonly<Record<string, Method>> = {
  search: {
    onModel: true,
    parameters: ['domain', 'offset', 'limit', 'order'],
    required: 1,
    needs: 'read',
    run: (call) => searchIds(call, call.args.domain, call.args.order, call.args.offset, call.args.limit),
  },
  search_count: {
    onModel: true,
    parameters: ['domain', 'limit'],
    required: 1,
    needs: 'read',
    run: (call) => searchIds(call, call.args.domain, undefined, 0, call.args.limit).length,
  },
  search_read: {
    onModel: true,
    parameters: ['domain', 'fields', 'offset', 'limit', 'order'],
    required: 0,
    open: true,
    needs: 'read',
    run: (call) => {
      const { domain, order, offset, limit } = call.args;
      return readAs(call, searchIds(call, domain, order, offset, limit));
    },
  },
  read: {
    onModel: false,
    parameters: ['fields', 'load'],
    required: 0,
    needs: 'read',
    run: (call) => readAs(call, ruledIds(call)),
  },
  create: { onModel: true, parameters: ['vals_list'], required: 1, needs: 'create', run: create },
  write: {
    onModel: false,
    parameters: ['vals'],
    required: 1,
    needs: 'write',
    run: (call) => {
      writeRecords(call.db, call.model, call.ids, valuesOf(call.args.vals), call.uid);
      return true;
    },
  },
  unlink: {
    onModel: false,
    parameters: [],
    required: 0,
    needs: 'unlink',
    run: (call) => {
      unlinkRecords(call.db, call.model, call.ids, call.uid);
      return true;
    },
  },
  fields_get: { onModel: true, parameters: ['allfields', 'attributes'], required: 0, needs: 'read', run: fieldsGet },
  name_search: {
    onModel: true,
    parameters: ['name', 'domain', 'operator', 'limit'],
    formerly: { 18: ['name', 'args', 'operator', 'limit'] },
    required: 0,
    needs: 'read',
    run: (call) => searchNames(call).map((id) => [id, nameOf(call, id)]),
  },
  name_create: {
    onModel: true,
    parameters: ['name'],
    required: 1,
    needs: 'create',
    run: (call) => {
      const id = createRecord(call.db, call.model, { name: call.args.name }, call.uid);
      return [id, call.db.label(call.model, id)];
    },
  },
  name_get: {
    onModel: false,
    parameters: [],
    required: 0,
    needs: 'read',
    until: 16,
    run: (call) => call.ids.map((id) => [id, nameOf(call, id)]),
  },
  default_get: { onModel: true, parameters: ['fields'], required: 1, needs: 'read', run: defaultGet },
  has_access: { onModel: false, parameters: ['operation'], required: 1, since: 18, run: () => true },
  check_access_rights: {
    onModel: true,
    parameters: ['operation', 'raise_exception'],
    required: 1,
    until: 18,
    run: () => true,
  },
  exists: {
    onModel: false,
    parameters: [],
    required: 0,
    until: 18,
    run: (call) => call.ids.filter((id) => call.db.known(call.model).rows.has(id)),
  },
  message_post: {
    onModel: false,
    parameters: ['body', 'message_type', 'subtype_xmlid'],
    required: 0,
    needs: 'write',
    run: (call) => {
      const id = createRecord(call.db, 'mail.message', { name: 'Note', body: call.args.body ?? '' }, call.uid);
      return call.db.version >= 19 ? [id] : id;
    },
  },
};

/** ids as `browse` takes them; texts and dicts find nothing (16: an odd refusal), nested lists fail. */
export function browseIds(ids: unknown): number[] | 'nonsense' {
  if (typeof ids === 'number') return [ids];
  if (ids === undefined || ids === null || ids === false) return [];
  if (!Array.isArray(ids)) return 'nonsense';
  if (ids.some((id) => Array.isArray(id))) throw typeError("unhashable type: 'list'");
  return ids.every((id) => typeof id === 'number') ? ids : 'nonsense';
}
