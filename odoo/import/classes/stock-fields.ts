/** Warehouses and what moves through them: by model, class and tags, then the names they hold for. */
export const STOCK_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'stock.quant': {
    internal: `
      company_id currency_id display_name expiration_date in_date inventory_date inventory_quantity_set
      is_favorite is_outdated last_count_date on_hand product_categ_id product_id product_tmpl_id product_uom_id
      sn_duplicated user_id
    `,
    'internal commercial': `
      available_quantity inventory_diff_quantity inventory_quantity inventory_quantity_auto_apply quantity
      reserved_quantity
    `,
    'confidential commercial': 'owner_id',
    'confidential financial': 'accounting_date cost_method',
  },
  'stock.picking': {
    internal: `
      allowed_carrier_ids backorder_id backorder_ids company_id country_code date_done days_to_arrive delay_pass
      display_name has_deadline_issue has_message has_packages has_scrap_move hide_picking_type immediate_transfer
      is_return_picking is_signed move_ids_without_package move_line_exist move_line_ids_without_package name
      package_history_ids package_level_ids package_level_ids_details packages_count partner_country_id
      picking_type_code printed product_id products_availability products_availability_state return_count
      return_id return_ids return_label_ids sale_id search_date_category shipping_volume show_allocation
      show_check_availability show_clear_qty_button show_mark_as_todo show_next_pickings show_reserved
      show_set_qty_button show_validate use_create_lots use_existing_lots weight weight_bulk weight_uom_name
    `,
    'internal PII': 'carrier_tracking_ref carrier_tracking_url user_id',
    'confidential PII': 'owner_id partner_id warehouse_address_id',
    'confidential commercial': 'carrier_price',
    'confidential free-text': 'note picking_properties picking_warning_text',
    'restricted PII': 'signature',
  },
  'stock.move': {
    internal: `
      additional availability company_id created_purchase_line_id created_purchase_line_ids display_assign_serial
      display_clear_serial display_import_lot display_name forecast_availability from_immediate_transfer
      has_lines_without_result_package inventory_name is_dropship is_in is_out is_quantity_done_editable
      is_storable is_valued lot_ids move_lines_count move_orig_ids name never_product_template_attribute_value_ids
      next_serial_count origin_returned_move_id packaging_uom_id procure_method product_id product_tmpl_id
      product_uom reference reservation_date returned_move_ids rule_id scrap_ids scrapped sequence
      show_details_visible show_lots_m2o show_quant show_reserved_availability to_refund weight
    `,
    'internal commercial':
      'packaging_uom_qty product_qty product_uom_qty quantity quantity_done remaining_qty reserved_availability',
    'internal financial': 'account_move_id account_move_ids analytic_account_line_id analytic_account_line_ids',
    'confidential PII': 'partner_id restrict_partner_id',
    'confidential commercial financial':
      'price_unit remaining_value value_computed_justification value_justification value_manual',
    'confidential free-text': 'description_picking_manual procurement_values',
  },
  'stock.move.line': {
    internal: `
      carrier_name company_id consume_line_ids display_name expiration_date is_entire_pack lot_name lots_visible
      move_id move_partner_id package_history_id picking_location_dest_id picking_location_id picking_partner_id
      picking_type_use_create_lots picking_type_use_existing_lots produce_line_ids product_category_name
      product_id product_uom_id quant_id reference result_package_dest_name result_package_id
    `,
    'internal commercial': 'qty_done quantity quantity_product_uom reserved_qty reserved_uom_qty',
    'confidential PII': 'owner_id',
    'confidential financial': 'sale_price',
  },
  'stock.warehouse': {
    internal: `
      active buy_pull_id buy_to_resupply code company_id crossdock_route_id delivery_route_id delivery_steps
      display_name in_type_id int_type_id lot_stock_id mto_pull_id name out_type_id pack_type_id partner_id
      pick_type_id qc_type_id reception_route_id reception_steps resupply_route_ids resupply_wh_ids return_type_id
      sequence store_type_id view_location_id wh_input_stock_loc_id wh_output_stock_loc_id wh_pack_stock_loc_id
      wh_qc_stock_loc_id xdock_type_id
    `,
  },
  'stock.location': {
    internal: `
      active barcode child_ids child_internal_location_ids company_id complete_name display_name forecast_weight
      incoming_move_line_ids is_empty is_valued_external is_valued_internal last_inventory_date name net_weight
      next_inventory_date outgoing_move_line_ids parent_path posx posy posz replenish_location return_location
      scrap_location usage warehouse_view_ids
    `,
    'internal financial': 'valuation_account_id valuation_in_account_id valuation_out_account_id',
    'internal free-text': 'comment',
  },
  'stock.lot': {
    internal: `
      alert_date company_id delivery_ids display_complete display_name expiration_date has_message name
      product_expiry_alert product_expiry_reminded product_id product_uom_id purchase_order_ids ref
      sale_order_count sale_order_ids use_date
    `,
    'internal commercial': 'product_qty',
    'confidential PII': 'last_delivery_partner_id partner_ids',
    'confidential free-text': 'note',
  },
  'stock.warehouse.orderpoint': {
    internal: `
      active allowed_location_ids allowed_replenishment_uom_ids company_id days_to_order deadline_date
      display_name effective_route_id lead_days lead_days_date lead_horizon_date name product_id product_tmpl_id
      product_uom product_uom_name purchase_visibility_days replenishment_uom_id replenishment_uom_id_placeholder
      route_id_placeholder rule_ids show_supplier show_supply_warning snoozed_until supplier_id
      supplier_id_placeholder trigger unwanted_replenish vendor_id vendor_ids visibility_days
    `,
    'internal commercial': `
      product_max_qty product_min_qty qty_forecast qty_multiple qty_on_hand qty_to_order qty_to_order_computed
      qty_to_order_manual
    `,
    'confidential PII': 'available_vendor effective_vendor_id',
  },
  'delivery.carrier': {
    internal: `
      active allow_cash_on_delivery can_generate_return company_id country_ids currency_id display_name
      excluded_tag_ids free_over get_return_label_from_portal max_volume max_weight must_have_tag_ids name
      product_id return_label_on_delivery sequence shipping_insurance state_ids supports_shipping_insurance
      tracking_url volume_uom_name weight_uom_name zip_prefix_ids
    `,
    'internal commercial': 'fixed_price',
    'internal financial': 'amount',
    'internal security': 'debug_logging prod_environment',
    'confidential commercial': 'fixed_margin margin price_rule_ids',
    'confidential free-text': 'carrier_description',
  },
};
