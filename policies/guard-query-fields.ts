import type { GrantPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';
import { recordPlaces } from './record-places.ts';

const MOST_SHOWN = 20;
const MOST_NAME = 64;

/**
 * Lets a client name only fields that it may read, and filter or sort only by fields that it sees as they are: whoever
 * may ask "is it above 10000?" has read the field. Hidden, masked and unknown are one and the same answer.
 */
export function guardQueryFields(): GrantPolicy {
  return {
    name: 'guard-query-fields',
    stage: 'validate',
    prepare(place) {
      if (!place.operation.parameters.some(namesFields)) return undefined;
      const places = recordPlaces(place);
      const { fieldIds } = place.version.contract;
      const roots = recordSchemas(place.selection?.fields ?? []);
      const forRecord = (name: string): string => {
        for (const root of roots) if (fieldIds.has(`${root}.${name}`)) return `${root}.${name}`;
        return '(unknown)';
      };

      return (exchange) => {
        const { typed } = exchange;
        if (typed === undefined) return undefined;
        const refused = new Set<string>();
        for (const name of typed.fields ?? []) if (places.readable(name) === undefined) refused.add(name);
        for (const { field } of typed.sort) if (places.comparable(field) === undefined) refused.add(field);
        for (const [field] of typed.filters) if (places.comparable(field) === undefined) refused.add(field);
        if (refused.size === 0) return undefined;

        const names = [...refused].slice(0, MOST_SHOWN);
        exchange.facts.refused.push(...new Set(names.map(forRecord)));
        const fields = names.map((name) => name.slice(0, MOST_NAME));
        return refuse('field-not-granted', undefined, { members: { fields } });
      };
    },
  };
}

function namesFields({ role }: { readonly role: string }): boolean {
  return role === 'fields' || role === 'sort' || role === 'filter';
}

/** Names of the schemas that the selection speaks of, in order. */
function recordSchemas(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map((id) => id.split('.', 1)[0] ?? ''))];
}
