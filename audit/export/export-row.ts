import type { AccessEntry, PlaceDefinition } from '../entry.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { type EntryLists, isAccess, type ResolvedEntry } from '../record/entry-reader.ts';

/** One row of an export: an entry with all it refers to, flat. What does not apply is absent. */
export interface ExportRow {
  readonly index: number;
  readonly time: string;
  readonly type: string;
  readonly consumer?: string;
  readonly client?: string;
  readonly grant?: string;
  readonly grantDigest?: string;
  readonly approvers?: readonly string[];
  readonly purpose?: string;
  readonly interface?: string;
  readonly version?: string;
  readonly digest?: string;
  readonly operation?: string;
  readonly method?: string;
  readonly template?: string;
  readonly upstream?: string;
  readonly environment?: string;
  readonly snapshot?: string;
  readonly exchange?: string;
  readonly trace?: string;
  readonly subject?: string;
  readonly decision?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly verdicts?: readonly string[];
  readonly returned?: readonly string[];
  readonly masked?: readonly string[];
  readonly refused?: readonly string[];
  readonly written?: readonly string[];
  readonly ignored?: readonly string[];
  readonly notes?: readonly string[];
  readonly records?: number;
  readonly handles?: readonly string[];
  readonly status?: number;
  readonly bytes?: number;
  readonly ms?: number;
  readonly upstreamMs?: number;
  readonly upstreamStatus?: number;
  /** Canonical JSON of an entry that is no exchange. */
  readonly details?: string;
}

/** Columns of a table: of every entry, then of its place, then of the exchange itself. */
export const ENTRY_COLUMNS = ['index', 'time', 'type'] as const satisfies readonly (keyof ExportRow)[];
export const PLACE_COLUMNS = [
  'consumer',
  'grant',
  'grantDigest',
  'approvers',
  'purpose',
  'interface',
  'version',
  'digest',
  'operation',
  'method',
  'template',
  'upstream',
  'environment',
  'snapshot',
] as const satisfies readonly (keyof ExportRow & keyof PlaceDefinition)[];
export const LIST_COLUMNS = [
  'verdicts',
  'returned',
  'masked',
  'refused',
  'written',
  'ignored',
  'notes',
] as const satisfies readonly (keyof ExportRow & keyof EntryLists)[];
export const OWN_TEXTS = [
  'client',
  'exchange',
  'trace',
  'subject',
  'decision',
  'code',
  'reason',
] as const satisfies readonly (keyof ExportRow & keyof AccessEntry)[];
export const OWN_NUMBERS = [
  'records',
  'status',
  'bytes',
  'ms',
  'upstreamMs',
  'upstreamStatus',
] as const satisfies readonly (keyof ExportRow & keyof AccessEntry)[];
export const COLUMNS = [
  ...ENTRY_COLUMNS,
  ...PLACE_COLUMNS,
  ...OWN_TEXTS,
  ...LIST_COLUMNS,
  ...OWN_NUMBERS,
  'handles',
  'details',
] as const;

/** The row of an entry, from the entry and what it refers to alone: who verifies an export derives it again. */
export function exportRow(resolved: ResolvedEntry): ExportRow {
  const { index, entry, place, lists } = resolved;
  if (!isAccess(entry) || lists === undefined) {
    return { index, time: entry.time, type: entry.type, details: canonicalJson(entry) };
  }
  const { place: _, ...own } = entry;
  // Of a place with several clients the exchange names its own.
  return { ...own, ...place, ...(own.client === undefined ? {} : { client: own.client }), ...lists, index };
}
