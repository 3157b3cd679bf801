/** A month (UTC) as `2026-11`, and its bounds in milliseconds since the epoch: its first, and the first behind it. */
export interface Month {
  readonly month: string;
  readonly from: number;
  readonly to: number;
}

export const MONTH_FORM = /^\d{4}-(?:0[1-9]|1[0-2])$/;

export function monthAt(time: number): Month {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  const index = date.getUTCMonth();
  const month = date.toISOString().slice(0, 7);
  return { month, from: Date.UTC(year, index), to: Date.UTC(year, index + 1) };
}

/** By its name. */
export function monthNamed(month: string): Month {
  return monthAt(Date.parse(`${month}-01T00:00:00Z`));
}
