import {
  boolean,
  char,
  datetime,
  float,
  type ModelDefinition,
  many2one,
  model,
  named,
  one2many,
  selection,
} from '../model-definition.ts';

const picking = model('stock.picking', 'Transfer', 'priority desc, scheduled_date, id desc', {
  name: char({ readonly: true }),
  state: selection('draft waiting confirmed assigned done cancel', { readonly: true, default: 'draft' }),
  origin: char({ string: 'Source Document' }),
  scheduled_date: datetime(),
  date_done: datetime({ readonly: true }),
  priority: selection('0 1', { default: '0' }),
  picking_type_id: many2one('stock.picking.type', { required: true }),
  picking_type_code: selection('incoming outgoing internal', {
    related: 'picking_type_id.code',
    store: true,
    readonly: true,
  }),
  location_id: many2one('stock.location', { required: true }),
  location_dest_id: many2one('stock.location', { required: true }),
  partner_id: many2one('res.partner'),
  company_id: many2one('res.company', { default: 1 }),
  sale_id: many2one('sale.order'),
  carrier_id: many2one('delivery.carrier'),
  carrier_tracking_ref: char(),
  weight: float({ readonly: true }),
  shipping_weight: float(),
  move_ids: one2many('stock.move', 'picking_id'),
  move_line_ids: one2many('stock.move.line', 'picking_id'),
});

const stockMove = model('stock.move', 'Stock Move', 'id', {
  name: char({ until: 18 }),
  picking_id: many2one('stock.picking'),
  product_id: many2one('product.product', { required: true }),
  product_uom_qty: float(),
  product_uom: many2one('uom.uom', { default: 1 }),
  location_id: many2one('stock.location'),
  location_dest_id: many2one('stock.location'),
  state: selection('draft waiting confirmed partially_available assigned done cancel', { default: 'draft' }),
  move_line_ids: one2many('stock.move.line', 'move_id'),
});

const moveLine = model(
  'stock.move.line',
  'Product Moves',
  'id',
  {
    picking_id: many2one('stock.picking'),
    move_id: many2one('stock.move'),
    product_id: many2one('product.product'),
    product_uom_id: many2one('uom.uom', { default: 1 }),
    quantity: float({ formerly: { 16: 'qty_done' } }),
    picked: boolean({ since: 17 }),
    lot_id: many2one('stock.lot'),
    lot_name: char(),
    location_id: many2one('stock.location', { required: true }),
    location_dest_id: many2one('stock.location', { required: true }),
    state: selection('draft waiting confirmed partially_available assigned done cancel', {
      related: 'move_id.state',
      store: true,
      readonly: true,
    }),
  },
  'id',
);

/** Transfers and places. */
export const STOCK_MODELS: readonly ModelDefinition[] = [
  picking,
  stockMove,
  moveLine,
  named('stock.warehouse', 'Warehouse', {
    code: char({ required: true }),
    company_id: many2one('res.company', { default: 1 }),
  }),
  named('stock.picking.type', 'Picking Type', {
    code: selection('incoming outgoing internal'),
    warehouse_id: many2one('stock.warehouse'),
    company_id: many2one('res.company', { default: 1 }),
  }),
  named('stock.location', 'Inventory Locations', {
    usage: selection('supplier view internal customer inventory transit'),
    location_id: many2one('stock.location'),
  }),
  named('stock.lot', 'Lot/Serial', { product_id: many2one('product.product') }),
];
