/**
 * What Odoo renamed and removed from 14 to 19, in its own modules. A line is the version that brought it, the model,
 * the old and the new name; `~` marks one whose meaning or type changed with the name.
 */
const RENAMED_FIELDS = `
  15 account.move tax_cash_basis_move_id tax_cash_basis_origin_move_id
  15 account.reconcile.model match_total_amount allow_payment_tolerance
  15 account.reconcile.model match_total_amount_param payment_tolerance_param
  15 res.company account_tax_fiscal_country_id account_fiscal_country_id
  16 account.account user_type_id account_type ~
  16 account.analytic.line move_id move_line_id
  16 account.move.line analytic_account_id analytic_distribution ~
  16 product.supplierinfo name partner_id
  16 sale.order.line analytic_tag_ids analytic_distribution ~
  16 stock.move.line product_qty reserved_qty
  16 stock.move.line product_uom_qty reserved_uom_qty
  16 stock.picking move_lines move_ids
  16 stock.rule location_id location_dest_id
  17 stock.move quantity_done quantity
  17 stock.move scrap_ids scrap_id ~
  17 stock.move.line qty_done quantity
  17 stock.move.line reserved_uom_qty quantity ~
  17 stock.scrap move_id move_ids ~
  18 account.account code code_store ~
  18 account.account company_id company_ids ~
  18 account.move payment_id origin_payment_id
  18 account.move reversal_move_id reversal_move_ids
  18 account.move send_and_print_values sending_data
  18 account.move to_check checked ~
  18 account.payment ref memo
  18 product.document attached_on attached_on_sale
  18 product.template detailed_type type ~
  18 product.template priority is_favorite ~
  18 stock.move location_dest_id location_final_id ~
  18 stock.warehouse.orderpoint qty_to_order qty_to_order_manual ~
  19 account.account deprecated active ~
  19 ir.actions.report groups_id group_ids
  19 ir.actions.server groups_id group_ids
  19 ir.filters user_id user_ids ~
  19 ir.ui.menu groups_id group_ids
  19 ir.ui.view groups_id group_ids
  19 product.product packaging_ids product_uom_ids
  19 product.supplierinfo product_uom product_uom_id
  19 purchase.order notes note
  19 purchase.order.line product_uom product_uom_id
  19 purchase.order.line taxes_id tax_ids
  19 res.company check_account_audit_trail restrictive_audit_trail
  19 res.groups category_id privilege_id ~
  19 res.groups users user_ids
  19 res.users groups_id group_ids
  19 sale.order.line product_uom product_uom_id
  19 sale.order.line tax_id tax_ids
  19 stock.move group_id reference_ids ~
  19 stock.move product_packaging_id packaging_uom_id ~
  19 stock.move.line package_level_id package_history_id
  19 stock.picking package_level_ids package_history_ids
  19 stock.reference stock_move_ids move_ids
  19 stock.route packaging_selectable package_type_selectable
`;

const RENAMED_MODELS = `
  16 account.tax.carryover.line account.report.external.value
  16 account.tax.report account.report
  16 account.tax.report.line account.report.line
  16 payment.acquirer payment.provider
  16 stock.location.route stock.route
  16 stock.production.lot stock.lot
  17 mail.channel discuss.channel
  19 procurement.group stock.reference
  19 product.packaging product.uom
  19 stock.package_level stock.package.history
  19 stock.quant.package stock.package
`;

/** What became of removed fields, where there is something to say. */
const REMOVED_FIELDS = `
  15 account.journal inbound_payment_method_ids see inbound_payment_method_line_ids
  16 account.account internal_type see account_type
  16 account.move tax_totals_json see tax_totals
  16 account.move.line exclude_from_invoice_tab see display_type
  18 account.move.line blocked see no_followup, from 19 on
  18 res.company period_lock_date see sale_lock_date, purchase_lock_date and hard_lock_date
  19 product.template packaging_ids packagings are units of measure now
  19 product.template uom_po_id units of purchase stand with the supplier's prices
  19 res.partner mobile folded into phone
  19 res.partner title titles are gone
  19 sale.order.line product_packaging_id packagings are units of measure now
  19 sale.order.line product_packaging_qty packagings are units of measure now
  19 stock.move name see reference
  19 uom.uom category_id see relative_uom_id
  19 uom.uom uom_type see relative_factor
`;

export interface Rename {
  readonly name: string;
  /** Version that brought it. */
  readonly since: number;
  /** Meaning or type changed with the name. */
  readonly changed: boolean;
}

interface RenameLine extends Rename {
  readonly model: string;
  readonly old: string;
}

const FIELDS: readonly RenameLine[] = lines(RENAMED_FIELDS).map(
  ([since = '', model = '', old = '', name = '', mark]) => ({
    since: Number(since),
    model,
    old,
    name,
    changed: mark === '~',
  }),
);
const MODELS = lines(RENAMED_MODELS).map(([since = '', old = '', name = '']) => ({ since: Number(since), old, name }));
const REMOVED = lines(REMOVED_FIELDS).map(([since = '', model = '', field = '', ...told]) => ({
  since: Number(since),
  model,
  field,
  told: told.join(' '),
}));

/** Models that have the fields of another as their own. */
const SHARES: Readonly<Record<string, string>> = { 'product.product': 'product.template', 'res.users': 'res.partner' };

/** The name of a field after an upgrade from one version to another; undefined where nothing of it is known. */
export function renamedField(model: string, field: string, from: number, to: number): Rename | undefined {
  let found: Rename | undefined;
  for (const line of FIELDS) {
    if (line.since <= from || line.since > to || line.old !== (found?.name ?? field)) continue;
    if (line.model !== model && line.model !== SHARES[model]) continue;
    found = { name: line.name, since: line.since, changed: line.changed || found?.changed === true };
  }
  return found;
}

export function renamedModel(model: string, from: number, to: number): Rename | undefined {
  let found: Rename | undefined;
  for (const { since, old, name } of MODELS) {
    if (since > from && since <= to && old === (found?.name ?? model)) found = { name, since, changed: false };
  }
  return found;
}

/** What is known of a removed field besides that it is gone. */
export function removalOf(model: string, field: string, from: number, to: number): string | undefined {
  const models = [model, SHARES[model]];
  return REMOVED.find(
    (line) => line.field === field && models.includes(line.model) && line.since > from && line.since <= to,
  )?.told;
}

function lines(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '));
}
