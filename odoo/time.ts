const ODOO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Odoo's UTC time without offset (`2026-11-20 16:55:51`) as RFC 3339 with `Z`; undefined for anything else. */
export function fromOdooTime(text: string): string | undefined {
  const match = ODOO_TIME.exec(text);
  return match === null ? undefined : `${match[1]}T${match[2]}Z`;
}

/** An RFC 3339 time with any offset as Odoo's; fractions of a second, which Odoo does not keep, are cut. */
export function toOdooTime(text: string): string | undefined {
  if (!RFC3339.test(text)) return undefined;
  const time = Date.parse(text.toUpperCase());
  const year = new Date(time).getUTCFullYear();
  // Date.parse moves 30 February to March; the day must still be the one that was written.
  if (Number.isNaN(time) || year < 1 || year > 9999 || !isDay(text.slice(0, 10))) return undefined;
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** The second after an Odoo time: the end of the second that it names. */
export function nextSecond(odooTime: string): string {
  const time = Date.parse(`${odooTime.slice(0, 19).replace(' ', 'T')}Z`);
  return new Date(time + 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Whether the text is a day that exists, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!DATE.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
