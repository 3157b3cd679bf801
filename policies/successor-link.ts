import type { VersionPlan } from '../gateway/plan.ts';

const VERSION = /^(\d+)(?:\.\d+){1,2}$/;
const INTERFACE_VERSION = /^([a-z0-9-]{1,63})\/v?(\d+)(?:\.\d+){0,2}$/;

/**
 * Link value for the version that replaces this one (RFC 5829 §3.3, `successor-version`); undefined when none is named.
 * A successor is a version (`2.0`), an interface and version (`orders/2.0`), a path or an address. Throws for anything else.
 */
export function successorLink(place: VersionPlan): string | undefined {
  const { successor } = place.version;
  if (successor === undefined) return undefined;
  const version = VERSION.exec(successor);
  if (version !== null) return link(`/${place.interface.metadata.name}/v${version[1]}`, 'successor-version');
  const other = INTERFACE_VERSION.exec(successor);
  if (other !== null) return link(`/${other[1]}/v${other[2]}`, 'successor-version');
  return link(successor, 'successor-version');
}

/** One Link value (RFC 8288 §3). Throws an Error for what is neither a path nor an http address. */
export function link(target: string, relation: string): string {
  const isPath = target.startsWith('/') && !target.startsWith('//');
  if (!isPath && !/^https?:\/\//.test(target)) {
    throw new Error(`${JSON.stringify(target)} is neither a version nor an address that a Link header could name.`);
  }
  const { href, pathname, search, hash } = new URL(target, 'https://gateway.invalid');
  return `<${isPath ? pathname + search + hash : href}>; rel="${relation}"`;
}
