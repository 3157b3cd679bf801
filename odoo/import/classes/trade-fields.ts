/** Orders that are sold and bought: by model, class and tags, then the names they hold for. */
export const TRADE_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sale.order': {
    internal: `
      client_order_ref commitment_date company_id country_code currency_id delivery_set delivery_status
      display_name expected_date has_active_pricelist has_archived_products has_authorized_transaction_ids
      has_message is_all_service late_availability name pending_email_template_id picking_policy
      procurement_group_id require_payment require_signature show_json_popover show_update_pricelist signed_on
      stock_reference_ids user_id validity_date
    `,
    'internal financial': 'analytic_account_id fiscal_position_id incoterm journal_id reference',
    'confidential PII': 'partner_id partner_invoice_id signed_by',
    'confidential chatter free-text': 'delivery_rating_success',
    'confidential commercial financial':
      'amount_paid amount_tax amount_total amount_undiscounted amount_untaxed currency_rate margin tax_totals',
    'confidential financial': 'payment_term_id',
    'confidential free-text': 'delivery_message note pickup_location_data',
    'restricted PII': 'signature',
  },
  'sale.order.line': {
    internal: `
      categ_id combo_item_id company_id currency_id customer_lead display_name display_qty_widget free_qty_today
      is_configurable_product is_delivery is_expense is_mto is_optional is_product_archived is_storable
      linked_line_id linked_line_ids linked_virtual_id order_partner_id parent_id
      product_custom_attribute_value_ids product_id product_qty product_template_attribute_value_ids
      product_template_id product_uom product_uom_id product_uom_qty product_uom_readonly product_updatable
      purchase_line_count qty_available_today qty_delivered qty_delivered_at_date qty_delivered_method
      qty_invoiced_posted qty_to_deliver salesman_id selected_combo_items sequence translated_product_name
      virtual_available_at_date virtual_id
    `,
    'internal financial': `
      analytic_distribution analytic_distribution_search analytic_line_ids analytic_precision
      distribution_analytic_account_ids tax_id tax_ids
    `,
    'internal free-text': 'name',
    'confidential commercial': 'discount price_unit pricelist_item_id technical_price_unit',
    'confidential commercial financial': `
      margin price_reduce price_reduce_taxexcl price_reduce_taxinc price_subtotal price_total purchase_price
      untaxed_amount_invoiced untaxed_amount_to_invoice
    `,
  },
  'purchase.order': {
    internal: `
      acknowledged company_id country_code currency_id date_calendar_start default_location_dest_id_usage
      display_name has_message has_sale_order incoming_picking_count is_late is_shipped lock_confirmed_po
      mail_reception_confirmed mail_reminder_confirmed name partner_bill_count product_id receipt_reminder_email
      receipt_status sale_order_count show_comparison
    `,
    'internal PII': 'user_id',
    'internal financial': 'fiscal_position_id',
    'confidential PII': 'dest_address_id',
    'confidential commercial': 'partner_id',
    'confidential commercial financial':
      'amount_tax amount_total amount_total_cc amount_untaxed currency_rate payment_term_id tax_totals',
    'confidential free-text': 'note notes',
  },
  'purchase.order.line': {
    internal: `
      company_id currency_id display_name forecasted_issue is_storable parent_id product_description_variants
      product_id product_qty product_template_attribute_value_ids product_uom product_uom_id product_uom_qty
      qty_received qty_received_at_date qty_received_manual qty_received_method sale_order_id sequence
    `,
    'internal financial': `
      analytic_distribution analytic_distribution_search analytic_precision distribution_analytic_account_ids
      tax_ids
    `,
    'internal free-text': 'name',
    'confidential PII': 'partner_id',
    'confidential commercial': 'selected_seller_id',
    'confidential commercial financial': `
      discount price_subtotal price_total price_unit price_unit_discounted price_unit_product_uom
      technical_price_unit
    `,
  },
};
