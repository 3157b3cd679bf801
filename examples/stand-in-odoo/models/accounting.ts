import {
  char,
  date,
  float,
  html,
  type ModelDefinition,
  many2one,
  model,
  monetary,
  named,
  selection,
} from '../model-definition.ts';

const move = model(
  'account.move',
  'Journal Entry',
  'date desc, name desc, id desc',
  {
    name: char(),
    move_type: selection('entry out_invoice out_refund in_invoice in_refund out_receipt in_receipt', {
      required: true,
      default: 'entry',
    }),
    state: selection('draft posted cancel', { readonly: true, default: 'draft' }),
    date: date(),
    partner_id: many2one('res.partner'),
    commercial_partner_id: many2one('res.partner', {
      related: 'partner_id.commercial_partner_id',
      store: true,
      readonly: true,
    }),
    invoice_date: date(),
    invoice_date_due: date(),
    invoice_origin: char(),
    payment_reference: char(),
    amount_total: monetary({ readonly: true }),
    amount_residual: monetary({ readonly: true }),
    currency_id: many2one('res.currency', { default: 1 }),
    payment_state: selection('not_paid in_payment paid partial reversed blocked', { default: 'not_paid' }),
    company_id: many2one('res.company', { default: 1 }),
    partner_bank_id: many2one('res.partner.bank'),
    narration: html(),
    access_token: char(),
    ref: char(),
  },
  'name',
  { searchNames: ['name', 'partner_id.name', 'ref'] },
);

const payment = model('account.payment', 'Payments', 'date desc, name desc, id desc', {
  name: char(),
  date: date(),
  amount: monetary(),
  currency_id: many2one('res.currency', { default: 1 }),
  payment_type: selection('outbound inbound', { required: true, default: 'inbound' }),
  partner_id: many2one('res.partner'),
  partner_bank_id: many2one('res.partner.bank'),
  state: selection('draft in_process paid canceled rejected posted cancel', { default: 'draft' }),
  company_id: many2one('res.company', { default: 1 }),
});

/** Journal entries and payments. */
export const ACCOUNTING_MODELS: readonly ModelDefinition[] = [
  move,
  payment,
  named('account.payment.term', 'Payment Terms'),
  named('account.tax', 'Tax', { amount: float() }),
];
