import { canonicalJson } from '../record/canonical-json.ts';
import { isAccess, type ResolvedEntry } from '../record/entry-reader.ts';

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

/** Columns in the order in which a table has them. */
export const COLUMNS = [
  'index',
  'time',
  'type',
  'consumer',
  'client',
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
  'exchange',
  'trace',
  'subject',
  'decision',
  'code',
  'reason',
  'verdicts',
  'returned',
  'masked',
  'refused',
  'written',
  'ignored',
  'notes',
  'records',
  'handles',
  'status',
  'bytes',
  'ms',
  'upstreamMs',
  'upstreamStatus',
  'details',
] as const satisfies readonly (keyof ExportRow)[];

/** Columns that hold numbers; those that hold lists; all others hold texts. */
export const NUMBERS: ReadonlySet<string> = new Set([
  'index',
  'records',
  'status',
  'bytes',
  'ms',
  'upstreamMs',
  'upstreamStatus',
]);

/** The row of an entry, from the entry and what it refers to alone: who verifies an export derives it again. */
export function exportRow(resolved: ResolvedEntry): ExportRow {
  const { index, entry, place, lists } = resolved;
  if (!isAccess(entry) || lists === undefined) {
    return { index, time: entry.time, type: entry.type, details: canonicalJson(entry) };
  }
  const { place: _, ...own } = entry;
  // What the exchange says stands before what its place says.
  return { ...place, ...own, ...lists, index };
}
