import type { Data } from './database.ts';
import type { StandInUser } from './dispatch.ts';
import { type HiddenValues, RECORDED_VALUES } from './hidden-values.fixture.ts';
import { readRecordingFile } from './recordings.fixture.ts';

/** A call that a real server was asked as an unrestricted user, and what it answered. */
export interface LeakVector {
  readonly vector: string;
  readonly what: string | null;
  readonly hidden: string | null;
  readonly call: {
    readonly model: string;
    readonly method: string;
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  };
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

export type LeakVersion = 16 | 17 | 18 | 19;
export const LEAK_VERSIONS: readonly LeakVersion[] = [16, 17, 18, 19];

export const leakVectors = (version: LeakVersion): readonly LeakVector[] =>
  readRecordingFile(`${version}.0/leak-vectors.json`).vectors;

/** Ids of the records that the vectors of a version speak of. */
export interface LeakIds {
  readonly partner: number;
  readonly child: number;
  readonly order: number;
  readonly line: number;
  readonly template: number;
  readonly product: number;
}

export function leakIds(version: LeakVersion): LeakIds {
  const vectors = leakVectors(version);
  const numberIn = (vector: string, ...path: readonly (number | string)[]) => {
    let value: unknown = vectors.find((each) => each.vector === vector)?.call.args;
    for (const step of path) value = Object(value)[step];
    if (typeof value !== 'number')
      throw new Error(`The recorded vector ${vector} names no record at ${path.join('/')}.`);
    return value;
  };
  return {
    partner: numberIn('context_display_name', 0, 0),
    child: numberIn('domain_parent_of', 0, 0, 2, 0),
    order: numberIn('context_m2o_label', 0, 0),
    line: numberIn('x2many_update_write', 1, 'order_line', 0, 1),
    template: numberIn('fields_omitted', 0, 0, 2),
    product: numberIn('inherits_mirror', 0, 0),
  };
}

/** The unrestricted user of the recordings. */
export const LEAK_USER: StandInUser = {
  uid: 8,
  login: 'gwbot',
  password: 'gwbot',
  apiKeys: ['gwbot_______0000000000000000000000000000'],
  denied: { 'account.move': ['read'] },
};

/**
 * The recorded target, its secrets in hidden fields, and what points at it. Of other values only names and countries of
 * contacts are the same.
 */
export function leakData(version: LeakVersion, hidden: HiddenValues = RECORDED_VALUES): Data {
  const { partner, child, order, line, template, product } = leakIds(version);
  const action = actionId(version);
  return {
    'res.company': [{ id: 1, name: 'My Company', partner_id: 1 }],
    'res.country': [{ id: 20, name: 'Belgium', code: 'BE' }],
    'res.currency': [{ id: 1, name: 'USD' }],
    'product.category': [
      { id: 1, name: 'All' },
      { id: 2, name: 'Services' },
    ],
    'uom.uom': [{ id: 1, name: 'Units' }],
    'res.groups': [{ id: 1, name: 'Access Rights' }],
    'res.users': [
      { id: 1, name: '__system__', login: '__system__', partner_id: 2 },
      ...(hidden.hasAdmin ? [{ id: 2, name: 'Mitchell Admin', login: 'admin', partner_id: 3 }] : []),
      { id: 8, name: 'Gateway Bot', login: hidden.login, partner_id: 4 },
    ],
    'res.partner': [
      { id: 1, name: 'My Company', is_company: true, country_id: 20 },
      { id: 2, name: 'System' },
      { id: 3, name: 'Mitchell Admin', email: hidden.admin, phone: '+1 555-555-5555' },
      { id: 4, name: 'Gateway Bot' },
      {
        id: partner,
        name: 'Leak Target',
        is_company: hidden.isCompany,
        country_id: 20,
        email: hidden.email,
        phone: hidden.phone,
        vat: hidden.vat,
        ref: hidden.ref,
        comment: `<p>${hidden.note}</p>`,
        credit_limit: hidden.credit,
        create_uid: 8,
        write_uid: 8,
        message_partner_ids: hidden.isLinked ? [3] : [],
      },
      {
        id: child,
        name: 'Leak Child',
        parent_id: hidden.isLinked && partner,
        country_id: 20,
        vat: hidden.vat,
        create_uid: 8,
      },
      // What `create` with default_* in its context left behind, and the host of a link that is written.
      { id: injectedId(version), name: 'Injected', ref: 'INJ', comment: '<p>injected</p>', user_id: 2 },
      { id: hostId(version), name: 'Host of a link' },
    ],
    'res.partner.bank': hidden.hasAccount ? [{ id: 1, acc_number: 'BE71096123456769', partner_id: 1 }] : [],
    'product.template': [
      { id: template, name: hidden.product, default_code: 'LP', list_price: hidden.price, categ_id: hidden.category },
    ],
    'product.product': [{ id: product, product_tmpl_id: template, default_code: 'LP', standard_price: hidden.cost }],
    'sale.order': [
      {
        id: order,
        name: `S000${order}`,
        partner_id: hidden.isLinked ? partner : child,
        partner_invoice_id: partner,
        partner_shipping_id: partner,
        state: hidden.state,
        date_order: '2026-11-20 17:02:05',
      },
    ],
    'sale.order.line': [
      { id: line, order_id: order, product_id: product, product_uom_qty: 1, price_unit: hidden.price },
    ],
    'mail.message': [
      { id: 1, body: `<p>${hidden.message}</p>`, model: 'res.partner', res_id: partner, author_id: 4 },
      {
        id: 2,
        body: '',
        model: 'sale.order',
        res_id: order,
        record_name: `S000${order}`,
        author_id: hidden.isLinked ? 4 : 3,
      },
    ],
    'mail.tracking.value': [
      {
        id: 1,
        field_id: 1,
        old_value_char: hidden.email,
        new_value_char: hidden.changed,
        mail_message_id: 1,
      },
    ],
    'ir.model.fields': [{ id: 1, name: 'vat', model: 'res.partner', ttype: 'char' }],
    'ir.model': [{ id: contactModelId(version), name: 'Contact', model: 'res.partner' }],
    'ir.attachment': [
      { id: 1, name: 'contract.pdf', res_model: 'res.partner', res_id: partner, checksum: '0a' },
      {
        id: 2,
        name: 'image_1920',
        res_model: 'res.partner',
        res_id: partner,
        res_field: hidden.hasImage && 'image_1920',
      },
    ],
    'ir.config_parameter': [{ id: 1, key: 'web.base.url', name: 'web.base.url', value: hidden.address }],
    'ir.actions.server': [
      { id: action, name: 'x', state: 'code', code: `action = {'x': env['res.partner'].browse(${partner}).vat}` },
    ],
  };
}

const firstId = (version: LeakVersion, vector: string, otherwise: number): number => {
  const [ids] = leakVectors(version).find((each) => each.vector === vector)?.call.args ?? [];
  const id = Array.isArray(ids) ? ids[0] : undefined;
  return typeof id === 'number' ? id : otherwise;
};
function contactModelId(version: LeakVersion): number {
  const [values] = leakVectors(version).find(({ vector }) => vector === 'server_action_code')?.call.args ?? [];
  return Number(Object(values).model_id ?? 1);
}
const actionId = (version: LeakVersion) => firstId(version, 'server_action_run', 1000);
const injectedId = (version: LeakVersion) => firstId(version, 'context_default_write', 9001);
const hostId = (version: LeakVersion) => firstId(version, 'x2many_link_write', 9002);
