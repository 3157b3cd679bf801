import type { PlaceDefinition } from '../entry.ts';
import { canonicalJson } from './canonical-json.ts';
import { definitionId } from './definition-id.ts';

/** A place that is ready to be referred to: made once per plan, so that an exchange costs no more than its id. */
export interface RecordPlace {
  readonly id: string;
  /** The `define` entry that gives the id to it. */
  readonly entry: string;
}

const MOST_TEXT = 500;
const MOST_APPROVERS = 20;
const MOST_APPROVER = 100;

/** Members that say nothing are left out; long texts are cut, so that it fits one entry. */
export function recordPlace(definition: PlaceDefinition): RecordPlace {
  const members = Object.entries(definition).map(([name, value]) => [name, boundedMember(value)]);
  const place = canonicalJson(Object.fromEntries(members));
  const id = definitionId(place);
  return { id, entry: `{"id":"${id}","place":${place},"type":"define"}` };
}

function boundedMember(value: string | readonly string[] | undefined): string | string[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, MOST_TEXT);
  if (value === undefined || value.length === 0) return undefined;
  return value.slice(0, MOST_APPROVERS).map((one) => one.slice(0, MOST_APPROVER));
}
