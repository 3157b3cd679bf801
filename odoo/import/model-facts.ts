/**
 * What no call tells of a model: which field names a record (`_rec_name`), where a search by name looks
 * (`_rec_names_search`), whose fields are its own (`_inherits`), what its hierarchy is made of (`_parent_name`).
 * Read off running servers 16 to 19. A name with `@` holds from that version on.
 */
type Facts = Readonly<Record<string, string>>;

/** Models whose records are named by `name`. */
const NAMED_BY_NAME = new Set(
  `
  account.account account.account.tag account.analytic.account account.analytic.line account.bank.statement
  account.bank.statement.line account.cash.rounding account.edi.document account.edi.format account.fiscal.position
  account.group account.incoterms account.journal account.journal.group account.move account.move.line account.payment
  account.payment.method account.payment.method.line account.payment.term account.reconcile.model account.report
  account.report.column account.report.external.value account.report.line account.root account.tax account.tax.group
  calendar.event calendar.event.type calendar.recurrence crm.lead crm.lost.reason crm.stage crm.tag crm.team
  decimal.precision delivery.carrier mail.activity.type procurement.group product.attribute product.attribute.custom.value
  product.attribute.value product.combo product.document product.packaging product.pricelist product.pricelist.item
  product.product product.removal product.tag product.template product.template.attribute.value purchase.bill.union
  purchase.order purchase.order.line res.bank res.company res.country res.country.group res.country.state res.currency
  res.currency.rate res.groups.privilege res.lang res.partner res.partner.category res.partner.industry res.partner.title
  res.users resource.calendar resource.calendar.attendance resource.resource sale.order sale.order.line
  sale.order.option sale.order.template sale.order.template.line sale.order.template.option stock.lot stock.package.type
  stock.picking stock.picking.type stock.quant.package stock.reference stock.route stock.rule stock.scrap
  stock.scrap.reason.tag stock.storage.category stock.warehouse stock.warehouse.orderpoint uom.category uom.uom utm.medium
  utm.source utm.stage utm.tag
  `
    .trim()
    .split(/\s+/),
);

const RECORD_NAME: Facts = {
  'account.analytic.distribution.model': 'create_date',
  'account.analytic.plan': 'complete_name',
  'account.fiscal.position.account': 'position_id',
  'account.fiscal.position.tax': 'position_id',
  'account.invoice.report': 'invoice_date',
  'account.report.expression': 'report_line_name',
  'crm.activity.report': 'id',
  'crm.team.member': 'user_id',
  'mail.activity': 'summary',
  'product.category': 'complete_name',
  'product.supplierinfo': 'partner_id',
  'product.template.attribute.line': 'attribute_id',
  'product.uom': 'barcode',
  'res.groups': 'full_name',
  'res.partner.bank': 'acc_number',
  'sale.report': 'date',
  'stock.location': 'complete_name',
  'stock.location@19': 'name',
  'stock.move': 'name',
  'stock.move@19': 'reference',
  'stock.move.line': 'product_id',
  'stock.package': 'complete_name',
  'stock.quant': 'product_id',
  'stock.valuation.layer': 'product_id',
  'utm.campaign': 'title',
};

const SEARCH_NAMES: Facts = {
  'account.analytic.account': 'name code partner_id',
  'account.analytic.account@18': 'name code',
  'account.journal': 'name code',
  'account.move': 'name partner_id.name ref',
  'account.move.line': 'name move_id product_id',
  'account.tax': 'name description',
  'account.tax@17': 'name description invoice_label',
  'product.pricelist': 'name currency_id',
  'product.template.attribute.line': 'attribute_id value_ids',
  'purchase.bill.union': 'name reference',
  'purchase.order': 'name partner_ref',
  'res.bank@18': 'name bic',
  'res.country@18': 'name code',
  // Its own search reads `Luxembourg (BE)` as a state and its country.
  'res.country.state@18': 'name code country_id.name country_id.code',
  'res.currency': 'name full_name',
  'res.currency.rate': 'name rate',
  'res.partner': 'display_name email ref vat company_registry',
  'res.partner@17': 'complete_name email ref vat company_registry',
  'sale.order': 'name',
  'sale.order.line': 'name order_id.name',
  'stock.location': 'complete_name barcode',
  'stock.picking.type': 'name warehouse_id.name',
  'stock.quant@18': 'location_id lot_id package_id owner_id',
};

/** Model and the many2one to it. */
const INHERITS: Facts = {
  'account.bank.statement.line': 'account.move move_id',
  'account.payment': 'account.move move_id',
  'account.payment@18': '',
  'crm.team': 'mail.alias alias_id',
  'product.document': 'ir.attachment ir_attachment_id',
  'product.product': 'product.template product_tmpl_id',
  'quotation.document': 'ir.attachment ir_attachment_id',
  'res.users': 'res.partner partner_id',
};

const PARENT: Facts = {
  'stock.location': 'location_id',
  'stock.package': 'parent_package_id',
  'uom.uom@19': 'relative_uom_id',
};

export function recordNameOf(model: string, major: number): string | undefined {
  return factOf(RECORD_NAME, model, major) ?? (NAMED_BY_NAME.has(model) ? 'name' : undefined);
}

export function searchNamesOf(model: string, major: number): readonly string[] | undefined {
  return factOf(SEARCH_NAMES, model, major)?.split(' ');
}

/** Model → many2one; undefined where nothing is known. */
export function inheritsOf(model: string, major: number): Readonly<Record<string, string>> | undefined {
  const fact = factOf(INHERITS, model, major);
  if (fact === undefined) return undefined;
  const [parent, field] = fact.split(' ');
  return parent === undefined || field === undefined ? {} : { [parent]: field };
}

/** The field of the hierarchy, whether or not the model has it; Odoo's own default is `parent_id`. */
export function parentFieldOf(model: string, major: number): string {
  return factOf(PARENT, model, major) ?? 'parent_id';
}

/** The fact of the newest version not above the one asked for. */
function factOf(facts: Facts, model: string, major: number): string | undefined {
  let found = Object.hasOwn(facts, model) ? facts[model] : undefined;
  for (let since = 17; since <= major && since < 100; since += 1) {
    const key = `${model}@${since}`;
    if (Object.hasOwn(facts, key)) found = facts[key];
  }
  return found;
}
