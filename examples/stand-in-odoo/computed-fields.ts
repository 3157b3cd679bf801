import type { ModelDefinition } from './model-definition.ts';

/** What computing needs of the database. */
interface Records {
  known(model: string): { readonly model: ModelDefinition; readonly rows: ReadonlyMap<number, unknown> };
  value(model: string, id: number, name: string): unknown;
  label(model: string, id: number): string;
}

type Compute = (database: Records, model: string, id: number) => unknown;

const round = (amount: number) => Math.round(amount * 100) / 100;
const number = (value: unknown) => (typeof value === 'number' ? value : 0);

const FUNCTIONS: Readonly<Record<string, Compute>> = {
  displayName: (db, model, id) => {
    if (model === 'res.partner') return completeName(db, id);
    const table = db.known(model);
    const label = db.value(model, id, table.model.label ?? 'name');
    const code = model === 'product.product' ? db.value(model, id, 'default_code') : false;
    const text = label === false ? `${model},${id}` : String(label);
    return code === false ? text : `[${code}] ${text}`;
  },
  completeName: (db, _model, id) => completeName(db, id),
  companyType: (db, model, id) => (db.value(model, id, 'is_company') === true ? 'company' : 'person'),
  commercialPartner: (db, model, id) => {
    const parent = db.value(model, id, 'parent_id');
    if (typeof parent !== 'number' || db.value(model, id, 'is_company') === true) return id;
    return db.value(model, parent, 'commercial_partner_id');
  },
  partnersOfCategory: (db, _model, id) =>
    [...db.known('res.partner').rows.keys()].filter((partner) => {
      const tags = db.value('res.partner', partner, 'category_id');
      return Array.isArray(tags) && tags.includes(id);
    }),
  lineName: (db, model, id) => {
    const product = db.value(model, id, 'product_id');
    return typeof product === 'number' ? db.label('product.product', product) : 'Line';
  },
  lineSubtotal: (db, model, id) => {
    const gross = number(db.value(model, id, 'price_unit')) * number(db.value(model, id, 'product_uom_qty'));
    return round(gross * (1 - number(db.value(model, id, 'discount')) / 100));
  },
  orderTotal: (db, model, id) => {
    const lines = db.value(model, id, 'order_line');
    const subtotals = Array.isArray(lines)
      ? lines.map((line) => db.value('sale.order.line', line, 'price_subtotal'))
      : [];
    return round(subtotals.reduce((sum: number, subtotal) => sum + number(subtotal), 0));
  },
  externalName: (db, model, id) => `${db.value(model, id, 'module')}.${db.value(model, id, 'name')}`,
  externalReference: (db, model, id) => `${db.value(model, id, 'model')},${db.value(model, id, 'res_id')}`,
  lastUpdate: (db, model, id) => db.value(model, id, 'write_date'),
  emptyText: () => '',
};

function completeName(db: Records, id: number): string {
  const name = db.value('res.partner', id, 'name');
  const parent = db.value('res.partner', id, 'parent_id');
  if (typeof parent !== 'number' || db.value('res.partner', id, 'is_company') === true) return String(name);
  return `${db.value('res.partner', parent, 'name')}, ${name}`;
}

/** Value of a computed field. */
export function compute(database: Records, model: string, id: number, name: string): unknown {
  return FUNCTIONS[name]?.(database, model, id) ?? false;
}
