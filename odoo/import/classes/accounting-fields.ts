/** Invoices, payments and their rules: by model, class and tags, then the names they hold for. */
export const ACCOUNTING_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'account.move': {
    internal: `
      abnormal_date_warning adjusting_entries_count adjusting_entry_origin_moves_count always_tax_exigible
      auto_post auto_post_until checked company_id country_code currency_id delivery_date direction_sign
      display_inactive_currency_warning display_link_qr_code display_name display_qr_code display_send_button
      has_message has_reconciled_entries hide_post_button highest_name highlight_send_button invoice_date_due
      invoice_filter_type_domain invoice_has_outstanding invoice_incoterm_id invoice_incoterm_placeholder
      invoice_origin invoice_pdf_report_id is_being_sent is_draft_duplicated_ref_ids is_manually_modified
      is_move_sent is_purchase_matched is_sale_installed landed_costs_ids landed_costs_visible made_sequence_gap
      made_sequence_hole move_sent_values name name_placeholder needed_terms needed_terms_dirty next_payment_date
      posted_before purchase_order_name purchase_vendor_bill_id ref restrict_mode_hash_table sale_order_count
      secured sequence_number sequence_prefix show_delivery_date show_discount_details show_journal
      show_name_warning show_payment_term_details show_reset_to_draft_button show_taxable_supply_date
      stock_move_id string_to_hash tax_country_code taxable_supply_date taxable_supply_date_placeholder to_check
      transaction_count ubl_cii_xml_filename ubl_cii_xml_id user_id
    `,
    'internal PII': 'invoice_user_id',
    'internal financial': 'qr_code_method',
    'internal integrity': 'inalterable_hash secure_sequence_number',
    'confidential PII': 'bank_partner_id invoice_partner_display_name invoice_source_email partner_id',
    'confidential PII financial': 'invoice_pdf_report_file ubl_cii_xml_file',
    'confidential chatter free-text': 'audit_trail_message_ids',
    'confidential financial': `
      abnormal_amount_warning adjusting_entries_move_ids adjusting_entry_origin_move_ids amount_paid
      amount_residual_signed amount_tax amount_tax_signed amount_total amount_total_in_currency_signed
      amount_total_signed amount_total_words amount_untaxed amount_untaxed_in_currency_signed
      amount_untaxed_signed auto_post_origin_id debit_note_count debit_note_ids debit_origin_id duplicated_ref_ids
      exchange_diff_partial_ids expected_currency_rate fiscal_position_id invoice_cash_rounding_id
      invoice_currency_rate invoice_line_ids invoice_outstanding_credits_debits_widget invoice_payment_term_id
      invoice_payments_widget invoice_vendor_bill_id journal_id journal_line_ids line_ids matched_payment_ids
      no_followup origin_payment_id payment_count payment_ids payment_state payment_term_details
      quick_edit_total_amount reconciled_payment_ids reversal_move_id reversal_move_ids reversed_entry_id
      statement_line_ids status_in_payment suitable_journal_ids tax_cash_basis_created_move_ids
      tax_cash_basis_origin_move_id tax_cash_basis_rec_id tax_totals
    `,
    'confidential free-text': `
      account_fiscal_country_group_codes adjusting_entry_origin_label alerts attachment_ids narration
      quick_encoding_vals sending_data tax_lock_date_message taxes_legal_notes
    `,
  },
  'account.move.line': {
    internal: `
      account_internal_group account_root_id blocked commercial_partner_country company_id compute_all_tax
      compute_all_tax_dirty currency_id date_maturity discount_allocation_dirty discount_date display_name
      epd_dirty epd_key epd_needed is_account_reconcile is_imported is_landed_costs_line is_refund
      is_same_currency matching_number move_name no_followup parent_state payment_date product_id product_uom_id
      purchase_order_id reconciled sale_line_ids sequence tax_audit tax_group_id tax_key term_key
    `,
    'internal free-text': 'name',
    'confidential PII': 'partner_id',
    'confidential commercial': 'quantity',
    'confidential financial': `
      account_code account_id account_name account_type amount_currency amount_residual_currency
      analytic_distribution analytic_distribution_search analytic_line_ids analytic_precision balance
      cogs_origin_id cumulated_balance currency_rate deductible_amount discount discount_allocation_key
      discount_allocation_needed discount_amount_currency discount_balance discount_percentage
      distribution_analytic_account_ids full_reconcile_id group_tax_id has_invalid_analytics journal_id
      matched_credit_ids matched_debit_ids move_id parent_id price_subtotal price_total price_unit
      reconcile_model_id reconciled_lines_excluding_exchange_diff_ids reconciled_lines_ids search_account_id
      tax_base_amount tax_ids tax_line_id tax_repartition_line_id tax_tag_ids tax_tag_invert
    `,
    'confidential free-text': 'ref',
  },
  'account.payment': {
    internal: `
      attachment_ids company_id country_code currency_id display_name has_message is_internal_transfer is_matched
      is_reconciled is_sent name partner_type payment_method_id reconciled_bills_count reconciled_invoices_count
      reconciled_invoices_type reconciled_statement_lines_count refunds_count use_electronic_payment_method
    `,
    'confidential PII': 'partner_id',
    'confidential financial': `
      amount amount_available_for_refund amount_company_currency_signed amount_signed available_journal_ids
      available_payment_method_line_ids destination_account_id destination_journal_id duplicate_payment_ids
      journal_id move_id outstanding_account_id paired_internal_transfer_payment_id payment_method_code
      payment_method_line_id payment_receipt_title payment_transaction_id payment_type reconciled_bill_ids
      reconciled_invoice_ids reconciled_statement_line_ids source_payment_id
    `,
    'confidential financial free-text': 'memo',
    'restricted PII financial': 'available_partner_bank_ids require_partner_bank_account show_partner_bank_account',
    'restricted credential financial': 'payment_token_id',
    'restricted credential security': 'suitable_payment_token_ids',
  },
  'account.tax': {
    internal: `
      active amount_type company_id country_code country_id display_alternative_taxes_field display_name
      has_message has_negative_factor hide_tax_exigibility include_base_amount invoice_label is_base_affected
      is_used name_searchable price_include price_include_override real_amount repartition_lines_str sequence
      tax_label tax_scope type_tax_use ubl_cii_requires_exemption_reason ubl_cii_tax_category_code
      ubl_cii_tax_exemption_reason_code
    `,
    'internal financial': `
      amount analytic cash_basis_transition_account_id children_tax_ids invoice_repartition_line_ids name
      original_tax_ids refund_repartition_line_ids repartition_line_ids replacing_tax_ids tax_group_id
    `,
    'internal free-text': 'description invoice_legal_notes',
  },
  'account.payment.term': {
    internal: `
      active company_id currency_id display_name display_on_invoice early_discount example_date example_invalid
      example_preview example_preview_discount name sequence
    `,
    'internal financial': 'discount_days discount_percentage example_amount line_ids',
    'internal free-text': 'note',
  },
  'account.fiscal.position': {
    internal: `
      account_map active auto_apply company_country_id company_id country_group_id country_id display_name
      sequence state_ids states_count tax_map vat_required zip_from zip_to
    `,
    'internal PII financial tax-id': 'foreign_vat foreign_vat_header_mode',
    'internal financial': 'account_ids name tax_ids',
    'internal free-text': 'note',
  },
};
