import type { Call, Method } from './call.ts';
import { searchIds } from './core-methods.ts';
import { fieldsGet } from './fields-get.ts';
import { userError } from './odoo-error.ts';

/** How many records of each group are in each state: a domain and a grouping of their own. */
function progressBar(call: Call): unknown {
  const { db, model } = call;
  const bar: { field?: unknown; colors?: unknown } = Object(call.args.progress_bar);
  const group = String(call.args.group_by).split(':')[0] ?? '';
  const field = db.field(model, group);
  const answer: Record<string, Record<string, number>> = {};
  for (const id of searchIds(call, call.args.domain)) {
    const value = db.value(model, id, group);
    const key =
      typeof value === 'number' && field.relation !== undefined && db.version === 16
        ? db.label(field.relation, value)
        : String(value);
    const counts = answer[key] ?? Object.fromEntries(Object.keys(Object(bar.colors)).map((state) => [state, 0]));
    const state = String(db.value(model, id, String(bar.field)));
    if (state in counts) counts[state] = (counts[state] ?? 0) + 1;
    answer[key] = counts;
  }
  return answer;
}

function selectRange(call: Call): unknown {
  const name = String(call.args.field_name);
  const field = call.db.field(call.model, name);
  if (field.type !== 'many2one' && field.type !== 'selection') {
    throw userError(`Only types many2one, selection are supported for category (found type ${field.type})`);
  }
  const found = searchIds(call, call.args.search_domain ?? []).map((id) => call.db.value(call.model, id, name));
  const values = [...new Set(found)].filter((value) => value !== false);
  return {
    parent_field: false,
    values: values.map((id) => ({
      id,
      display_name: typeof id === 'number' ? call.db.label(field.relation ?? '', id) : id,
      __count: found.filter((value) => value === id).length,
    })),
  };
}

/** What the web client's views and panels ask for. */
export const PANEL_METHODS: Readonly<Record<string, Method>> = {
  read_progress_bar: {
    onModel: true,
    parameters: ['domain', 'group_by', 'progress_bar'],
    required: 3,
    needs: 'read',
    run: progressBar,
  },
  search_panel_select_range: {
    onModel: true,
    parameters: ['field_name'],
    required: 1,
    open: true,
    needs: 'read',
    run: selectRange,
  },
  get_views: {
    onModel: true,
    parameters: ['views', 'options'],
    required: 1,
    needs: 'read',
    run: (call) => ({
      views: { form: { arch: `<form>${[...call.db.known(call.model).fields.keys()].join(' ')}</form>`, id: 1 } },
      models: { [call.model]: { fields: fieldsGet(call) } },
    }),
  },
};
