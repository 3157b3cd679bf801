import type { Granted } from './landscape.ts';

/** Whether a consumer can call by a grant on a day (ISO date). */
export function isInForce({ grant, consumer }: Pick<Granted, 'grant' | 'consumer'>, today: string): boolean {
  const { until } = grant.spec;
  return consumer.spec.status !== 'disabled' && (until === 'never' || until >= today);
}
