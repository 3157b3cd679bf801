import { indexBytes } from '../../audit/index/rebuild.ts';
import type { AnsweredLog } from '../../audit/questions/answer.ts';
import { logRanges } from '../../audit/questions/answered-logs.ts';
import type { Database } from '../../storage/database.ts';
import type { ApiRoute } from '../api.ts';

export interface IndexStatus {
  readonly logs: readonly AnsweredLog[];
  /** On the disk. */
  readonly bytes: number;
}

/** How far the index is, and how large. */
export async function indexStatus(index: Database): Promise<IndexStatus> {
  const ranges = await logRanges(index, {});
  return { logs: ranges.map(({ known }) => known), bytes: await indexBytes(index) };
}

/** The same for auditors; it tells of nobody, so it is not on record. */
export function indexStatusRoute(database: () => Promise<Database | undefined>): ApiRoute {
  return {
    method: 'get',
    path: '/audit/index',
    forAuditors: true,
    async handle() {
      const index = await database();
      if (index !== undefined) return { status: 200, body: await indexStatus(index) };
      return { status: 503, body: { error: 'index-away', detail: 'the index is off or not open yet' } };
    },
  };
}
