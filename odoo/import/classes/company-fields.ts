/** The companies of the database: by model, class and tags, then the names they hold for. */
export const COMPANY_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'res.company': {
    public: 'invoice_terms invoice_terms_html name',
    internal: `
      account_dashboard_onboarding_state account_enabled_tax_country_ids account_fiscal_country_id
      account_invoice_onboarding_state account_onboarding_create_invoice_state
      account_onboarding_create_invoice_state_flag account_onboarding_invoice_layout_state
      account_onboarding_sale_tax_state account_opening_date account_price_include account_setup_bank_data_state
      account_setup_bill_state account_setup_coa_state account_setup_fy_data_state account_setup_taxes_state
      account_storno active alias_domain_id all_child_ids annual_inventory_day annual_inventory_month
      base_onboarding_company_state batch_payment_sequence_id bounce_email bounce_formatted
      cash_account_code_prefix catchall_email catchall_formatted chart_template child_ids city color
      company_details company_registry_placeholder company_vat_placeholder contract_expiration_notice_period
      country_code country_id currency_id days_to_purchase default_from_email display_account_storno
      display_invoice_amount_total_words display_invoice_tax_company_currency display_name email email_formatted
      email_primary_color email_secondary_color employee_properties_definition expects_chart_of_accounts
      external_report_layout_id favicon fiscalyear_last_day fiscalyear_last_month fiscalyear_lock_date font
      force_restrictive_audit_trail hard_lock_date has_message horizon_days hr_presence_control_attendance
      hr_presence_control_email hr_presence_control_ip hr_presence_control_login iap_enrich_auto_done
      internal_transit_location_id inventory_period invoice_is_email invoice_is_print is_company_details_empty
      layout_background layout_background_image link_qr_code logo logo_web mobile multi_vat_foreign_country_ids
      paperformat_id parent_id parent_ids parent_path partner_id period_lock_date phone po_double_validation
      po_lead po_lock portal_confirmation_pay portal_confirmation_sign primary_color purchase_lock_date
      quotation_validity_days report_footer report_header resource_calendar_ids restrictive_audit_trail root_id
      sale_discount_product_id sale_lock_date sale_onboarding_order_confirmation_state
      sale_onboarding_payment_method sale_onboarding_sample_quotation_state sale_quotation_onboarding_state
      secondary_color security_lead sequence state_id stock_confirmation_type stock_mail_confirmation_template_id
      stock_move_email_validation stock_text_confirmation street street2 tax_lock_date
      transfer_account_code_prefix uninstalled_l10n_module_ids user_fiscalyear_lock_date user_hard_lock_date
      user_purchase_lock_date user_sale_lock_date user_tax_lock_date uses_default_logo vat_check_vies website
      work_permit_expiration_notice_period zip
    `,
    'internal PII': 'user_ids',
    'internal financial': `
      account_cash_basis_base_account_id account_default_pos_receivable_account_id
      account_discount_expense_allocation_id account_discount_income_allocation_id
      account_fiscal_country_group_codes account_journal_early_pay_discount_gain_account_id
      account_journal_early_pay_discount_loss_account_id account_journal_payment_credit_account_id
      account_journal_payment_debit_account_id account_journal_suspense_account_id account_opening_journal_id
      account_opening_move_id account_production_wip_account_id account_production_wip_overhead_account_id
      account_purchase_receipt_fiscal_position_id account_purchase_tax_id account_sale_tax_id
      account_stock_journal_id account_stock_valuation_id account_use_credit_limit
      automatic_entry_default_journal_id bank_account_code_prefix bank_journal_ids chart_template_id cost_method
      currency_exchange_journal_id default_cash_difference_expense_account_id
      default_cash_difference_income_account_id domestic_fiscal_position_id downpayment_account_id
      expense_account_id expense_accrual_account_id expense_currency_exchange_account_id
      hr_presence_control_email_amount income_account_id income_currency_exchange_account_id inventory_valuation
      lc_journal_id payment_onboarding_payment_method payment_provider_onboarding_state
      po_double_validation_amount revenue_accrual_account_id tax_cash_basis_journal_id transfer_account_id
    `,
    'internal tax-id': 'company_registry vat',
    'confidential commercial financial': 'price_difference_account_id',
    'confidential security': 'hr_presence_control_ip_list',
    'restricted financial': 'bank_ids',
  },
};
