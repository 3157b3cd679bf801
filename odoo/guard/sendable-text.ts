/** What PostgreSQL or XML cannot hold. */
const UNSENDABLE = /[[\p{Cc}\p{Cs}\ufffe\uffff]--[\t\n\r]]/v;

/**
 * Whether a text reaches Odoo as it is by every protocol. One that would lose signs on the way, after it was checked, would
 * be another text there.
 */
export function isSendable(text: string): boolean {
  return !UNSENDABLE.test(text);
}
