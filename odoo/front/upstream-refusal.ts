import { type ProblemCode, problemTitle } from '../../gateway/problems.ts';
import { refusalOf } from '../errors.ts';
import type { TypedOutcome } from '../typed-call.ts';
import { type FaultName, OdooRefusal } from '../wire/fault.ts';
import { faultOf } from './front-faults.ts';

type Failure = Extract<TypedOutcome, { ok: false }>;

/** Classes that clients tell apart where the gateway's own problems do not. */
const OWN_NAME: Readonly<Record<string, FaultName>> = { ValidationError: 'odoo.exceptions.ValidationError' };
const TEXTS: Readonly<Partial<Record<ProblemCode, string>>> = {
  'business-rule': 'A rule of the system of record does not allow this.',
  'record-not-found': 'Record does not exist or has been deleted.',
};

/**
 * What a call that Odoo refused means to the client: Odoo's class where it says something about the client's own request,
 * and a sentence of ours. `effect` says whether the call may have done something.
 */
export function upstreamRefusal(failure: Failure, effect: 'read' | 'change'): OdooRefusal {
  const { code } = refusalOf(failure, effect === 'read');
  const ownName = Object.hasOwn(OWN_NAME, failure.failure) ? OWN_NAME[failure.failure] : undefined;
  const name = (code === 'business-rule' ? ownName : undefined) ?? faultOf(code).name;
  return new OdooRefusal(name, TEXTS[code] ?? problemTitle(code), code);
}
