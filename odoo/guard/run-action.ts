import { OdooRefusal } from '../wire/fault.ts';
import { isOdooObject, type OdooValue } from '../wire/value.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { requireWithin } from './ids-within.ts';
import { noteRecords } from './note-facts.ts';
import { namedRecords } from './record-ids.ts';
import { missingRecord, unfitArgument } from './refusals.ts';

/**
 * A business method that the grant names, on records within the rule and with no further arguments. Of its answer only yes,
 * no and nothing leave: what else Odoo says are windows to open, with domains and contexts.
 */
export async function runAction(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  if (Object.keys(call.args).length > 0) throw unfitArgument('the method takes records and nothing else');
  const named = namedRecords(call.ids);
  if (named.ids.length === 0) throw missingRecord();
  await requireWithin(run, scope, named);
  const context = contextOf(guarded, 'action');
  const asked = { model: scope.model, method: call.method, ids: named.distinct, args: {}, context };
  noteRecords(run, scope.model, named.distinct);
  const answer = await run.ask(asked, 'change');
  if (isOdooObject(answer) && answer.type === 'ir.actions.act_window' && answer.target === 'new') {
    throw new OdooRefusal(
      'odoo.exceptions.UserError',
      'The system of record asks for a decision that can only be made there.',
      'business-rule',
    );
  }
  return typeof answer === 'boolean' || answer === null ? answer : true;
}
