import type { Exchange } from '../../gateway/exchange.ts';
import { type Refusal, RefusalError, refuse } from '../../gateway/problems.ts';
import type { Send } from '../../gateway/upstream.ts';
import { type GuardRun, noGuardFacts } from '../guard/access.ts';
import { runGuarded } from '../guard/run-guarded.ts';
import type { OdooClient } from '../odoo-client.ts';
import { bindCall } from '../wire/bind-call.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { OdooMessage } from './odoo-message.ts';
import { recordFacts, recordRefused } from './record-facts.ts';
import { upstreamRefusal } from './upstream-refusal.ts';

/** Whole call where the environment says nothing, milliseconds. */
const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Carries out authorized calls of one granted operation as the bot of its system: bound to the method's parameters,
 * guarded, and answered in the client's protocol. Nothing that the client sent goes on as it came, and nothing of Odoo's
 * texts comes back.
 */
export function callSender(client: OdooClient, timeoutMs = DEFAULT_TIMEOUT_MS): Send {
  return async (exchange, deadline = Date.now() + timeoutMs) => {
    const { message } = exchange;
    if (!(message instanceof OdooMessage)) return refuse('internal-error', undefined, { reason: 'no message' });
    try {
      return await perform(exchange, message, client, deadline);
    } catch (error) {
      if (error instanceof RefusalError) return error.refusal;
      if (error instanceof OdooRefusal) return refusalFor(error, exchange, message);
      throw error;
    }
  };
}

async function perform(exchange: Exchange, message: OdooMessage, client: OdooClient, deadline: number) {
  const { access: authorized, rpc } = message;
  if (authorized === undefined || rpc.request.kind !== 'call') throw new Error('a call came without its access');
  const { database, view } = authorized;
  const run = { exchange, deadline };
  const call = bindCall(rpc.request.call, database.major);
  const rule = await view.bindRules((asked) => client.read(asked, run));
  const facts = noGuardFacts();
  const ask: GuardRun['ask'] = async (asked, effect) => {
    const outcome = await client.exact(asked, run, effect);
    if (outcome.ok) return outcome.value;
    // The method has run and was committed; only its answer, None, could not be sent.
    if (outcome.failure === 'CannotMarshalNone') return null;
    throw upstreamRefusal(outcome, effect);
  };
  try {
    return message.reply(await runGuarded(call, { access: view.access, rule, ask, facts }));
  } finally {
    recordFacts(facts, exchange.granted?.version.system.metadata.name ?? '', exchange.facts);
  }
}

function refusalFor(error: OdooRefusal, { facts }: Exchange, message: OdooMessage): Refusal {
  const knowledge = message.access?.view.access.knowledge;
  if (knowledge !== undefined) recordRefused(error.refused, knowledge, facts);
  // Says nothing about the system where it was not even asked.
  return message.refuseAs(error.fault, error.code, facts.upstreamMs === 0 ? { reason: 'not-asked' } : {});
}
