import { createHmac } from 'node:crypto';
import { compileMask } from '../gateway/selector/masks.ts';
import type { AccessParts } from '../odoo/access/database-access.ts';
import { OdooFloat, type OdooValue } from '../odoo/wire/value.ts';

/**
 * The masks of one consumer, on values as Odoo has them; the same that select-fields applies to REST answers. What is
 * empty stays empty, and what is no plain value is not shown at all.
 */
export function odooMasks(maskKey: Buffer, consumer: string): AccessParts['maskOf'] {
  const hashKey = consumerHashKey(maskKey, consumer);
  return (mask, fieldId) => {
    const apply = compileMask(mask, fieldId, { hashKey });
    const masked = (text: string, type: 'string' | 'number' | 'boolean'): OdooValue => {
      const shown: unknown = JSON.parse(apply(text, type));
      return typeof shown === 'string' || typeof shown === 'number' ? shown : false;
    };
    return (value) => {
      if (value instanceof OdooFloat) return masked(value.text, 'number');
      if (typeof value === 'string') return value === '' ? '' : masked(value, 'string');
      if (typeof value === 'number' || typeof value === 'bigint') return masked(String(value), 'number');
      return value === true ? masked('true', 'boolean') : false;
    };
  };
}

/** Every consumer has a hash key of its own, so that two of them cannot compare what they were shown. */
export function consumerHashKey(maskKey: Buffer, consumer: string): Buffer {
  return createHmac('sha256', maskKey).update(`consumer/${consumer}`).digest();
}
