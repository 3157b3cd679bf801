import { type Refusal, RefusalError, refuse } from '../gateway/problems.ts';
import type { KeyRing } from '../gateway/secrets.ts';
import type { Send, Upstream, UpstreamAnswer } from '../gateway/upstream.ts';
import { checkGrants } from './check-grants.ts';
import type { ClientPool } from './client-pool.ts';
import { createRecord } from './create-record.ts';
import { CursorSeal } from './cursor.ts';
import { deleteRecord } from './delete-record.ts';
import { getRecord } from './get-record.ts';
import { listRecords } from './list-records.ts';
import { preparePlace } from './prepare-place.ts';
import type { PlaceRun } from './prepared-place.ts';
import { runAction } from './run-action.ts';
import { updateRecord } from './update-record.ts';

export interface OdooUpstreamDependencies {
  readonly clients: ClientPool;
  readonly keys: KeyRing;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const CURSOR_PURPOSE = 'odoo-list-cursor';

const CALLS: Readonly<Record<string, (run: PlaceRun) => Promise<UpstreamAnswer | Refusal>>> = {
  list: listRecords,
  get: getRecord,
  create: createRecord,
  update: updateRecord,
  delete: deleteRecord,
  action: runAction,
};

/**
 * The adapter for systems of type `odoo`: the operations of a version become typed calls by its document's annotations.
 * Only what the grant shows is asked of Odoo, the record filter is part of every call, and nothing of Odoo's own texts
 * comes back. `prepare` throws an Error for what a document asks and Odoo cannot give.
 */
export function odooUpstream({ clients, keys }: OdooUpstreamDependencies): Upstream {
  const seal = new CursorSeal(keys.key(CURSOR_PURPOSE));

  return {
    type: 'odoo',
    prepare(place, catalog) {
      const { environment } = place.version;
      const { client, odoo } = clients.clientOf(environment);
      const prepared = preparePlace(place, odoo, client, seal, catalog);
      const perform = CALLS[prepared.odoo.call];
      if (perform === undefined) throw new Error(`the operation's call ${prepared.odoo.call} is not known.`);
      const timeoutMs = environment.timeoutMs ?? DEFAULT_TIMEOUT_MS;

      const send: Send = async (exchange, deadline = Date.now() + timeoutMs) => {
        if (exchange.typed === undefined)
          return refuse('internal-error', undefined, { reason: 'request was not typed' });
        try {
          return await perform({ place: prepared, exchange, deadline });
        } catch (error) {
          if (error instanceof RefusalError) return error.refusal;
          throw error;
        }
      };
      return send;
    },
    checkTogether: checkGrants,
    async close() {
      clients.clear();
    },
  };
}
