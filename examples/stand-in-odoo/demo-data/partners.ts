import type { Data } from '../database.ts';

type Kind = 'customer' | 'supplier' | 'both' | 'archived';
type Line = readonly [id: number, name: string, kind: Kind, city: string, zip: string, country: number];

/** Companies. The archived one was a customer once. */
const COMPANIES: readonly Line[] = [
  [10, 'Harbour Hardware', 'customer', 'Antwerp', '2000', 20],
  [11, 'Delta Building Supplies', 'customer', 'Ghent', '9000', 20],
  [12, 'Polder Garden Centres', 'customer', 'Rotterdam', '3011', 165],
  [13, 'Rhine Workshop Equipment', 'customer', 'Cologne', '50667', 57],
  [14, 'Atelier du Nord', 'customer', 'Lille', '59000', 75],
  [15, 'Canal Street Tools', 'customer', 'Amsterdam', '1012', 165],
  [16, 'Meuse Maintenance', 'customer', 'Liège', '4000', 20],
  [17, 'Coastline Marine Stores', 'customer', 'Ostend', '8400', 20],
  [18, 'Kempen Construction', 'customer', 'Turnhout', '2300', 20],
  [19, 'Alpine Fixings', 'both', 'Munich', '80331', 57],
  [20, 'Brabant Logistics', 'customer', 'Breda', '4811', 165],
  [21, 'Seine Rénovation', 'customer', 'Paris', '75011', 75],
  [30, 'Ardennes Screw Works', 'supplier', 'Namur', '5000', 20],
  [31, 'Bavaria Tool Forge', 'supplier', 'Augsburg', '86150', 57],
  [32, 'Lowlands Packaging', 'supplier', 'Tilburg', '5038', 165],
  [33, 'Safety First Import', 'supplier', 'Lyon', '69001', 75],
  [40, 'Former Ironmongers', 'archived', 'Mechelen', '2800', 20],
  [41, 'Old Quay Trading', 'archived', 'Antwerp', '2030', 20],
];

const CONTACTS = ['Purchasing', 'Accounts payable'] as const;

function company([id, name, kind, city, zip, country]: Line): Record<string, unknown> {
  const slug = name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z]+/g, '-');
  const buys = kind !== 'supplier';
  return {
    id,
    name,
    is_company: true,
    ref: `${buys ? 'C' : 'S'}${String(1000 + id)}`,
    email: `office@${slug}.example`,
    phone: `+32 3 555 0${String(100 + id)}`,
    street: `${id} Trade Street`,
    street2: id % 3 === 0 ? 'Unit B' : false,
    zip,
    city,
    country_id: country,
    state_id: city === 'Antwerp' ? 1 : city === 'Ghent' ? 2 : false,
    lang: country === 75 ? 'fr_BE' : 'en_US',
    user_id: id % 2 === 0 ? 6 : 7,
    category_id: id < 14 ? [1, 3] : id < 22 ? [2] : [],
    active: kind !== 'archived',
    customer_rank: buys ? 3 : 0,
    supplier_rank: kind === 'supplier' || kind === 'both' ? 2 : 0,
    company_id: id % 5 === 0 ? 1 : id === 21 ? 2 : false,
    vat: `BE0477${String(472700 + id)}`,
    credit_limit: id * 1000,
    property_payment_term_id: 2,
    property_product_pricelist: 2,
    comment: `<p>Credit checked. Margin agreed with sales: ${id}%.</p>`,
    write_date: `2026-11-${String(10 + (id % 9)).padStart(2, '0')} 09:${String(id).padStart(2, '0')}:00.${String(id * 1111).padStart(6, '0')}`,
  };
}

function contacts([parent, , kind, city, zip, country]: Line, index: number): Record<string, unknown>[] {
  if (kind === 'archived' || parent > 21) return [];
  return CONTACTS.slice(0, parent % 2 === 0 ? 2 : 1).map((name, place) => ({
    id: 50 + index * 2 + place,
    name,
    is_company: false,
    type: place === 0 ? 'contact' : 'invoice',
    parent_id: parent,
    email: `${name.toLowerCase().replaceAll(' ', '-')}.${parent}@customers.example`,
    phone: `+32 3 556 0${String(100 + parent)}`,
    street: `${parent} Trade Street`,
    zip,
    city,
    country_id: country,
    customer_rank: 1,
    user_id: 6,
    // Imported together: one transaction, one time for all.
    write_date: '2026-11-18 06:30:00.250000',
  }));
}

const OWN = [
  { id: 1, name: 'Lowland Trade Supplies', is_company: true, country_id: 20 },
  { id: 2, name: 'Administrator', email: 'admin@northwind.example', parent_id: 1 },
  { id: 3, name: 'Gateway', email: 'gateway-bot@northwind.example', parent_id: 1 },
  { id: 4, name: 'Inside sales', email: 'inside-sales@northwind.example', parent_id: 1 },
  { id: 5, name: 'Field sales', email: 'field-sales@northwind.example', parent_id: 1 },
];

/** Around forty partners: customers, suppliers, one that is both, archived ones, contacts and our own people. */
export const PARTNERS: Data = {
  'res.partner': [...OWN, ...COMPANIES.map(company), ...COMPANIES.flatMap(contacts)],
  'res.partner.bank': COMPANIES.map(([id]) => ({
    id,
    acc_number: `BE${String(10 + (id % 80))} 5390 0754 ${String(7000 + id)}`,
    partner_id: id,
    currency_id: 1,
  })),
};

/** Ids of the companies that buy. */
export const CUSTOMERS: readonly number[] = COMPANIES.filter(
  ([, , kind]) => kind === 'customer' || kind === 'both',
).map(([id]) => id);
