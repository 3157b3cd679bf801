/**
 * Fields that Odoo computes from others, and what their values hold of them: paths on the field's own model, by
 * `model.field` or, for fields that many models have from a mixin, by the field alone. They say more than `depends` does,
 * which also names what decides when to compute again, or what a context may add (the context of clients is never sent).
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  // mail.thread.blacklist, mail.thread.phone, format.address.mixin, avatar.mixin, image.mixin
  email_normalized: ['email', 'email_from'],
  email_formatted: ['name', 'email'],
  phone_sanitized: ['phone', 'mobile'],
  mobile_sanitized: ['mobile'],
  phone_mobile_search: ['phone', 'mobile'],
  contact_address: ['street', 'street2', 'zip', 'city', 'state_id', 'country_id', 'company_name'],
  contact_address_complete: ['street', 'street2', 'zip', 'city', 'state_id', 'country_id'],
  contact_address_inline: ['contact_address'],
  image_1024: ['image_1920'],
  image_512: ['image_1920'],
  image_256: ['image_1920'],
  image_128: ['image_1920'],
  avatar_1920: ['image_1920', 'name'],
  avatar_1024: ['image_1920', 'name'],
  avatar_512: ['image_1920', 'name'],
  avatar_256: ['image_1920', 'name'],
  avatar_128: ['image_1920', 'name'],
  complete_name: ['name', 'parent_id.complete_name', 'location_id.complete_name'],
  tax_totals: ['amount_untaxed', 'amount_tax', 'amount_total'],
  sanitized_acc_number: ['acc_number'],

  'res.partner.display_name': ['complete_name', 'name', 'commercial_company_name'],
  'res.partner.complete_name': ['name', 'parent_id.name', 'commercial_company_name'],
  'res.partner.commercial_company_name': ['company_name', 'commercial_partner_id.name'],
  'res.partner.company_type': ['is_company'],
  'res.partner.same_vat_partner_id': ['vat'],
  'res.partner.same_company_registry_partner_id': ['company_registry'],
  'res.partner.bank.display_name': ['acc_number', 'acc_holder_name', 'bank_id.name'],
  'res.users.display_name': ['name'],

  'product.template.display_name': ['name', 'default_code'],
  'product.template.standard_price': ['product_variant_ids.standard_price'],
  'product.template.default_code': ['product_variant_ids.default_code'],
  'product.template.barcode': ['product_variant_ids.barcode'],
  'product.product.display_name': ['name', 'default_code'],
  'product.product.partner_ref': ['name', 'default_code'],
  'product.product.code': ['default_code'],
  'product.product.lst_price': ['list_price', 'price_extra'],
  'product.product.avg_cost': ['standard_price'],
  'product.product.total_value': ['standard_price'],
  'product.product.value_svl': ['standard_price'],
  'stock.quant.value': ['product_id.standard_price'],

  'sale.order.display_name': ['name'],
  'sale.order.margin': ['order_line.margin', 'order_line.purchase_price'],
  'sale.order.margin_percent': ['order_line.margin', 'order_line.purchase_price'],
  'sale.order.line.name': ['product_id.display_name', 'product_id.description_sale'],
  'sale.order.line.display_name': ['name', 'order_id.name'],
  'sale.order.line.margin': ['purchase_price'],
  'sale.order.line.margin_percent': ['purchase_price'],
  'sale.order.line.purchase_price': ['product_id.standard_price'],
  'purchase.order.display_name': ['name', 'partner_ref'],
  'purchase.order.line.name': ['product_id.display_name', 'product_id.description_purchase'],
  'account.move.display_name': ['name', 'ref'],
  'account.move.invoice_partner_display_name': ['partner_id.display_name', 'invoice_source_email'],
  'account.move.line.name': ['product_id.display_name', 'move_id.payment_reference'],
  'account.move.line.display_name': ['name', 'ref', 'move_id.name'],
  'stock.picking.display_name': ['name'],
};

/** Undefined where nothing is known of the field. */
export function knownSources(model: string, field: string): readonly string[] | undefined {
  for (const key of [`${model}.${field}`, field]) {
    if (Object.hasOwn(KNOWN, key)) return KNOWN[key];
  }
  return undefined;
}

/** Of these, what is only filled in with the others' values, and may say something else. */
const FILLED_IN: ReadonlySet<string> = new Set([
  ...['sale.order.line.name', 'purchase.order.line.name', 'account.move.line.name', 'sale.order.line.purchase_price'],
]);

export function isFilledIn(model: string, field: string): boolean {
  return FILLED_IN.has(`${model}.${field}`);
}

/** What belongs to every record or serves its bookkeeping: it makes no copy of what is computed from it. */
const PLUMBING: ReadonlySet<string> = new Set([
  ...['id', 'create_date', 'create_uid', 'write_date', 'write_uid', '__last_update', 'active', 'sequence', 'color'],
  ...['company_id', 'company_ids', 'currency_id', 'company_currency_id', 'display_type', 'parent_path'],
  ...['product_uom', 'product_uom_id', 'uom_id', 'uom_po_id', 'product_uom_category_id'],
]);

export function isPlumbing(field: string): boolean {
  return PLUMBING.has(field);
}

/** What a record is called by: whoever sees its label has seen these. */
const NAMES: readonly string[] = ['display_name', 'complete_name', 'name'];
const NAMES_OF: Readonly<Record<string, readonly string[]>> = {
  'res.partner': ['commercial_company_name', 'company_name'],
  'res.partner.bank': ['acc_number'],
};

export function namesOf(model: string, recordName: string | undefined): readonly string[] {
  const own = Object.hasOwn(NAMES_OF, model) ? (NAMES_OF[model] ?? []) : [];
  return [...NAMES, ...own, ...(recordName === undefined ? [] : [recordName])];
}
