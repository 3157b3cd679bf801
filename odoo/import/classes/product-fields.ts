/** Products, prices and units: by model, class and tags, then the names they hold for. */
export const PRODUCT_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'product.template': {
    public: `
      active attribute_line_ids barcode categ_id currency_id description_sale detailed_type display_name
      image_1024 image_128 image_1920 image_256 image_512 is_favorite is_storable name product_tag_ids
      product_variant_ids sale_ok type uom_id uom_name volume_uom_name weight weight_uom_name
    `,
    internal: `
      alert_time color combo_ids company_id cost_currency_id country_of_origin expense_policy expiration_time
      has_available_route_ids has_configurable_attributes has_message hs_code is_dynamically_created
      landed_cost_ok lot_sequence_id optional_product_ids packaging_ids product_tooltip product_variant_count
      product_variant_id property_stock_inventory property_stock_production purchase_line_warn purchase_method
      purchase_ok removal_time responsible_id route_from_categ_ids sale_delay sale_line_warn sequence
      serial_prefix_format service_to_purchase service_type split_method_landed_cost uom_ids uom_po_id use_time
      valid_product_template_attribute_line_ids visible_expense_policy visible_qty_configurator
    `,
    'internal commercial': 'list_price',
    'internal financial':
      'account_tag_ids cost_method property_account_expense_id property_account_income_id supplier_taxes_id',
    'internal free-text': 'description',
    'confidential commercial': 'seller_ids variant_seller_ids',
    'confidential commercial financial': 'property_price_difference_account_id',
    'confidential commercial free-text': 'description_purchase',
    'confidential free-text': 'description_pickingin description_pickingout product_properties',
  },
  'product.product': {
    public: `
      active barcode code combination_indices display_name image_1024 image_128 image_1920 image_256 image_512
      image_variant_1024 image_variant_128 image_variant_1920 image_variant_256 image_variant_512 packaging_ids
      product_template_attribute_value_ids product_tmpl_id product_uom_ids weight
    `,
    internal: `
      additional_product_tag_ids all_product_tag_ids can_image_variant_1024_be_zoomed has_message is_favorite
      is_in_purchase_order is_in_selected_section_of_order lot_properties_definition orderpoint_ids
      product_catalog_product_is_in_sale_order product_template_variant_value_ids stock_quant_ids
      storage_category_capacity_ids valid_ean
    `,
    'internal commercial': 'free_qty lst_price price_extra quantity_svl suggested_qty',
    'internal financial': 'cost_method',
    'confidential commercial': 'monthly_demand purchase_order_line_ids',
    'confidential commercial financial': 'suggest_estimated_price value_svl',
  },
  'product.category': {
    public: 'child_id complete_name display_name name parent_id parent_path',
    internal: `
      filter_for_stock_putaway_rule has_message packaging_reserve_method parent_route_ids product_count
      product_properties_definition total_route_ids
    `,
    'internal commercial financial': 'property_price_difference_account_id',
    'internal financial': `
      account_stock_variation_id property_account_expense_categ_id property_account_income_categ_id
      property_cost_method property_stock_journal property_valuation
    `,
  },
  'product.pricelist': {
    internal: 'active company_id country_group_ids currency_id display_name has_message item_ids sequence',
    'confidential commercial': 'name',
    'confidential financial': 'discount_policy',
  },
  'product.pricelist.item': {
    'internal commercial': 'active company_id currency_id date_end date_start min_quantity name',
    'confidential commercial': `
      applied_on base base_pricelist_id categ_id compute_price display_applied_on display_name fixed_price
      is_pricelist_required percent_price price price_discount price_round price_surcharge product_id
      product_tmpl_id product_uom_name product_variant_count rule_tip
    `,
    'confidential commercial financial': 'price_markup price_max_margin price_min_margin',
  },
  'product.supplierinfo': {
    'internal commercial': 'delay min_qty product_code product_name',
    'confidential commercial': `
      company_id currency_id date_end date_start discount display_name last_purchase_date partner_id
      price_discounted product_id product_tmpl_id product_uom product_uom_id product_variant_count sequence
      show_set_supplier_button
    `,
    'confidential commercial financial': 'price',
  },
  'uom.uom': {
    public: `
      active category_id display_name factor factor_inv name parent_path ratio related_uom_ids relative_factor
      relative_uom_id sequence uom_type
    `,
    internal: 'color package_type_id product_uom_ids',
  },
};
