import type { Data } from '../database.ts';
import type { StandInUser } from '../dispatch.ts';
import { ACCOUNTING, paymentsUpTo17 } from './accounting.ts';
import { COMPANY } from './company.ts';
import { PARTNERS } from './partners.ts';
import { PRODUCTS } from './products.ts';
import { SALES } from './sales.ts';
import { STOCK } from './stock.ts';

/** A distribution company as one Odoo version would hold it. The same each time. */
export function demoData(version: number): Data {
  const data: Data = { ...COMPANY, ...PARTNERS, ...PRODUCTS, ...SALES, ...ACCOUNTING, ...STOCK };
  return version <= 17 ? paymentsUpTo17(data) : data;
}

/** Key of the gateway's bot user, when nothing else is said. It opens nothing but this stand-in. */
export const DEMO_API_KEY = 'stand-in-key-of-the-gateway-bot';
export const DEMO_LOGIN = 'gateway-bot';

/** The bot user of the gateway, with every right but to users and system tables. */
export function demoUsers(apiKey: string = DEMO_API_KEY): readonly StandInUser[] {
  return [
    {
      uid: 8,
      login: DEMO_LOGIN,
      password: `password of ${DEMO_LOGIN}`,
      apiKeys: [apiKey],
      denied: { 'res.users': ['write', 'create', 'unlink'], 'ir.model.data': ['read', 'write', 'create', 'unlink'] },
    },
  ];
}
