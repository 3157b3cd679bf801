import type { GapEntry } from '../entry.ts';

/** Canonical JSON (RFC 8785) of a gap that is closed now. */
export function gapEntry(gap: Pick<GapEntry, 'cause' | 'lost' | 'bytes'>): string {
  const { bytes, cause, lost } = gap;
  return JSON.stringify({ bytes, cause, lost, time: new Date().toISOString(), type: 'gap' } satisfies Unset<GapEntry>);
}

type Unset<T> = { readonly [K in keyof T]: T[K] | undefined };
