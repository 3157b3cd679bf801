import type { Data } from '../database.ts';
import { TEAM } from './company.ts';
import { CUSTOMERS } from './partners.ts';
import { PRODUCT_COUNT, priceOf } from './products.ts';

const STATES = ['sale', 'sale', 'sale', 'draft', 'sent', 'cancel'] as const;
const DELIVERY = ['full', 'partial', 'pending', 'full'] as const;

export interface DemoOrder {
  readonly id: number;
  readonly partner_id: number;
  readonly name: string;
  readonly state: string;
  readonly team_id: number;
}

const day = (index: number) => String(1 + (index % 19)).padStart(2, '0');

/** Sixty orders of all customers from three channels. */
export const ORDERS: readonly (DemoOrder & Record<string, unknown>)[] = Array.from({ length: 60 }, (_, index) => {
  const id = index + 1;
  const partner = CUSTOMERS[index % CUSTOMERS.length] ?? 10;
  const state = STATES[index % STATES.length] ?? 'sale';
  const team = [TEAM.web, TEAM.amazon, TEAM.sales][index % 3] ?? TEAM.sales;
  return {
    id,
    name: `S${String(id).padStart(5, '0')}`,
    state,
    partner_id: partner,
    partner_invoice_id: partner,
    partner_shipping_id: partner,
    date_order: `2026-11-${day(index)} ${String(8 + (index % 9)).padStart(2, '0')}:15:00`,
    client_order_ref:
      team === TEAM.amazon ? `AMZ-${String(700000 + id)}` : index % 4 === 0 ? false : `PO-${String(4400 + id)}`,
    commitment_date: index % 2 === 0 ? `2026-12-${day(index)} 10:00:00` : false,
    team_id: team,
    user_id: 6,
    delivery_status: state === 'sale' ? DELIVERY[index % DELIVERY.length] : false,
    access_token: `portal-token-${id}`,
    note: '<p>Deliver before noon.</p>',
    write_date: `2026-11-${day(index)} 16:00:00.${String(id * 3331).padStart(6, '0')}`,
  };
});

/** Two lines each, at list price, the second with a discount. */
export const SALES: Data = {
  'sale.order': ORDERS,
  'sale.order.line': ORDERS.flatMap(({ id }) =>
    [0, 1].map((place) => {
      const product = 1 + ((id * 7 + place * 13) % PRODUCT_COUNT);
      return {
        id: id * 2 - 1 + place,
        order_id: id,
        product_id: product,
        product_uom_qty: 1 + ((id + place * 3) % 8),
        price_unit: priceOf(product),
        discount: place * 5,
        tax_ids: [1],
      };
    }),
  ),
};
