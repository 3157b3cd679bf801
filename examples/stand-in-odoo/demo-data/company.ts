import type { Data } from '../database.ts';

const list = (names: readonly string[]) => names.map((name, index) => ({ id: index + 1, name }));

/** Tag that puts a product on the web shop. */
export const WEB_TAG = 1;
export const TEAM = { web: 1, amazon: 2, sales: 3 } as const;
export const CARRIER = { pickup: 1, parcel: 2, freight: 3 } as const;

/** What everything else refers to: countries, units, teams, carriers, two warehouses with their operation types. */
export const COMPANY: Data = {
  'res.company': list(['Lowland Trade Supplies', 'Lowland Trade Supplies Services']),
  'res.currency': [
    { id: 1, name: 'EUR', symbol: '€' },
    { id: 2, name: 'USD', symbol: '$' },
  ],
  'res.country': [
    { id: 20, name: 'Belgium', code: 'BE' },
    { id: 57, name: 'Germany', code: 'DE' },
    { id: 75, name: 'France', code: 'FR' },
    { id: 165, name: 'Netherlands', code: 'NL' },
    { id: 233, name: 'United States', code: 'US' },
  ],
  'res.country.state': [
    { id: 1, name: 'Antwerp', code: 'VAN', country_id: 20 },
    { id: 2, name: 'East Flanders', code: 'VOV', country_id: 20 },
    { id: 3, name: 'California', code: 'CA', country_id: 233 },
  ],
  'res.partner.category': [
    { id: 1, name: 'Wholesale', color: 1, parent_path: '1/' },
    { id: 2, name: 'Retail', color: 2, parent_path: '2/' },
    { id: 3, name: 'Key account', color: 3, parent_id: 1, parent_path: '1/3/' },
  ],
  'res.users': [
    { id: 1, name: 'System', login: '__system__', partner_id: 1 },
    { id: 2, name: 'Administrator', login: 'admin', partner_id: 2 },
    { id: 6, name: 'Inside sales', login: 'inside-sales', partner_id: 4 },
    { id: 7, name: 'Field sales', login: 'field-sales', partner_id: 5 },
    { id: 8, name: 'Gateway', login: 'gateway-bot', partner_id: 3 },
  ],
  'account.payment.term': list(['Immediate payment', '30 days', '60 days end of month']),
  'account.tax': [
    { id: 1, name: '21%', amount: 21 },
    { id: 2, name: '6%', amount: 6 },
  ],
  'product.pricelist': list(['List price', 'Trade price']),
  'product.category': list(['All', 'Fasteners', 'Hand tools', 'Power tools', 'Safety', 'Packaging']),
  'product.tag': list(['channel:web', 'channel:amazon', 'hazardous', 'clearance']),
  'product.supplierinfo': [{ id: 1, name: 'Trade supply', price: 1.05 }],
  'uom.uom': list(['Units', 'Dozens', 'kg', 'Box of 100']),
  'crm.team': list(['Website', 'Amazon', 'Sales']),
  'crm.tag': list(['Tender', 'Repeat']),
  'delivery.carrier': [
    { id: 1, name: 'Customer pickup', delivery_type: 'fixed' },
    { id: 2, name: 'Parcel hub', delivery_type: 'parcel_hub' },
    { id: 3, name: 'Freight by weight', delivery_type: 'base_on_rule' },
  ],
  'stock.warehouse': [
    { id: 1, name: 'Antwerp', code: 'WH1' },
    { id: 2, name: 'Ghent', code: 'WH2' },
  ],
  'stock.location': [
    { id: 4, name: 'Vendors', usage: 'supplier' },
    { id: 5, name: 'Customers', usage: 'customer' },
    { id: 8, name: 'WH1/Stock', usage: 'internal' },
    { id: 9, name: 'WH1/Output', usage: 'internal', location_id: 8 },
    { id: 18, name: 'WH2/Stock', usage: 'internal' },
  ],
  'stock.picking.type': [
    { id: 1, name: 'WH1: Receipts', code: 'incoming', warehouse_id: 1 },
    { id: 2, name: 'WH1: Delivery Orders', code: 'outgoing', warehouse_id: 1 },
    { id: 3, name: 'WH1: Internal Transfers', code: 'internal', warehouse_id: 1 },
    { id: 7, name: 'WH2: Receipts', code: 'incoming', warehouse_id: 2 },
    { id: 8, name: 'WH2: Delivery Orders', code: 'outgoing', warehouse_id: 2 },
  ],
  'ir.model.data': [{ id: 2, module: 'base', name: 'main_company', model: 'res.company', res_id: 1 }],
};
