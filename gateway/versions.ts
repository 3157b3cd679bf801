import type { Lifecycle, VersionSpec } from '../catalog/documents.ts';

/** Major number of `1.2` or `1.2.3`; the loader has checked the form. */
export function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

/**
 * Which versions answer: per major, the newest one whose lifecycle is served in the environment. Production serves
 * preview, production and deprecated versions; other environments also those still being made. A major of which only
 * retired versions are left answers 410.
 */
export function chooseServed<V extends { readonly version: VersionSpec }>(
  candidates: readonly V[],
  environment: string,
): V[] {
  const served = new Map<number, V>();
  const newestFirst = [...candidates].sort((a, b) => compareVersions(b.version.version, a.version.version));
  for (const candidate of newestFirst) {
    const major = majorOf(candidate.version.version);
    if (!served.has(major) && isServed(candidate.version.lifecycle, environment)) served.set(major, candidate);
  }
  for (const candidate of newestFirst) {
    const major = majorOf(candidate.version.version);
    if (!served.has(major) && candidate.version.lifecycle === 'retired') served.set(major, candidate);
  }
  return [...served.values()];
}

function isServed(lifecycle: Lifecycle, environment: string): boolean {
  if (lifecycle === 'retired' || lifecycle === 'design') return false;
  if (lifecycle === 'development' || lifecycle === 'testing') return environment !== 'production';
  return true;
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
