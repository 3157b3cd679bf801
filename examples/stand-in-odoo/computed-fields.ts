import type { ModelDefinition } from './model-definition.ts';

/** What computing needs of the database. */
interface Records {
  readonly version: number;
  known(model: string): { readonly model: ModelDefinition; readonly rows: ReadonlyMap<number, unknown> };
  value(model: string, id: number, name: string): unknown;
  label(model: string, id: number): string;
}

type Compute = (database: Records, model: string, id: number, context: Readonly<Record<string, unknown>>) => unknown;

const round = (amount: number) => Math.round(amount * 100) / 100;
const number = (value: unknown) => (typeof value === 'number' ? value : 0);

const FUNCTIONS: Readonly<Record<string, Compute>> = {
  displayName: (db, model, id, context) => {
    if (model === 'res.partner') return partnerLabel(db, id, context);
    const table = db.known(model);
    const label = db.value(model, id, table.model.label ?? 'name');
    const code = model === 'product.product' ? db.value(model, id, 'default_code') : false;
    const text = label === false ? `${model},${id}` : String(label);
    return code === false ? text : `[${code}] ${text}`;
  },
  completeName: (db, _model, id) => completeName(db, id),
  companyType: (db, model, id) => (db.value(model, id, 'is_company') === true ? 'company' : 'person'),
  commercialPartner: (db, model, id) => {
    const parent = db.value(model, id, 'parent_id');
    if (typeof parent !== 'number' || db.value(model, id, 'is_company') === true) return id;
    return db.value(model, parent, 'commercial_partner_id');
  },
  partnersOfCategory: (db, _model, id) =>
    [...db.known('res.partner').rows.keys()].filter((partner) => {
      const tags = db.value('res.partner', partner, 'category_id');
      return Array.isArray(tags) && tags.includes(id);
    }),
  lineName: (db, model, id) => {
    const product = db.value(model, id, 'product_id');
    return typeof product === 'number' ? db.label('product.product', product) : 'Line';
  },
  lineSubtotal: (db, model, id) => {
    const gross = number(db.value(model, id, 'price_unit')) * number(db.value(model, id, 'product_uom_qty'));
    return round(gross * (1 - number(db.value(model, id, 'discount')) / 100));
  },
  orderTotal: (db, model, id) => {
    const lines = db.value(model, id, 'order_line');
    const subtotals = Array.isArray(lines)
      ? lines.map((line) => db.value('sale.order.line', line, 'price_subtotal'))
      : [];
    return round(subtotals.reduce((sum: number, subtotal) => sum + number(subtotal), 0));
  },
  commercialCompanyName: (db, model, id) => {
    const company = db.value(model, id, 'commercial_partner_id');
    return company === id && db.value(model, id, 'is_company') !== true
      ? false
      : db.value(model, Number(company), 'name');
  },
  emailNormalized: (db, model, id) => {
    const email = db.value(model, id, 'email');
    return typeof email === 'string' ? email.trim().toLowerCase() : false;
  },
  emailFormatted: (db, model, id) => {
    const email = db.value(model, id, 'email');
    return email === false ? false : `"${db.value(model, id, 'name')}" <${email}>`;
  },
  // Without a library of numbering plans Odoo leaves a number as it is.
  phoneSanitized: (db, model, id) => db.value(model, id, 'phone'),
  contactAddress: (db, model, id) => {
    const own = db.value(model, id, 'is_company') === true ? db.value(model, id, 'name') : false;
    return [...(own === false ? [] : [String(own)]), ...addressOf(db, id)].join('\n');
  },
  templateCost: (db, model, id) => {
    const variants = db.value(model, id, 'product_variant_ids');
    const [only, ...others] = Array.isArray(variants) ? variants : [];
    return only === undefined || others.length > 0 ? 0 : db.value('product.product', only, 'standard_price');
  },
  taxTotals: (db, model, id) => {
    const total = number(db.value(model, id, 'amount_total'));
    return { same_tax_base: true, base_amount: total, tax_amount: 0, total_amount: total, subtotals: [] };
  },
  messagesOf: (db, model, id) =>
    [...db.known('mail.message').rows.keys()]
      .filter((message) => db.value('mail.message', message, 'model') === model)
      .filter((message) => db.value('mail.message', message, 'res_id') === id),
  externalName: (db, model, id) => `${db.value(model, id, 'module')}.${db.value(model, id, 'name')}`,
  externalReference: (db, model, id) => `${db.value(model, id, 'model')},${db.value(model, id, 'res_id')}`,
  lastUpdate: (db, model, id) => db.value(model, id, 'write_date'),
  emptyText: () => '',
};

function completeName(db: Records, id: number): string {
  const name = db.value('res.partner', id, 'name');
  const parent = db.value('res.partner', id, 'parent_id');
  if (typeof parent !== 'number' || db.value('res.partner', id, 'is_company') === true) return String(name);
  return `${db.value('res.partner', parent, 'name')}, ${name}`;
}

/** The label of a contact with what the context asks to be added: number, address of mail, postal address, tax id. */
export function partnerLabel(db: Records, id: number, context: Readonly<Record<string, unknown>>): string {
  let label = completeName(db, id);
  const email = db.value('res.partner', id, 'email');
  const vat = db.value('res.partner', id, 'vat');
  if (context.partner_show_db_id) label += ` (${id})`;
  if (context.show_email && email !== false) label += ` <${email}>`;
  if (context.show_address) label = `${label}\n${addressOf(db, id).join('\n')}`.replace(/\s+\n/g, '\n');
  if (context.show_vat && vat !== false) label += context.show_address ? `\n ${vat}` : ` - ${vat}`;
  return label;
}

function addressOf(db: Records, id: number): string[] {
  const text = (name: string) => {
    const value = db.value('res.partner', id, name);
    return value === false ? '' : String(value);
  };
  const named = (name: string, relation: string) => {
    const value = db.value('res.partner', id, name);
    return typeof value === 'number' ? String(db.value(relation, value, 'name')) : '';
  };
  return [
    text('street'),
    text('street2'),
    `${text('city')} ${named('state_id', 'res.country.state')} ${text('zip')}`.replace(/ {2}/, ' '),
    named('country_id', 'res.country'),
  ];
}

/** Value of a computed field. */
export function compute(
  database: Records,
  model: string,
  id: number,
  name: string,
  context: Readonly<Record<string, unknown>>,
): unknown {
  return FUNCTIONS[name]?.(database, model, id, context) ?? false;
}
