/** How often something happened, and when for the first and the last time (ISO 8601). */
export interface Stretch {
  readonly exchanges: number;
  readonly first: string;
  readonly last: string;
}

/** Several of them as one; undefined for none. */
export function joined(stretches: readonly Stretch[]): Stretch | undefined {
  const times = stretches.flatMap(({ first, last }) => [first, last]).sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { exchanges: stretches.reduce((sum, { exchanges }) => sum + exchanges, 0), first, last };
}
