import { type Refusal, refuse } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';
import { memberOf } from './decode-answer.ts';
import { refusalOf } from './errors.ts';
import { noteRecord, notThere, pathId, showChanged, visibleRow } from './get-record.ts';
import { nameFor } from './odoo-name.ts';
import type { PlaceRun } from './prepared-place.ts';

/** Calls the one method that the document names on a record that the grant's record filter lets be seen. */
export async function runAction(run: PlaceRun): Promise<UpstreamAnswer | Refusal> {
  const { place, exchange } = run;
  const id = pathId(run);
  if (id === undefined) return notThere();
  const method = place.odoo.method === undefined ? null : nameFor(place.odoo.method, place.major);
  if (method === null)
    return refuse('upstream-failed', undefined, { reason: 'no such method in this version of Odoo' });
  if ((await visibleRow(run, id, [])) === undefined) return notThere();

  noteRecord(run, id);
  const call = { model: place.model, method, ids: [id], args: {}, context: place.context };
  const outcome = await place.client.change(call, run);
  if (!outcome.ok && outcome.failure === 'CannotMarshalNone') {
    // The method ran and was committed; only its answer, None, could not be sent. What became of the record is read.
    exchange.facts.notes.push('outcome-read-back');
  } else if (!outcome.ok) return refusalOf(outcome, false);
  else if (memberOf(outcome.value, 'type') === 'ir.actions.act_window' && memberOf(outcome.value, 'target') === 'new') {
    // Odoo opens a dialog (a backorder, say) instead of doing what was asked.
    return refuse('business-rule', 'The system of record asks for a decision that can only be made there.', {
      reason: 'odoo:dialog',
    });
  }
  return showChanged(run, id);
}
