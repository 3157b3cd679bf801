import type { Cursor } from '../../audit/questions/ask.ts';
import { UsageError } from './command.ts';
import type { Order, Values } from './ledger-order.ts';

export const pageOptions = { limit: { type: 'string' }, after: { type: 'string' } } as const;
export const PAGE_USAGE = '[--limit COUNT] [--after CURSOR]';

const CURSOR = /^([^\s#]{1,500})#(\d{1,13})$/;
const MOST = 1000;

/** Which page of the entries is asked for. */
export function pageOrder({ limit, after }: Values): Pick<Order, 'limit' | 'after'> {
  const count = Number(limit ?? '100');
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new UsageError(`--limit takes a count from 1 to ${MOST}.`);
  if (after === undefined) return { limit: count };
  const [, origin, index] = CURSOR.exec(String(after)) ?? [];
  if (origin === undefined) throw new UsageError('--after takes what the page before named there.');
  return { limit: count, after: { origin, index: Number(index) } };
}

/** How the next page is asked for; nothing where there is none. */
export function moreText(next: Cursor | undefined): string[] {
  return next === undefined ? [] : [`There are more: --after ${next.origin}#${next.index}`];
}
