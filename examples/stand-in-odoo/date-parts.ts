import type { FieldDefinition } from './model-definition.ts';
import { compareScalars } from './scalar-test.ts';

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  year_number: (date) => date.getUTCFullYear(),
  quarter_number: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  month_number: (date) => date.getUTCMonth() + 1,
  day_of_month: (date) => date.getUTCDate(),
  day_of_week: (date) => date.getUTCDay(),
  hour_number: (date) => date.getUTCHours(),
};

/** Whether a step behind a date names a part of it: `date_order.month_number` (19). */
export function isDatePart(field: FieldDefinition, part: string | undefined): boolean {
  return (field.type === 'date' || field.type === 'datetime') && part !== undefined && Object.hasOwn(PARTS, part);
}

export function compareDatePart(value: unknown, part: string | undefined, operator: string, right: unknown): boolean {
  const of = PARTS[part ?? ''];
  if (typeof value !== 'string' || of === undefined) return false;
  const left = of(asDate(value));
  if (operator === 'in' || operator === 'not in')
    return (Array.isArray(right) && right.includes(left)) === (operator === 'in');
  const order = compareScalars(left, right);
  const tests: Readonly<Record<string, boolean>> = {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  };
  return tests[operator] ?? false;
}

export const asDate = (text: string): Date =>
  new Date(`${text.slice(0, 19).replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`);

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** The group that a date falls into: its first day, the first day of the next, and what it is called. */
export function periodOf(text: string, granularity: string): { from: string; to: string; label: string } {
  const date = asDate(text);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const weekday = (date.getUTCDay() + 6) % 7;
  const bounds: Readonly<Record<string, readonly [number, number]>> = {
    year: [Date.UTC(year, 0), Date.UTC(year + 1, 0)],
    quarter: [Date.UTC(year, month - (month % 3)), Date.UTC(year, month - (month % 3) + 3)],
    month: [Date.UTC(year, month), Date.UTC(year, month + 1)],
    week: [Date.UTC(year, month, day - weekday), Date.UTC(year, month, day - weekday + 7)],
    day: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
    hour: [
      Math.floor(date.getTime() / 3_600_000) * 3_600_000,
      (Math.floor(date.getTime() / 3_600_000) + 1) * 3_600_000,
    ],
  };
  const [start, end] = bounds[granularity] ?? bounds.month ?? [0, 0];
  const labels: Readonly<Record<string, string>> = {
    year: String(year),
    quarter: `Q${Math.floor(month / 3) + 1} ${year}`,
    month: `${MONTHS[month]} ${year}`,
  };
  const shown = (time: number) => {
    const iso = new Date(time).toISOString().replace('T', ' ');
    return text.length > 10 ? iso.slice(0, 19) : iso.slice(0, 10);
  };
  return { from: shown(start), to: shown(end), label: labels[granularity] ?? shown(start) };
}
