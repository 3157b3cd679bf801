import type { Data } from './database.ts';
import type { StandInUser } from './dispatch.ts';

/** Ids that one recording session used; they differ from version to version. */
export interface RecordedIds {
  readonly version: number;
  readonly person: number;
  readonly order: number;
  readonly category: number;
}

const BOTS = ['salesbot', 'plainbot', 'portalbot'];
const firstBot = (version: number) => (version >= 19 ? 8 : 9);

/** The records that the recorded calls speak of, with as much in them as their answers show. */
export function recordedData(ids: RecordedIds): Data {
  const { version, person, order, category } = ids;
  const login = (id: number, name: string) => ({ id, name, login: name, partner_id: id });
  return {
    'res.company': [{ id: 1, name: 'My Company' }],
    'res.country': [{ id: 233, name: 'United States', code: 'US' }],
    'res.currency': [{ id: 1, name: 'USD' }],
    'product.category': [{ id: 1, name: 'All' }],
    'uom.uom': [{ id: 1, name: 'Units' }],
    'res.users': [
      login(1, '__system__'),
      login(2, 'admin'),
      ...BOTS.map((name, index) => login(firstBot(version) + index, name)),
    ],
    'res.partner.category': [
      { id: 1, name: 'Vendor', color: 2, parent_path: '1/' },
      { id: 4, name: 'Consulting Services', color: 5, parent_path: '4/' },
      { id: 6, name: 'Desk Manufacturers', parent_id: 1, parent_path: '1/6/' },
      { id: 7, name: 'Office Supplies', parent_id: 1, parent_path: '1/7/' },
      { id: category, name: 'Recorded category', parent_path: `${category}/` },
    ],
    'res.partner': [
      { id: 1, name: 'My Company (San Francisco)', is_company: true, country_id: 233, email: 'info@yourcompany.com' },
      {
        id: 8,
        name: 'Wood Corner',
        is_company: true,
        country_id: 233,
        category_id: [7, 6],
        email: 'wood.corner26@example.com',
      },
      {
        id: 9,
        name: version >= 19 ? 'Acme Corporation' : 'Deco Traders',
        is_company: true,
        country_id: 233,
        email: version >= 19 ? 'acme@example.com' : 'deco@example.com',
      },
      { id: 10, name: 'Gemini Furniture', is_company: true, country_id: 233, category_id: [4] },
      { id: 19, name: 'Billing', parent_id: 9, email: 'billing@example.com' },
      { id: 48, name: 'Portal user', email: 'portal@example.com' },
      { id: person - 1, name: 'Rec Parent', is_company: true },
      { id: person, name: 'Rec Person', parent_id: person - 1, comment: '<p>Some <b>html</b> &amp; text</p>' },
      { id: person + 1, name: 'Rec Archive' },
    ],
    'product.template': [
      {
        id: 15,
        name: 'Desk',
        type: 'consu',
        list_price: 750,
        image_128: 'iVBORw0KGgo=',
        taxes_id: version === 16 ? [] : [1],
        seller_ids: [16],
        product_properties: [],
      },
    ],
    'account.tax': [{ id: 1, name: '15%' }],
    'product.product': [{ id: 15, product_tmpl_id: 15, default_code: 'DESK0005' }],
    'mail.message': [{ id: 1, name: 'Created' }],
    'sale.order': ['draft', 'draft', 'sent'].map((state, index) => ({
      id: order + index,
      name: `S${order + index}`,
      state,
      partner_id: person,
      date_order: '2026-11-20 16:55:51',
      validity_date: version === 16 ? false : '2026-12-20',
      message_ids: [1],
    })),
    'sale.order.line': [0, 1, 2].map((index) => ({
      id: index + 1,
      order_id: order + index,
      product_id: 15,
      product_uom_qty: 2,
      price_unit: 750,
    })),
    'ir.model.data': [{ id: 2, module: 'base', name: 'main_company', model: 'res.company', res_id: 1 }],
  };
}

/** The users of the recordings, with the keys that stand in for theirs. */
export const recordedUsers = (version: number): readonly StandInUser[] => [
  {
    uid: 2,
    login: 'admin',
    password: 'admin',
    apiKeys: ['admin_______0000000000000000000000000000'],
    groups: ['base.group_erp_manager'],
  },
  {
    uid: firstBot(version),
    login: 'salesbot',
    password: 'salesbot',
    apiKeys: ['salesbot____0000000000000000000000000000'],
    denied: { 'res.users': ['write', 'create', 'unlink'] },
  },
  {
    uid: firstBot(version) + 1,
    login: 'plainbot',
    password: 'plainbot',
    apiKeys: ['plainbot____0000000000000000000000000000'],
    denied: { 'account.move': ['read'] },
  },
  {
    uid: firstBot(version) + 2,
    login: 'portalbot',
    password: 'portalbot',
    rules: { 'res.partner': [['id', '=', 48]] },
  },
];
