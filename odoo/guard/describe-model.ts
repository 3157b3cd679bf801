import { isOdooList, isOdooObject, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { FieldAccess, ModelAccess } from './access.ts';
import { checkedValue } from './checked-value.ts';
import { shown } from './construct-answer.ts';
import { fieldNames } from './guard-fields.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { idsWithin } from './ids-within.ts';
import { noteFields } from './note-facts.ts';
import { withoutForeign } from './read-rows.ts';
import { namedRecords } from './record-ids.ts';
import { hiddenCall, unfitAnswer, unfitArgument } from './refusals.ts';
import { isRelation } from './scope.ts';

/** What may be told of a field: nothing that names another one, a group of users or a rule. */
const ATTRIBUTES: readonly string[] = [
  ...['type', 'string', 'help', 'required', 'readonly', 'relation', 'selection', 'size', 'digits', 'translate', 'trim'],
  ...['store', 'searchable', 'sortable', 'company_dependent', 'name', 'change_default', 'exportable', 'manual'],
];

/**
 * `fields_get`: Odoo's description of visible and writable fields, the others as unknown as those that do not exist. So
 * clients that read whatever is described read what they may.
 */
export async function describeFields(guarded: GuardedCall): Promise<OdooValue> {
  const { run, access, call } = guarded;
  const asked = fieldNames(call.args.allfields);
  const fields = visibleFields(access, asked);
  const attributes = attributesOf(fieldNames(call.args.attributes));
  if (fields.size === 0 || attributes.length === 0) {
    return odooObject([...fields.keys()].map((name): [string, OdooValue] => [name, odooObject([])]));
  }
  const args = { allfields: [...fields.keys()], attributes };
  const context = contextOf(guarded, 'read');
  const answer = await run.ask({ model: call.model, method: 'fields_get', args, context }, 'read');
  if (!isOdooObject(answer)) throw unfitAnswer();
  return odooObject(
    [...fields].flatMap(([name, field]): [string, OdooValue][] => {
      const described = Object.hasOwn(answer, name) ? answer[name] : undefined;
      return isOdooObject(described) ? [[name, description(field, described, attributes)]] : [];
    }),
  );
}

function visibleFields({ fields }: ModelAccess, asked: readonly string[]): ReadonlyMap<string, FieldAccess> {
  const wanted = asked.length === 0 ? [...fields.keys()].sort() : [...new Set(asked)];
  return new Map(
    wanted.flatMap((name): [string, FieldAccess][] => {
      const field = fields.get(name);
      return field !== undefined && (field.read || field.create || field.update) ? [[name, field]] : [];
    }),
  );
}

function attributesOf(asked: readonly string[]): readonly string[] {
  return asked.length === 0 ? ATTRIBUTES : ATTRIBUTES.filter((name) => asked.includes(name));
}

function description(field: FieldAccess, described: OdooObject, attributes: readonly string[]): OdooObject {
  return odooObject(
    attributes.flatMap((name): [string, OdooValue][] => {
      const value = Object.hasOwn(described, name) ? described[name] : undefined;
      if (value === undefined || !isTold(name, value)) return [];
      return [[name, name === 'readonly' && !field.create && !field.update ? true : value]];
    }),
  );
}

function isTold(name: string, value: OdooValue): boolean {
  if (name !== 'selection' && name !== 'digits') return !isOdooObject(value) && !isOdooList(value);
  if (!isOdooList(value)) return false;
  return value.every((one) => (isOdooList(one) ? one.every(isScalar) : isScalar(one)));
}

function isScalar(value: OdooValue): boolean {
  return !isOdooList(value) && !isOdooObject(value);
}

/** `default_get`: what Odoo would set at creation, of fields that the consumer may set and see. */
export async function defaultValues(guarded: GuardedCall): Promise<OdooValue> {
  const { run, access, call } = guarded;
  const asked = fieldNames(call.args.fields);
  const fields = [...visibleFields(access, asked)]
    .map(([, field]) => field)
    .filter(({ read, create, mask, knowledge }) => {
      const isPlain = !isRelation(knowledge) || knowledge.type === 'many2one';
      return read && create && mask === undefined && isPlain;
    });
  if (asked.length === 0 || fields.length === 0) return odooObject([]);
  const args = { fields: fields.map(({ knowledge }) => knowledge.name) };
  const context = contextOf(guarded, 'create');
  const answer = await run.ask({ model: call.model, method: 'default_get', args, context }, 'read');
  if (!isOdooObject(answer)) throw unfitAnswer();
  const given = fields.filter(({ knowledge }) => Object.hasOwn(answer, knowledge.name));
  noteFields(run, given);
  const values = new Map(
    given.map(({ knowledge }) => [knowledge.name, checkedValue(knowledge, answer[knowledge.name])] as const),
  );
  await withoutForeign(run, given, [{ values }]);
  return odooObject(
    given.map((field): [string, OdooValue] => {
      const { name } = field.knowledge;
      return [name, shown(field, values.get(name), 'id')];
    }),
  );
}

const RIGHTS = new Map([
  ['read', 'read'],
  ['create', 'create'],
  ['write', 'update'],
  ['unlink', 'delete'],
] as const);

/** `has_access` (from Odoo 18): whether the grant lets the consumer do it to these records. */
export async function mayAccess({ run, access, scope, call }: GuardedCall): Promise<OdooValue> {
  if (!mayDo(access, call.args.operation)) return false;
  const { distinct, impossible } = namedRecords(call.ids);
  if (impossible) return false;
  return (await idsWithin(run, scope, distinct)).size === distinct.length;
}

/** `check_access_rights` (until Odoo 18): what the grant lets the consumer do, whatever the bot may. */
export async function checkRights({ access, call }: GuardedCall): Promise<OdooValue> {
  const { operation, raise_exception: raises } = call.args;
  if (mayDo(access, operation)) return true;
  if (raises === false || raises === 0) return false;
  throw hiddenCall(call.model, typeof operation === 'string' ? operation : '');
}

function mayDo({ calls }: ModelAccess, operation: OdooValue | undefined): boolean {
  for (const [name, kind] of RIGHTS) if (operation === name) return calls.has(kind);
  throw unfitArgument('operation must be one of read, create, write, unlink');
}
