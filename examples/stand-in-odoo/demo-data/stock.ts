import type { Data } from '../database.ts';
import { CARRIER } from './company.ts';
import { ORDERS } from './sales.ts';

const STATES = ['assigned', 'confirmed', 'done', 'assigned', 'done', 'waiting'] as const;
const two = (value: number) => String(value).padStart(2, '0');

interface Transfer {
  readonly id: number;
  readonly warehouse: 1 | 2;
  readonly outgoing: boolean;
  readonly state: string;
}

const TRANSFERS: readonly Transfer[] = Array.from({ length: 48 }, (_, index) => ({
  id: index + 1,
  warehouse: index % 4 === 3 ? 2 : 1,
  outgoing: index % 5 !== 4,
  state: STATES[index % STATES.length] ?? 'assigned',
}));

const stockOf = (warehouse: 1 | 2) => (warehouse === 1 ? 8 : 18);
const source = ({ warehouse, outgoing }: Transfer) => (outgoing ? stockOf(warehouse) : 4);
const target = ({ warehouse, outgoing }: Transfer) => (outgoing ? 5 : stockOf(warehouse));

function picking(transfer: Transfer): Record<string, unknown> {
  const { id, warehouse, outgoing, state } = transfer;
  const order = ORDERS[(id * 3) % ORDERS.length];
  const done = state === 'done';
  const type = outgoing ? (warehouse === 1 ? 2 : 8) : warehouse === 1 ? 1 : 7;
  return {
    id,
    name: `WH${warehouse}/${outgoing ? 'OUT' : 'IN'}/${String(id).padStart(5, '0')}`,
    state,
    origin: outgoing ? order?.name : `P${String(id).padStart(5, '0')}`,
    scheduled_date: `2026-11-${two(20 + (id % 8))} ${two(7 + (id % 10))}:00:00`,
    date_done: done ? `2026-11-${two(1 + (id % 19))} 14:30:00.125000` : false,
    priority: id % 8 === 0 ? '1' : '0',
    picking_type_id: type,
    location_id: source(transfer),
    location_dest_id: target(transfer),
    partner_id: outgoing ? order?.partner_id : 30 + (id % 4),
    sale_id: outgoing ? order?.id : false,
    carrier_id: outgoing ? [CARRIER.parcel, CARRIER.freight, CARRIER.pickup][id % 3] : false,
    carrier_tracking_ref: done && id % 2 === 1 ? `TRK${String(880000 + id)}` : false,
    weight: 1.5 + (id % 7) * 2.25,
    shipping_weight: 1.75 + (id % 7) * 2.25,
    write_date: `2026-11-${two(1 + (id % 19))} 14:30:00.${String(id * 2003).padStart(6, '0')}`,
  };
}

function lines(transfer: Transfer, place: number): { move: Record<string, unknown>; line: Record<string, unknown> } {
  const id = transfer.id * 2 - 1 + place;
  const product = 1 + ((id * 11) % 100);
  const done = transfer.state === 'done';
  const shared = {
    id,
    picking_id: transfer.id,
    product_id: product,
    location_id: source(transfer),
    location_dest_id: target(transfer),
  };
  const state = transfer.state;
  return {
    move: { ...shared, name: `Move ${id}`, product_uom_qty: 1 + (id % 6), state },
    line: {
      ...shared,
      move_id: id,
      quantity: done ? 1 + (id % 6) : 0,
      picked: done,
      lot_id: id % 5 === 0 ? 1 + (id % 10) : false,
      lot_name: id % 5 === 0 ? `LOT-${String(500 + (id % 10))}` : false,
      write_date: `2026-11-15 07:00:00.${String(id * 101).padStart(6, '0')}`,
    },
  };
}

const ALL = TRANSFERS.flatMap((transfer) => [lines(transfer, 0), lines(transfer, 1)]);

/** Transfers of two warehouses in all states, with moves, move lines and lots. */
export const STOCK: Data = {
  'stock.picking': TRANSFERS.map(picking),
  'stock.move': ALL.map(({ move }) => move),
  'stock.move.line': ALL.map(({ line }) => line),
  'stock.lot': Array.from({ length: 10 }, (_, index) => ({
    id: index + 1,
    name: `LOT-${String(500 + index)}`,
    product_id: 1 + index * 5,
  })),
};
