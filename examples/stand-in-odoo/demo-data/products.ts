import type { Data } from '../database.ts';
import { WEB_TAG } from './company.ts';

const NAMES = [
  [
    'FX',
    2,
    'Hex bolt',
    'Wood screw',
    'Wall plug',
    'Threaded rod',
    'Washer',
    'Lock nut',
    'Nail',
    'Rivet',
    'Eye bolt',
    'Anchor',
  ],
  [
    'HT',
    3,
    'Claw hammer',
    'Screwdriver',
    'Spirit level',
    'Hand saw',
    'Pliers',
    'Tape measure',
    'Chisel',
    'File',
    'Crowbar',
    'Trowel',
  ],
  [
    'PT',
    4,
    'Drill',
    'Jigsaw',
    'Angle grinder',
    'Sander',
    'Router',
    'Heat gun',
    'Planer',
    'Impact driver',
    'Circular saw',
    'Mixer',
  ],
  [
    'SF',
    5,
    'Safety glasses',
    'Ear defenders',
    'Gloves',
    'Helmet',
    'Dust mask',
    'Knee pads',
    'Vest',
    'Boots',
    'Harness',
    'First aid kit',
  ],
  [
    'PK',
    6,
    'Carton',
    'Pallet wrap',
    'Tape',
    'Label roll',
    'Bubble wrap',
    'Strap',
    'Mailer',
    'Void fill',
    'Crate',
    'Marker',
  ],
] as const;

const SIZES = ['small', 'large'] as const;

/** A hundred products in five families. Two of three are on the web shop; stock goes from none to plenty. */
const ROWS = NAMES.flatMap(([family, category, ...names]) =>
  names.flatMap((name) => SIZES.map((size) => ({ family, category, name, size }))),
).map((row, index) => {
  const id = index + 1;
  const cost = Math.round((0.8 + ((id * 37) % 211) * 0.77) * 100) / 100;
  return {
    id,
    name: `${row.name}, ${row.size}`,
    default_code: `${row.family}-${String(1000 + id)}`,
    barcode: `54123456${String(10000 + id)}`,
    list_price: Math.round(cost * 1.4 * 100) / 100,
    standard_price: cost,
    categ_id: row.category,
    uom_id: row.family === 'FX' ? 4 : 1,
    product_tag_ids: id % 3 === 0 ? [] : id % 7 === 0 ? [WEB_TAG, 2] : [WEB_TAG],
    weight: Math.round((0.05 + (id % 11) * 0.35) * 100) / 100,
    sale_ok: id % 19 !== 0,
    active: id % 23 !== 0,
    qty_available: [0, 4, 9, 30, 120][id % 5] ?? 0,
    free_qty: [0, 3, 7, 24, 118][id % 5] ?? 0,
    write_date: `2026-11-${String(1 + (id % 19)).padStart(2, '0')} 12:00:00.${String(id * 997).padStart(6, '0')}`,
  };
});

export const PRODUCT_COUNT = ROWS.length;

/** Price of a product, for order lines. */
export function priceOf(product: number): number {
  return ROWS[product - 1]?.list_price ?? 0;
}

/** Template and variant have the same id: there is one variant each. */
export const PRODUCTS: Data = {
  'product.template': ROWS,
  'product.product': ROWS.map((row) => ({ ...row, product_tmpl_id: row.id })),
};
