import type { Queries } from '../../storage/database.ts';
import type { PlaceDefinition } from '../entry.ts';

/** What all entries of one shape have in common, spelt out. */
export interface ShapeDetail {
  readonly type: string;
  /** Under what they ran; of approvals only a part of it. */
  readonly place: Partial<PlaceDefinition>;
  readonly client?: string;
  readonly decision?: string;
  readonly code?: string;
  readonly returned: readonly string[];
  readonly masked: readonly string[];
  readonly refused: readonly string[];
  readonly written: readonly string[];
}

interface DetailRow {
  readonly shape: number;
  readonly type: string;
  readonly client: string | null;
  readonly decision: string | null;
  readonly code: string | null;
  readonly definition: string | null;
  readonly returned: readonly string[] | null;
  readonly masked: readonly string[] | null;
  readonly refused: readonly string[] | null;
  readonly written: readonly string[] | null;
}

/** By the number of the shape. */
export async function shapeDetails(
  queries: Queries,
  shapes: readonly number[],
): Promise<ReadonlyMap<number, ShapeDetail>> {
  const rows = await queries.query<DetailRow>(
    `SELECT s.shape, s.type, coalesce(s.client, p.client) AS client, s.decision, s.code, p.definition,
       returned.names AS returned, masked.names AS masked, refused.names AS refused, written.names AS written
     FROM audit_index.shapes s
       LEFT JOIN audit_index.places p USING (place)
       LEFT JOIN audit_index.lists returned ON returned.list = s.returned
       LEFT JOIN audit_index.lists masked ON masked.list = s.masked
       LEFT JOIN audit_index.lists refused ON refused.list = s.refused
       LEFT JOIN audit_index.lists written ON written.list = s.written
     WHERE s.shape = ANY ($1::int[])`,
    [shapes],
  );
  return new Map(rows.map((row) => [row.shape, detailOf(row)]));
}

function detailOf({ type, client, decision, code, definition, ...lists }: DetailRow): ShapeDetail {
  return {
    type,
    place: definition === null ? {} : (JSON.parse(definition) as PlaceDefinition),
    ...(client === null ? {} : { client }),
    ...(decision === null ? {} : { decision }),
    ...(code === null ? {} : { code }),
    returned: lists.returned ?? [],
    masked: lists.masked ?? [],
    refused: lists.refused ?? [],
    written: lists.written ?? [],
  };
}
