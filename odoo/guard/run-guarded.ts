import { signatureOf } from '../methods.ts';
import type { BoundCall } from '../wire/bind-call.ts';
import type { OdooValue } from '../wire/value.ts';
import type { GuardRun, ModelAccess } from './access.ts';
import { createByName, createRecords, deleteRecords, setActive, updateRecords } from './change-records.ts';
import { checkRights, defaultValues, describeFields, mayAccess } from './describe-model.ts';
import { exportData } from './export-data.ts';
import { formattedReadGroup, readGroup } from './group-records.ts';
import type { Perform } from './guarded-call.ts';
import { answerForLinked, linkingModel } from './linked-model.ts';
import { namesOfRecords, searchByName } from './name-records.ts';
import { countRecords, existingRecords, readById, searchIds, searchRead } from './read-records.ts';
import { namesNone } from './record-ids.ts';
import { hiddenCall } from './refusals.ts';
import { runAction } from './run-action.ts';
import { calledScope } from './scope.ts';
import { isSystemModel } from './system-models.ts';
import { webRead, webSave, webSearchRead } from './web-records.ts';

/** How each method of odoo/methods.ts is carried out. */
const METHODS: Readonly<Record<string, Perform>> = {
  search: searchIds,
  search_count: countRecords,
  search_read: searchRead,
  read: readById,
  exists: existingRecords,
  name_search: searchByName,
  name_get: namesOfRecords,
  fields_get: describeFields,
  default_get: defaultValues,
  has_access: mayAccess,
  check_access_rights: checkRights,
  read_group: readGroup,
  formatted_read_group: formattedReadGroup,
  web_read: webRead,
  web_search_read: webSearchRead,
  web_save: webSave,
  export_data: exportData,
  create: createRecords,
  name_create: createByName,
  write: updateRecords,
  action_archive: setActive(false),
  action_unarchive: setActive(true),
  unlink: deleteRecords,
};

/**
 * Carries out a call of a client within what its grants show: the call is never passed on but rebuilt, and its answer is
 * made of visible values alone. Rejects with OdooRefusal; whatever is hidden or unknown is refused before Odoo is asked, and
 * in the same words.
 */
export async function runGuarded(call: BoundCall, run: GuardRun): Promise<OdooValue> {
  if (linkingModel(run.access, call.model) !== undefined) return answerForLinked(call);
  const access = isSystemModel(call.model) ? undefined : run.access.models.get(call.model);
  const perform = access === undefined ? undefined : permitted(call, access, run.access.knowledge.major);
  if (access === undefined || perform === undefined) throw hiddenCall(call.model, call.method);
  return perform({ run, access, scope: calledScope(run, access), call });
}

function permitted(call: BoundCall, access: ModelAccess, major: number): Perform | undefined {
  if (access.actions.has(call.method)) return runAction;
  const signature = signatureOf(call.method, major);
  const perform = Object.hasOwn(METHODS, call.method) ? METHODS[call.method] : undefined;
  if (signature === undefined || perform === undefined) return undefined;
  const kind = signature.kind === 'save' ? (namesNone(call.ids) ? 'create' : 'update') : signature.kind;
  return access.calls.has(kind) ? perform : undefined;
}
