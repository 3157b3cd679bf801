import type { Refusal } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';
import { emptyAnswer } from './answer.ts';
import { refusalOf } from './errors.ts';
import { noteRecord, notThere, pathId, visibleRow } from './get-record.ts';
import type { PlaceRun } from './prepared-place.ts';

/** Deletes one record that the grant's record filter lets be seen. */
export async function deleteRecord(run: PlaceRun): Promise<UpstreamAnswer | Refusal> {
  const { place } = run;
  const id = pathId(run);
  if (id === undefined || (await visibleRow(run, id, [])) === undefined) return notThere();
  noteRecord(run, id);
  const call = { model: place.model, method: 'unlink', ids: [id], args: {}, context: place.context };
  const outcome = await place.client.change(call, run);
  if (!outcome.ok) return refusalOf(outcome, false);
  return emptyAnswer(place.status);
}
