import type { GrantSpec } from '../catalog/documents.ts';

type Window = NonNullable<GrantSpec['window']>;

const MINUTE_MS = 60_000;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Tells whether a moment (milliseconds since the epoch) lies in a grant's window. A window that ends before it begins
 * runs over midnight and belongs to the day on which it began. Throws an Error for a window that cannot be read.
 */
export function accessWindow(window: Window): (at: number) => boolean {
  const from = minuteOfDay(window.from);
  const to = minuteOfDay(window.to);
  if (from === to) throw new Error('The window begins and ends at the same time, so that it is empty.');
  const days = new Set<string>(window.days ?? DAYS);
  const local = localTime(window.timeZone);

  const isOpen = (at: number): boolean => {
    const { day, minute } = local(at);
    if (from < to) return days.has(DAYS[day] ?? '') && minute >= from && minute < to;
    if (minute >= from) return days.has(DAYS[day] ?? '');
    return minute < to && days.has(DAYS[(day + 6) % 7] ?? '');
  };

  // Intl takes microseconds and the answer holds for a whole minute: zone offsets are whole minutes today.
  let cachedMinute = Number.NaN;
  let cached = false;
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== cachedMinute) {
      cached = isOpen(at);
      cachedMinute = minute;
    }
    return cached;
  };
}

function minuteOfDay(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/.exec(text);
  if (match === null) throw new Error(`The window needs times as HH:MM; it has ${JSON.stringify(text)}.`);
  return match[1] === undefined ? 24 * 60 : Number(match[1]) * 60 + Number(match[2]);
}

function localTime(timeZone: string): (at: number) => { readonly day: number; readonly minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    let day = 0;
    let minute = 0;
    for (const part of format.formatToParts(at)) {
      if (part.type === 'weekday') day = DAYS.indexOf(part.value.slice(0, 3).toLowerCase());
      else if (part.type === 'hour') minute += Number(part.value) * 60;
      else if (part.type === 'minute') minute += Number(part.value);
    }
    return { day, minute };
  };
}
