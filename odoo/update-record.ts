import { type Refusal, refuse } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';
import { refusalOf } from './errors.ts';
import { noteRecord, notThere, pathId, showChanged, visibleRow } from './get-record.ts';
import type { PlaceRun } from './prepared-place.ts';
import { guardWrite, type Values } from './write-guard.ts';
import { type WrittenValue, writtenValues } from './written-values.ts';

/** Changes one record that the grant's record filter lets be seen, and keeps it there. */
export async function updateRecord(run: PlaceRun): Promise<UpstreamAnswer | Refusal> {
  const { place, exchange } = run;
  const id = pathId(run);
  if (id === undefined) return notThere();
  if (place.request === undefined)
    return refuse('internal-error', undefined, { reason: 'update without a request body' });
  const written = writtenValues(exchange.typed?.body, place.request, place.major, false);
  const once = written.filter(({ place: { field } }) => field.annotation.writeOnce === true);
  const row = await visibleRow(
    run,
    id,
    [],
    once.map(({ path }) => path),
  );
  if (row === undefined) return notThere();

  const values: Values = Object.create(null);
  for (const { path, value } of written) values[path] = value;
  for (const one of once) {
    const stored = storedValue(row[one.path]);
    if (stored === false) continue;
    if (stored !== one.value) return alreadySet(one);
    // Said again, it changes nothing.
    delete values[one.path];
  }
  noteRecord(run, id);
  const refusal = await guardWrite(run, written, values, false);
  if (refusal !== undefined) return refusal;
  if (Object.keys(values).length > 0) {
    const call = { model: place.model, method: 'write', ids: [id], args: { vals: values }, context: place.context };
    const outcome = await place.client.change(call, run);
    if (!outcome.ok) return refusalOf(outcome, false);
  }
  return showChanged(run, id);
}

/** A stored value as it would be written. Empty text counts as nothing. */
function storedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value[0] ?? false;
  return value === '' || value === null || value === undefined ? false : value;
}

function alreadySet({ name }: WrittenValue): Refusal {
  return refuse('already-set', undefined, { members: { fields: [name] } });
}
