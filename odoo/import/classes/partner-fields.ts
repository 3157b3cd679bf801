/** Contacts, users and what belongs to them: by model, class and tags, then the names they hold for. */
export const PARTNER_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'res.partner': {
    internal: `
      account_move_count active active_lang_count available_invoice_template_pdf_report_ids color company_id
      company_type country_code currency_id customer_rank date_localization display_invoice_edi_format
      display_invoice_template_pdf_report_id employee employees_count group_on group_rfq has_message
      ignore_abnormal_invoice_amount ignore_abnormal_invoice_date industry_id invoice_edi_format
      invoice_edi_format_store invoice_sending_method invoice_template_pdf_report_id invoice_warn is_company
      is_peppol_edi_format is_pickup_location is_public is_ubl_format journal_item_count lang
      last_time_entries_checked offline_since opportunity_count partner_vat_placeholder peppol_eas
      perform_vies_validation picking_warn properties_base_definition_id property_delivery_carrier_id
      property_purchase_currency_id property_stock_customer property_stock_supplier purchase_warn ref
      ref_company_ids sale_warn self signup_valid suggest_based_on suggest_days suggest_percent
      supplier_invoice_count supplier_rank type type_address_label tz user_id vat_label vies_valid website
    `,
    'internal PII': 'buyer_id country_id main_user_id state_id',
    'internal commercial': 'category_id sale_order_count',
    'internal financial': 'property_account_position_id',
    'internal security': 'partner_share',
    'confidential PII': `
      avatar_1024 avatar_128 avatar_1920 avatar_256 avatar_512 barcode child_ids city commercial_company_name
      company_name complete_name contact_address contact_address_inline display_name email email_formatted
      image_1024 image_128 image_1920 image_256 image_512 mobile name parent_id parent_name partner_latitude
      partner_longitude phone receipt_reminder_email same_company_registry_partner_id same_vat_partner_id street
      street2 zip
    `,
    'confidential PII financial tax-id': `
      company_registry company_registry_label company_registry_placeholder partner_company_registry_placeholder
      peppol_endpoint vat
    `,
    'confidential chatter': 'rtc_session_ids',
    'confidential chatter free-text': 'channel_ids channel_member_ids',
    'confidential commercial':
      'opportunity_ids property_product_pricelist sale_order_ids specific_property_product_pricelist',
    'confidential commercial financial': 'property_payment_term_id property_supplier_payment_term_id',
    'confidential financial': `
      bank_account_count contract_ids credit_limit credit_to_invoice days_sales_outstanding debit_limit
      duplicate_bank_partner_ids duplicated_bank_account_partners_count has_unreconciled_entries
      payment_token_count property_account_payable_id property_account_receivable_id
      property_inbound_payment_method_line_id property_outbound_payment_method_line_id show_credit_limit
      total_invoiced trust use_partner_credit_limit
    `,
    'confidential free-text': `
      additional_info application_statistics available_peppol_eas comment fiscal_country_group_codes
      invoice_warn_msg picking_warn_msg properties purchase_warn_msg sale_warn_msg vies_failed_message
    `,
    'confidential security': 'user_ids',
    'restricted PII financial': 'bank_ids',
    'restricted credential financial': 'payment_token_ids',
    'restricted credential security': 'signup_expiration signup_token signup_type signup_url',
  },
  'res.partner.bank': {
    'confidential PII financial': `
      acc_type active bank_city bank_country bank_name bank_state bank_zip color company_id country_code
      currency_symbol display_name duplicate_bank_partner_ids employee_id has_message has_money_transfer_warning
      journal_id lock_trust_fields money_transfer_service note partner_country_name partner_customer_rank
      partner_supplier_rank related_moves sequence
    `,
    'restricted HR PII financial': 'employee_salary_amount employee_salary_amount_is_percentage',
    'restricted PII financial': `
      acc_holder_name acc_number allow_out_payment bank_bic bank_email bank_id bank_phone bank_street bank_street2
      clearing_number currency_id employee_has_multiple_bank_accounts has_iban_warning partner_id
      sanitized_acc_number user_has_group_validate_bank_account
    `,
  },
  'res.users': {
    internal: `
      accesses_count action_id active_partner address_id can_edit can_edit_role category_ids coach_id
      companies_count create_employee create_employee_id crm_team_ids crm_team_member_ids department_id
      display_name employee_count employee_parent_id employee_resource_calendar_id employee_type groups_count
      has_external_mail_server is_hr_user is_out_of_office is_system notification_type out_of_office_from
      out_of_office_to outgoing_mail_server_type presence_ids property_warehouse_id res_users_settings_id
      res_users_settings_ids resource_ids rules_count sale_team_id target_sales_done target_sales_won
      user_group_warning work_contact_id work_location_id work_location_name work_location_type
    `,
    'internal PII': 'job_title partner_id signature',
    'internal security': 'active company_id oauth_provider_id share',
    'confidential HR PII': 'employee_id hr_presence_state last_activity last_activity_time',
    'confidential PII': 'email email_domain_placeholder employee_phone mobile_phone name phone work_email work_phone',
    'confidential PII security': 'log_ids login login_date',
    'confidential chatter free-text': 'manual_im_status',
    'confidential free-text': 'out_of_office_message',
    'confidential security': 'company_ids has_oauth_access_token outgoing_mail_server_id totp_enabled',
    'restricted HR PII': `
      additional_note address_home_id bank_account_ids barcode birthday certificate children country_of_birth
      emergency_contact emergency_phone employee_bank_account_id employee_bank_account_ids employee_country_id
      gender identification_id is_address_home_a_company km_home_work marital passport_id permit_no pin
      place_of_birth private_city private_country_id private_email private_lang private_phone private_state_id
      private_street private_street2 private_zip spouse_birthdate spouse_complete_name study_field study_school
      visa_expire visa_no
    `,
    'restricted PII security': 'device_ids oauth_uid',
    'restricted credential security': `
      api_key_ids auth_passkey_key_ids new_password oauth_access_token password totp_secret
      totp_trusted_device_ids
    `,
    'restricted security': 'all_group_ids group_ids groups_id role role_ids totp_last_counter',
  },
  'res.groups': {
    'restricted credential security': 'api_key_duration',
    'restricted security': `
      all_implied_by_ids all_implied_ids all_user_ids all_users_count category_id color comment disjoint_ids
      display_name full_name implied_by_ids implied_ids menu_access model_access name privilege_id rule_groups
      sequence share trans_implied_ids user_ids users view_access
    `,
  },
  'crm.lead': {
    internal: `
      active automated_probability calendar_event_count calendar_event_ids color company_currency company_id
      country_id date_action_last date_automation_last date_closed date_conversion date_last_stage_update
      date_open day_close day_open display_name duplicate_lead_count duplicate_lead_ids has_message
      is_automated_probability is_partner_visible is_rotting lang_active_count lang_code lang_id lost_reason_id
      meeting_display_date meeting_display_label partner_email_update partner_is_blacklisted partner_phone_update
      recurring_plan referred rotting_days stage_id stage_id_color state_id type user_company_ids won_status
    `,
    'internal PII': 'user_id',
    'confidential PII': `
      city contact_name email_cc email_domain_criterion email_from email_state mobile partner_id partner_name
      phone phone_state street street2 website zip
    `,
    'confidential chatter free-text': 'kanban_state',
    'confidential commercial': 'name probability',
    'confidential commercial financial': `
      expected_revenue prorated_revenue recurring_revenue recurring_revenue_monthly
      recurring_revenue_monthly_prorated recurring_revenue_prorated
    `,
    'confidential free-text': 'description duration_tracking lead_properties',
  },
  'res.country': {
    public: `
      code country_group_ids currency_id display_name name phone_code state_ids state_required vat_label
      zip_required
    `,
    internal: `
      address_format address_view_id image_url is_mercado_pago_supported_country is_stripe_supported_country
      name_position
    `,
    'internal financial': 'has_foreign_fiscal_position',
    'internal free-text': 'country_group_codes',
  },
  'res.currency': {
    public: `
      active currency_subunit_label currency_unit_label decimal_places display_name full_name iso_numeric name
      position symbol
    `,
    internal: 'display_rounding_warning inverse_rate is_current_company_currency rate rate_ids rate_string',
  },
};
