import type { Data } from '../database.ts';
import { CUSTOMERS } from './partners.ts';

const KINDS = ['out_invoice', 'out_invoice', 'out_refund', 'in_invoice'] as const;
const PAID = ['not_paid', 'partial', 'in_payment', 'paid', 'not_paid'] as const;
const PREFIX = { out_invoice: 'INV', out_refund: 'RINV', in_invoice: 'BILL' } as const;
const two = (value: number) => String(value).padStart(2, '0');

function entry(index: number): Record<string, unknown> {
  const id = index + 1;
  const kind = KINDS[index % KINDS.length] ?? 'out_invoice';
  const partner = kind === 'in_invoice' ? 30 + (index % 4) : (CUSTOMERS[index % CUSTOMERS.length] ?? 10);
  const draft = index % 9 === 8;
  const total = Math.round((49.9 + index * 123.37) * 100) / 100;
  const paid = draft ? 'not_paid' : (PAID[index % PAID.length] ?? 'not_paid');
  const residual = paid === 'paid' ? 0 : paid === 'partial' ? Math.round(total * 40) / 100 : total;
  const date = `2026-${two(8 + (index % 4))}-${two(1 + (index % 28))}`;
  return {
    id,
    name: draft ? '/' : `${PREFIX[kind]}/2026/${String(id).padStart(5, '0')}`,
    move_type: kind,
    state: draft ? 'draft' : 'posted',
    date,
    partner_id: partner,
    invoice_date: draft ? false : date,
    invoice_date_due: `2026-${two(9 + (index % 4))}-${two(1 + (index % 28))}`,
    invoice_origin: index % 3 === 0 ? `S${String(1 + (index % 60)).padStart(5, '0')}` : false,
    payment_reference: draft ? false : `+++${String(100 + id)}/2026/${String(10000 + id)}+++`,
    amount_total: total,
    amount_residual: residual,
    payment_state: paid,
    partner_bank_id: partner,
    narration: '<p>Internal: approved by finance.</p>',
    access_token: `invoice-token-${id}`,
    write_date: `2026-11-${two(1 + (index % 19))} 18:00:00.${String(id * 777).padStart(6, '0')}`,
  };
}

const PAYMENT_STATES = ['paid', 'in_process', 'draft', 'paid', 'canceled'] as const;

function payment(index: number): Record<string, unknown> {
  const id = index + 1;
  const outbound = index % 4 === 3;
  const partner = outbound ? 30 + (index % 4) : (CUSTOMERS[index % CUSTOMERS.length] ?? 10);
  return {
    id,
    name: `PBNK1/2026/${String(id).padStart(5, '0')}`,
    date: `2026-11-${two(1 + (index % 19))}`,
    amount: Math.round((75.1 + index * 61.73) * 100) / 100,
    payment_type: outbound ? 'outbound' : 'inbound',
    partner_id: partner,
    partner_bank_id: partner,
    state: PAYMENT_STATES[index % PAYMENT_STATES.length],
    company_id: index % 10 === 9 ? 2 : 1,
  };
}

/** Invoices, credit notes and vendor bills, some drafts; payments with the bank accounts of the other side. */
export const ACCOUNTING: Data = {
  'account.move': Array.from({ length: 54 }, (_, index) => entry(index)),
  'account.payment': Array.from({ length: 30 }, (_, index) => payment(index)),
};

const OLD_STATES: Readonly<Record<string, string>> = { paid: 'posted', in_process: 'posted', canceled: 'cancel' };

/** Up to 17 a payment has the states of its journal entry. */
export function paymentsUpTo17(data: Data): Data {
  const payments = data['account.payment'] ?? [];
  return {
    ...data,
    'account.payment': payments.map((row) => ({ ...row, state: OLD_STATES[String(row.state)] ?? row.state })),
  };
}
