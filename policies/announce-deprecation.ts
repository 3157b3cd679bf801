import type { VersionPlan } from '../gateway/plan.ts';
import type { GrantPolicy } from '../gateway/policy.ts';
import { link, successorLink } from './successor-link.ts';

/**
 * Tells with every answer of a deprecated version since when it is (RFC 9745 `Deprecation`), until when it is served
 * (RFC 8594 `Sunset`), what to read about it and what replaces it (`Link`); R-17.
 */
export function announceDeprecation(): GrantPolicy {
  return {
    name: 'announce-deprecation',
    stage: 'inspect',
    prepare(place) {
      const headers = deprecationHeaders(place.version);
      if (headers.length === 0) return undefined;
      return (exchange) => {
        exchange.responseHeaders.push(...headers);
        return undefined;
      };
    },
  };
}

/** Flat name, value list; empty for a version that is not on its way out. Throws an Error for dates that cannot be read. */
export function deprecationHeaders(place: VersionPlan): readonly string[] {
  const { deprecated, sunset, lifecycle, deprecationPolicy } = place.version;
  if (deprecated === undefined && sunset === undefined && lifecycle !== 'deprecated') return [];
  const headers: string[] = [];
  if (deprecated !== undefined) headers.push('deprecation', `@${moment(deprecated) / 1000}`);
  if (sunset !== undefined) headers.push('sunset', new Date(moment(sunset)).toUTCString());
  const links: string[] = [];
  if (deprecationPolicy !== undefined) {
    links.push(link(deprecationPolicy, 'deprecation'));
    if (sunset !== undefined) links.push(link(deprecationPolicy, 'sunset'));
  }
  const successor = successorLink(place);
  if (successor !== undefined) links.push(successor);
  if (links.length > 0) headers.push('link', links.join(', '));
  return headers;
}

function moment(date: string): number {
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T00:00:00Z` : date);
  if (Number.isNaN(at)) throw new Error(`${JSON.stringify(date)} is not a date; write it as 2027-01-31.`);
  return at - (at % 1000);
}
