import type { Call, Method } from './call.ts';
import { missingError, userError } from './odoo-error.ts';

/** A button of a form: works on ids, takes nothing. */
const button = (run: (call: Call) => unknown): Method => ({
  onModel: false,
  parameters: [],
  required: 0,
  needs: 'write',
  run,
});

function each(call: Call, change: (id: number) => void): void {
  for (const id of call.ids) {
    if (!call.db.known(call.model).rows.has(id)) throw missingError(call.model, id, call.uid);
    change(id);
    call.db.put(call.model, id, 'write_date', call.db.now());
  }
}

const archive = (active: boolean) =>
  button((call) => each(call, (id) => call.db.put(call.model, id, 'active', active)));

function requireState(call: Call, id: number, allowed: readonly string[], text: string): void {
  if (!allowed.includes(String(call.db.value(call.model, id, 'state')))) throw userError(text);
}

const confirmOrder = button((call) => {
  each(call, (id) => {
    requireState(call, id, ['draft', 'sent'], 'Some orders are not in a state requiring confirmation.');
    call.db.put(call.model, id, 'state', 'sale');
    call.db.put(call.model, id, 'delivery_status', 'pending');
  });
  return true;
});

const validatePicking = button((call) => {
  each(call, (id) => {
    requireState(call, id, ['assigned', 'confirmed'], 'You cannot validate a transfer if no quantities are reserved.');
    call.db.put(call.model, id, 'state', 'done');
    call.db.put(call.model, id, 'date_done', call.db.now());
    for (const [move, row] of call.db.known('stock.move').rows) {
      if (row.get('picking_id') === id) call.db.put('stock.move', move, 'state', 'done');
    }
  });
  return true;
});

const sendQuotation = button((call) => ({
  ...(call.db.version >= 19 ? { name: 'Send' } : {}),
  type: 'ir.actions.act_window',
  view_mode: 'form',
  res_model: 'mail.compose.message',
  views: [[false, 'form']],
  view_id: false,
  target: 'new',
  context: {
    default_model: call.model,
    ...(call.db.version >= 17 ? { default_res_ids: call.ids } : { default_res_id: call.ids[0] ?? false }),
    default_composition_mode: 'comment',
  },
}));

/** What code of a server action may reach is everything: a field of any record, in the one form that is known here. */
const BROWSE = /env\['([\w.]+)'\]\.browse\((\d+)\)\.(\w+)/;

function runServerAction(call: Call): unknown {
  const code = String(call.db.value(call.model, call.ids[0] ?? 0, 'code'));
  const [, model = '', id = '0', field = ''] = BROWSE.exec(code) ?? [];
  return model === '' ? false : { x: call.db.value(model, Number(id), field) };
}

const ON_ANY_MODEL: Readonly<Record<string, Method>> = {
  action_archive: archive(false),
  action_unarchive: archive(true),
};

const ON_MODEL: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  'sale.order': {
    action_confirm: confirmOrder,
    action_cancel: button((call) => {
      each(call, (id) => call.db.put(call.model, id, 'state', 'cancel'));
      return true;
    }),
    action_quotation_send: sendQuotation,
  },
  'stock.picking': {
    button_validate: validatePicking,
    action_assign: button((call) => {
      each(call, (id) => call.db.put(call.model, id, 'state', 'assigned'));
      return true;
    }),
    action_cancel: button((call) => {
      each(call, (id) => call.db.put(call.model, id, 'state', 'cancel'));
      return true;
    }),
  },
  'account.move': {
    // Returns None, as `action_post` of a posted entry would fail.
    action_post: button((call) =>
      each(call, (id) => {
        requireState(call, id, ['draft'], 'This journal entry is already posted.');
        call.db.put(call.model, id, 'state', 'posted');
      }),
    ),
  },
  'res.partner': {
    open_commercial_entity: button((call) => ({
      type: 'ir.actions.act_window',
      res_model: call.model,
      view_mode: 'form',
      res_id: call.db.value(call.model, call.ids[0] ?? 0, 'commercial_partner_id'),
      target: 'current',
      views: [[false, 'form']],
    })),
  },
  'ir.actions.server': { run: button(runServerAction) },
  'res.users': {
    context_get: {
      onModel: true,
      parameters: [],
      required: 0,
      run: (call) => ({ lang: 'en_US', tz: 'Europe/Brussels', uid: call.uid }),
    },
  },
};

/** The business methods of a model, beyond those that every model has. */
export function actionMethod(model: string, name: string, hasActive: boolean): Method | undefined {
  const own = ON_MODEL[model];
  if (own !== undefined && Object.hasOwn(own, name)) return own[name];
  return hasActive && Object.hasOwn(ON_ANY_MODEL, name) ? ON_ANY_MODEL[name] : undefined;
}
