import type { OdooName } from '../openapi/contract.ts';

/** The name in one major version: that of the newest version not above it. Null where it does not exist there. */
export function nameFor(name: OdooName, major: number): string | null {
  if (typeof name === 'string') return name;
  let best = -1;
  let found: string | null = null;
  for (const [from, value] of Object.entries(name)) {
    const version = Number(from);
    if (version <= major && version > best) {
      best = version;
      found = value;
    }
  }
  return found;
}
