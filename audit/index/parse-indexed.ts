import type { DefineEntry, Entry } from '../entry.ts';

/** An entry as the index keeps it; undefined for a definition, and for what is none. */
export function parseIndexed(bytes: Buffer): Exclude<Entry, DefineEntry> | undefined {
  try {
    const entry = JSON.parse(bytes.toString('utf8')) as Entry;
    return entry.type === 'define' ? undefined : entry;
  } catch {
    return undefined;
  }
}
