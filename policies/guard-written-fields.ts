import type { GrantedOperation } from '../gateway/plan.ts';
import type { GrantPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';
import type { Field, Shape } from '../openapi/contract.ts';
import { isObject } from '../openapi/plain-data.ts';

/** One property of a body that may not be written; `field` is undefined where nothing may be told about it. */
interface Offence {
  readonly path: string;
  readonly field: Field | undefined;
}

interface Walk {
  readonly writable: ReadonlySet<string>;
  readonly written: Set<string>;
  readonly offences: Offence[];
}

const MOST_SHOWN = 20;
const MOST_NAME = 64;
const MOST_PATH = 200;
const UNKNOWN = '(unknown)';

/**
 * Lets a consumer write only what its grant names. A field that it may see, or that has a known owner, is refused
 * by name and with `owned_by`; for any other, hidden and not existing are one and the same answer.
 */
export function guardWrittenFields(): GrantPolicy {
  return {
    name: 'guard-written-fields',
    stage: 'validate',
    prepare(place) {
      const { requestBody } = place.operation;
      if (requestBody === undefined) return undefined;
      const { shape } = requestBody.content;
      const readable = readableIds(place);
      const mayBeTold = (field: Field | undefined): field is Field =>
        field !== undefined && (readable.has(field.id) || field.annotation.systemOfRecord !== undefined);

      return (exchange) => {
        const body = exchange.typed?.body;
        if (body === undefined) return undefined;
        const walk: Walk = { writable: place.writable, written: new Set(), offences: [] };
        visit(body, shape, '', walk);
        exchange.facts.written.push(...walk.written);
        if (walk.offences.length === 0) return undefined;

        const refused = new Set(walk.offences.map(({ field }) => field?.id ?? UNKNOWN));
        exchange.facts.refused.push(...[...refused].slice(0, MOST_SHOWN));
        const fields = [...new Set(walk.offences.map(({ path }) => path))].slice(0, MOST_SHOWN);
        const first = walk.offences[0]?.field;
        if (!mayBeTold(first)) return refuse('field-not-granted', undefined, { members: { fields } });
        const owner = first.annotation.systemOfRecord;
        return refuse('field-not-writable', undefined, {
          members: { fields, ...(owner === undefined ? {} : { owned_by: owner }) },
        });
      };
    },
  };
}

/** Follows the value along the contract; arrays are transparent, and what the contract does not describe is not writable. */
function visit(value: unknown, shape: Shape | undefined, path: string, walk: Walk): void {
  if (walk.offences.length > MOST_SHOWN) return;
  if (Array.isArray(value)) {
    const items = shape?.items ?? shape;
    for (const item of value) {
      if (typeof item === 'object' && item !== null) visit(item, items, path, walk);
    }
    return;
  }
  if (!isObject(value)) return;
  const own = shape?.items !== undefined && shape.fields.size === 0 ? shape.items : shape;
  for (const name of Object.keys(value)) {
    const below = path === '' ? name.slice(0, MOST_NAME) : `${path}.${name.slice(0, MOST_NAME)}`.slice(0, MOST_PATH);
    const field = own?.fields.get(name) ?? own?.entries;
    if (field === undefined || field.readOnly || !walk.writable.has(field.id)) {
      walk.offences.push({ path: below, field });
      continue;
    }
    walk.written.add(field.id);
    visit(value[name], field.shape, below, walk);
  }
}

/** Every field that the grant lets this consumer see, here or in another operation. */
function readableIds(place: GrantedOperation): ReadonlySet<string> {
  const ids = new Set<string>(place.selection?.fields);
  for (const [schema, paths] of Object.entries(place.grant.spec.read ?? {})) {
    for (const path of paths) ids.add(`${schema}.${path}`);
  }
  return ids;
}
