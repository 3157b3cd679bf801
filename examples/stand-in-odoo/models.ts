import type { ModelDefinition } from './model-definition.ts';
import { ACCOUNTING_MODELS } from './models/accounting.ts';
import { PARTNER_MODELS } from './models/partners.ts';
import { PRODUCT_MODELS } from './models/products.ts';
import { SALES_MODELS } from './models/sales.ts';
import { STOCK_MODELS } from './models/stock.ts';
import { SYSTEM_MODELS } from './models/system.ts';

/** Every model that the stand-in knows, under its Odoo 19 field names. */
export const MODELS: readonly ModelDefinition[] = [
  ...PARTNER_MODELS,
  ...PRODUCT_MODELS,
  ...SALES_MODELS,
  ...ACCOUNTING_MODELS,
  ...STOCK_MODELS,
  ...SYSTEM_MODELS,
];
