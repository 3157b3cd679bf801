/** Fields that are the same thing wherever they stand. Class and tags, then the names they hold for. */
export const COMMON_FIELDS: Readonly<Record<string, string>> = {
  public: 'default_code rounding volume',
  internal: `
    access_url access_warning allowed_uom_ids anglo_saxon_accounting autopost_bills campaign_id
    can_image_1024_be_zoomed carrier_id collapse_composition collapse_prices company_currency_id
    company_price_include cyclic_inventory_frequency date date_approve date_deadline date_order date_planned
    delay_alert_date delivery_count delivery_type destination_country_code display_type duplicated_order_ids
    effective_date fiscal_country_codes forecast_expected_date group_id has_tracking incoterm_location
    integration_level invoice_count invoice_date invoice_policy invoice_status is_blacklisted is_date_editable
    is_domestic is_downpayment is_expired is_initial_demand_editable is_inventory is_locked is_product_variant
    is_storno json_popover location_dest_id location_dest_usage location_final_id location_id location_usage
    locked lot_id lot_valuated medium_id move_dest_ids move_ids move_line_ids move_line_nosuggest_ids move_type
    nbr_moves_in nbr_moves_out nbr_reordering_rules need_cancel_request next_serial on_time_rate order_id
    order_line orderpoint_id origin package_id package_ids package_level_id partner_gid partner_ref picked
    picking_code picking_id picking_ids picking_type_entire_packs picking_type_id prepayment_percent
    pricelist_item_count priority product_category_id product_document_count product_document_ids
    product_no_variant_attribute_value_ids product_packaging_id product_packaging_qty product_type
    product_uom_category_id propagate_cancel purchase_id purchase_line_id purchase_line_ids purchase_order_count
    putaway_rule_ids qr_code qty_invoiced qty_invoiced_at_date qty_to_invoice quant_ids quick_edit_mode
    recompute_delivery_price reference_ids reminder_date_before_receipt removal_date removal_strategy_id
    resource_calendar_id route_id route_ids sale_line_id sale_order_option_ids sale_order_template_id
    scheduled_date scrap_id service_tracking shipping_weight show_forecasted_qty_status_button show_lots_text
    show_on_hand_qty_status_button show_operations show_qty_update_button show_update_fpos source_id state
    statement_id stock_move_ids storage_category_id tag_ids tax_calculation_rounding_method tax_country_id
    tax_exigibility tax_string team_id terms_type title tracking type_name tz_offset use_expiration_date
    warehouse_id
  `,
  'internal commercial':
    'incoming_qty outgoing_qty qty_available reordering_max_qty reordering_min_qty virtual_available',
  'internal financial': `
    early_pay_discount_computation fiscal_position_ids incoterm_id invoice_lines
    property_stock_account_input_categ_id property_stock_account_output_categ_id
    property_stock_valuation_account_id taxes_id valuation
  `,
  'confidential HR PII': 'employee_ids',
  'confidential PII': `
    commercial_partner_id email_normalized function mobile_blacklisted partner_shipping_id phone_blacklisted
    phone_mobile_search phone_sanitized phone_sanitized_blacklisted
  `,
  'confidential chatter free-text': `
    activity_date_deadline activity_exception_decoration activity_exception_icon activity_ids activity_state
    activity_summary activity_type_icon activity_type_id activity_user_id im_status is_in_call
    message_attachment_count message_bounce message_follower_ids message_has_error message_has_error_counter
    message_has_sms_error message_ids message_is_follower message_main_attachment_id message_needaction
    message_needaction_counter message_partner_ids my_activity_date_deadline website_message_ids
  `,
  'confidential commercial': 'pricelist_id pricelist_rule_ids purchased_product_qty sales_count',
  'confidential commercial financial': `
    amount_invoiced amount_to_invoice amount_to_invoice_at_date avg_cost margin_percent price_tax standard_price
    stock_valuation_layer_ids total_value value
  `,
  'confidential financial': `
    amount_residual authorized_transaction_ids credit debit invoice_ids journal_group_id partner_credit_warning
    payment_id payment_reference preferred_payment_method_line_id statement_line_id transaction_ids
  `,
  'confidential free-text': `
    description_picking extra_tax_data lot_properties purchase_line_warn_msg purchase_warning_text
    sale_line_warn_msg sale_warning_text
  `,
  'restricted credential security': 'access_token',
  'restricted financial': 'partner_bank_id',
  'restricted security': 'view_group_hierarchy',
};
