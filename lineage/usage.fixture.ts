import type { FieldUsage, UsageSource } from '../audit/index/usage.ts';

/** A row of the demo's usage: what the CRM read, as far as nothing else is said. */
export function used(told: Partial<FieldUsage> = {}): FieldUsage {
  return {
    consumer: 'salesforce-crm',
    grant: 'salesforce-crm-customer-master-v1',
    interface: 'customer-master',
    version: '1.2',
    operation: 'listCustomers',
    field: 'Customer.email',
    kind: 'returned',
    exchanges: 10,
    records: 100,
    first: '2026-11-01T08:00:00.000Z',
    last: '2026-11-20T08:00:00.000Z',
    ...told,
  };
}

/** An index that holds these rows. */
export function memoryUsage(rows: readonly FieldUsage[]): UsageSource {
  return {
    usage: (filter) =>
      Promise.resolve(
        rows.filter(
          (row) =>
            (['interface', 'consumer', 'field'] as const).every((key) => [undefined, row[key]].includes(filter[key])) &&
            (filter.from === undefined || row.last >= filter.from) &&
            (filter.to === undefined || row.first < filter.to),
        ),
      ),
  };
}

/** What people did with the demo in November 2026. */
export const DEMO_USAGE: readonly FieldUsage[] = [
  used(),
  used({ operation: 'getCustomer', exchanges: 3, records: 3, last: '2026-11-24T10:00:00.000Z' }),
  used({ field: 'Customer.phone' }),
  used({ field: 'CustomerPage.items' }),
  used({ field: 'Customer.phone', kind: 'written', operation: 'updateCustomer', exchanges: 2, records: 2 }),
  used({ field: 'Customer.creditLimit', kind: 'refused', operation: 'updateCustomer', exchanges: 1, records: 0 }),
  // Of before the version that is served now, and of a grant that is gone.
  used({ field: 'Customer.fax', version: '1.1', exchanges: 4, records: 4 }),
  used({ consumer: 'old-shop', grant: 'old-shop-customer-master-v1', exchanges: 7, records: 70 }),
  used({
    consumer: 'legacy-order-desk',
    grant: 'legacy-order-desk-customer-master-v1',
    operation: 'updateCustomer',
    field: 'Customer.phone',
    kind: 'written',
    exchanges: 5,
    records: 5,
  }),
  ...(['returned', 'masked'] as const).map((kind) =>
    used({
      consumer: 'bank-connect',
      grant: 'bank-connect-payment-status-v1',
      interface: 'payment-status',
      version: '1.0',
      operation: 'listPayments',
      field: 'Payment.bankAccount',
      kind,
    }),
  ),
  used({
    consumer: 'counter-display',
    grant: 'counter-display-product-availability-v1',
    interface: 'product-availability',
    version: '1.4',
    operation: 'listArticles',
    field: 'Article.description',
  }),
];
