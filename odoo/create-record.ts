import { type Refusal, refuse } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';
import { emptyAnswer } from './answer.ts';
import { escapeLike } from './condition.ts';
import { and, type Domain, leaf } from './domain.ts';
import { refusalOf } from './errors.ts';
import { findPlace } from './field-place.ts';
import { noteRecord, showChanged } from './get-record.ts';
import type { PlaceRun } from './prepared-place.ts';
import { recordDomain } from './record-filter.ts';
import { isRecordId } from './typed-call.ts';
import { guardWrite, type Values } from './write-guard.ts';
import { writtenValues } from './written-values.ts';

/** Creates one record: nothing is sent that would lie outside of the grant, or that matches an active record. */
export async function createRecord(run: PlaceRun): Promise<UpstreamAnswer | Refusal> {
  const { place, exchange } = run;
  if (place.request === undefined)
    return refuse('internal-error', undefined, { reason: 'create without a request body' });
  const written = writtenValues(exchange.typed?.body, place.request, place.major, true);
  const values: Values = Object.create(null);
  for (const { path, value } of written) values[path] = value;
  const refusal = (await guardWrite(run, written, values, true)) ?? (await findDuplicate(run, values));
  if (refusal !== undefined) return refusal;

  const call = { model: place.model, method: 'create', args: { vals_list: values }, context: place.context };
  const outcome = await place.client.change(call, run);
  if (!outcome.ok) return refusalOf(outcome, false);
  // JSON-2 answers a list, also for one record; JSON-RPC the id.
  const id = Array.isArray(outcome.value) ? outcome.value[0] : outcome.value;
  if (!isRecordId(id)) {
    exchange.facts.notes.push('created-without-id');
    return emptyAnswer(place.status);
  }
  noteRecord(run, id);
  return showChanged(run, id, place.location === undefined ? [] : ['location', `${place.location}/${id}`]);
}

/** Another active record with equal values in a whole group of fields; its id is told only where the consumer may see it. */
async function findDuplicate(run: PlaceRun, values: Values): Promise<Refusal | undefined> {
  const { client, model, odoo, major, request, schema, context } = run.place;
  for (const group of odoo.unique ?? []) {
    const leaves: Domain[] = [];
    for (const name of group) {
      const path = (findPlace(request ?? schema, name, major) ?? findPlace(schema, name, major))?.path;
      const value = typeof path === 'string' && Object.hasOwn(values, path) ? values[path] : false;
      // Of a record that leaves one of the fields empty there is no duplicate. The names are known to be right.
      if (typeof path !== 'string' || value === false || Array.isArray(value)) break;
      // Texts match whatever their case: two spellings of an address are one address.
      leaves.push(typeof value === 'string' ? leaf(path, '=ilike', escapeLike(value)) : leaf(path, '=', value));
    }
    if (leaves.length < group.length) continue;
    const search = async (domain: Domain) => {
      const args = { domain, offset: 0, limit: 1, order: 'id' };
      const found = await client.read(
        { model, method: 'search', args, context: { ...context, active_test: true } },
        run,
      );
      return Array.isArray(found) && isRecordId(found[0]) ? found[0] : undefined;
    };
    const same = and(...leaves);
    const visible = await search(and(same, await recordDomain(run)));
    if (visible !== undefined) return refuse('duplicate', undefined, { members: { existing: visible } });
    if ((await search(same)) !== undefined) return refuse('duplicate');
  }
  return undefined;
}
