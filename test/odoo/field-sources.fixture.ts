import type { Database } from '../../examples/stand-in-odoo/database.ts';

/** `model.field` of a field that is kept, not computed. */
export type Source = `${string}.${string}`;

const NAME = ['name', 'is_company', 'parent_id'];
/** What the stand-in computes fields from, as its code does it; written down apart from what it says of itself. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  'res.partner.display_name': NAME,
  'res.partner.complete_name': NAME,
  'res.partner.company_type': ['is_company'],
  'res.partner.commercial_partner_id': ['is_company', 'parent_id'],
  'res.partner.commercial_company_name': NAME,
  'res.partner.email_normalized': ['email'],
  'res.partner.email_formatted': ['email', 'name'],
  'res.partner.phone_sanitized': ['phone'],
  'res.partner.contact_address': [
    ...['name', 'is_company', 'street', 'street2', 'zip', 'city', 'state_id', 'country_id'],
    ...['country_id.name', 'state_id.name'],
  ],
  'res.partner.message_ids': ['message_ids.model', 'message_ids.res_id'],
  'res.partner.category.partner_ids': ['partner_ids.category_id'],
  'res.partner.bank.display_name': ['acc_number'],
  'res.users.password': [],
  'product.template.standard_price': ['product_variant_ids.product_tmpl_id', 'product_variant_ids.standard_price'],
  'product.product.display_name': ['product_tmpl_id', 'product_tmpl_id.name', 'default_code'],
  'sale.order.amount_total': ['order_line.order_id', 'order_line.price_subtotal'],
  'sale.order.tax_totals': ['order_line.order_id', 'order_line.price_subtotal'],
  'sale.order.message_ids': ['message_ids.model', 'message_ids.res_id'],
  'sale.order.line.name': ['product_id', 'product_id.display_name'],
  'sale.order.line.price_subtotal': ['price_unit', 'product_uom_qty', 'discount'],
  'ir.model.data.complete_name': ['module', 'name'],
  'ir.model.data.reference': ['model', 'res_id'],
};

/** Adds to `found` all that the value of a field follows from: who sees the field, sees something of each of them. */
export function addSources(db: Database, model: string, name: string, found: Set<Source>): void {
  if (name === 'id' || name === 'active') return;
  const field = db.known(model).fields.get(name);
  if (field === undefined) return;
  const canonical = name === 'display_name' && db.version === 16 && model === 'res.partner' ? 'complete_name' : name;
  const computed = COMPUTED[`${model}.${canonical}`];
  if (field.related !== undefined) addPath(db, model, field.related, found);
  else if (computed !== undefined) for (const path of computed) addPath(db, model, path, found);
  else if (field.compute !== undefined) {
    if (field.compute === 'displayName') addPath(db, model, db.known(model).model.label ?? 'name', found);
    else if (field.compute === 'lastUpdate') addPath(db, model, 'write_date', found);
    else throw new Error(`Nobody has written down what ${model}.${name} is computed from.`);
  } else if (field.type === 'one2many') addPath(db, field.relation ?? '', field.inverse ?? '', found);
  else found.add(`${model}.${name}`);
}

/** All fields on a path, the last one with what it follows from. */
export function addPath(db: Database, model: string, path: string, found: Set<Source>): void {
  const [step = '', ...rest] = path.split('.');
  const own =
    [...db.known(model).fields].find(([, field]) => field === db.known(model).model.fields[step])?.[0] ?? step;
  // The way to the records of a computed list is not followed: its end is what counts.
  const relation = db.known(model).fields.get(own)?.relation;
  const computedList = COMPUTED[`${model}.${own}`]?.some((each) => each.startsWith(`${own}.`)) ?? false;
  if (!computedList) addSources(db, model, own, found);
  if (rest.length > 0 && relation !== undefined) addPath(db, relation, rest.join('.'), found);
}
