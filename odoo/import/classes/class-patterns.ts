import type { FieldClass } from '../../../catalog/documents.ts';

/** What a name that stands in no table may hold. The first that fits decides; none makes a field less than confidential. */
export const CLASS_PATTERNS: readonly (readonly [form: RegExp, fieldClass: FieldClass, tags: readonly string[]])[] = [
  [
    /(?:^|_)(?:ssn|passport|identification|birth\w*|gender|sex|marital|nationality|religion)(?:_|$)/,
    'restricted',
    ['PII', 'HR'],
  ],
  [/(?:^|_)(?:salary|wage|payslip|employee|contract_wage)(?:_|$)/, 'restricted', ['HR']],
  [/(?:^|_)(?:iban|bic|acc_number|bank|card|mandate|sepa)(?:_|$)/, 'restricted', ['financial']],
  [/(?:^|_)(?:signature|groups?_ids?|groups|share)$/, 'restricted', ['security']],
  [/(?:^|_)(?:vat|tax_?number|company_registry|siret|siren|ein|eori|fiscal_code)(?:_|$)/, 'confidential', ['tax-id']],
  [/^(?:message|activity|rating|my_activity|mail)_/, 'confidential', ['chatter']],
  [
    /(?:^|_)(?:e?mail|phone|mobile|fax|street\d?|city|zip|address|contact|website|linkedin|first_?name|last_?name)(?:_|$)/,
    'confidential',
    ['PII'],
  ],
  [/(?:^|_)(?:partner|customer|supplier|vendor|user|owner)(?:_|$)/, 'confidential', ['PII']],
  [/(?:^|_)(?:price|cost|margin|discount|commission|rebate|pricelist)(?:_|$)/, 'confidential', ['commercial']],
  [
    /(?:^|_)(?:amount|credit|debit|balance|residual|invoiced?|payments?|tax(?:es)?|account|currency)(?:_|$)/,
    'confidential',
    ['financial'],
  ],
  [/(?:^|_)(?:notes?|comments?|description|narration|remarks?|text|body|html)(?:_|$)/, 'confidential', ['free-text']],
];

/** Opens something to whoever reads it: never part of a contract. */
export const CREDENTIAL =
  /(?:^|_)(?:passw(?:or)?d|passwd|pwd|secret|token|tokens|api_?keys?|private_key|passphrase|otp|totp|2fa|credentials?|access_url|access_link|signup\w*|session\w*|cookie|oauth\w*|webhook_url|pin|pin_code|security_code|cvc)(?:_|$)/;

/** Groups that only administrators are in. */
export const ADMINISTRATORS = /(?:^|[,\s])base\.group_(?:system|erp_manager|no_one_but_system)(?:$|[,\s])/;
