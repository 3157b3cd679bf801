import type { Mask } from '../../catalog/documents.ts';
import { strictest } from '../../openapi/granted-places.ts';
import type { CallKind, DatabaseAccess, FieldAccess, ModelAccess } from '../guard/access.ts';
import { isSystemModel } from '../guard/system-models.ts';
import type { DatabaseKnowledge, ModelKnowledge } from '../knowledge.ts';
import { signatureOf } from '../methods.ts';
import type { OdooValue } from '../wire/value.ts';
import { FieldTree, type OpenField, type OpenFields } from './field-tree.ts';
import { fixedContext } from './fixed-context.ts';
import { shownValues, writtenValues } from './granted-values.ts';
import { type GrantedPlace, type OpenedOperation, openedOperation } from './opened-operation.ts';

export interface AccessParts {
  /** A mask as a function on Odoo's values; `fieldId` is the contract field's. */
  readonly maskOf: (mask: Mask, fieldId: string) => (value: OdooValue) => OdooValue;
}

const MOST_RECORDS = 1000;
/** As the schema of grants has it. */
const LARGEST_ANSWER = 10_000;

/**
 * What grants that open the Odoo protocols give one consumer in one database, together. Of limits the tightest holds, of
 * masks the strictest. Fields are readable where a granted `list` or `get` shows them. Throws an Error for what
 * `checkAccess` tells as a fault: grants that contradict each other.
 */
export function databaseAccess(
  places: readonly GrantedPlace[],
  knowledge: DatabaseKnowledge,
  { maskOf }: AccessParts,
): DatabaseAccess {
  const open = places.filter(({ grant }) => grant.spec.odoo !== undefined);
  const models = new Map<string, ModelAccess>();
  for (const [name, operations] of byModel(open, knowledge.major)) {
    const known = knowledge.models.get(name);
    if (known !== undefined && !isSystemModel(name)) {
      models.set(name, modelAccess(known, operations, knowledge, maskOf));
    }
  }
  const settings = [...new Set(open.map(({ grant }) => grant))].map(({ spec }) => spec.odoo ?? {});
  return Object.freeze({
    knowledge,
    models,
    contextKeys: new Set(common(settings.map(({ context = [] }) => context))),
    companies: companiesOf(settings.map(({ companies }) => companies)),
    mostRecords: Math.min(LARGEST_ANSWER, ...settings.map(({ mostRecords = MOST_RECORDS }) => mostRecords)),
    leastGroup: Math.max(1, ...settings.map(({ leastGroup = 1 }) => leastGroup)),
  });
}

/** The operations of grants by the model that they call. */
export function byModel(
  places: readonly GrantedPlace[],
  major: number,
): ReadonlyMap<string, readonly OpenedOperation[]> {
  const operations = places.flatMap((place) => openedOperation(place, major) ?? []);
  return Map.groupBy(operations, ({ model }) => model);
}

function modelAccess(
  known: ModelKnowledge,
  operations: readonly OpenedOperation[],
  knowledge: DatabaseKnowledge,
  maskOf: AccessParts['maskOf'],
): ModelAccess {
  const { major } = knowledge;
  const tree = new FieldTree(knowledge, known.name);
  const calls = new Set<Exclude<CallKind, 'action'>>();
  const actions = new Set<string>();
  for (const operation of operations) {
    const { kind, method } = operation;
    if (kind === 'action') {
      if (method !== undefined && isAction(method, major)) actions.add(method);
      continue;
    }
    calls.add(kind);
    if (kind === 'read') for (const value of shownValues(operation, major)) tree.show(value);
    if (kind === 'create' || kind === 'update') {
      for (const value of writtenValues(operation, major)) tree.write(value, kind);
    }
  }
  const fields = new Map(frozen(tree.fields, known.name, maskOf));
  const id = known.fields.get('id');
  if (id !== undefined) {
    const field = fields.get('id');
    fields.set('id', Object.freeze({ ...(field ?? shutId(known.name, id)), knowledge: id, read: true }));
  }
  return Object.freeze({ knowledge: known, fields, calls, actions, context: fixedContext(operations) });
}

/** A method of the gateway's own table is one of the other kinds, but for what takes nothing but records. */
function isAction(method: string, major: number): boolean {
  const signature = signatureOf(method, major);
  return !method.startsWith('_') && (signature === undefined || isBare(signature));
}

function isBare({ onModel, parameters, kind }: NonNullable<ReturnType<typeof signatureOf>>): boolean {
  return !onModel && parameters.length === 0 && (kind === 'update' || kind === 'delete');
}

function shutId(model: string, knowledge: FieldAccess['knowledge']): FieldAccess {
  return {
    knowledge,
    id: `${model}.id`,
    read: true,
    label: false,
    create: false,
    update: false,
    mask: undefined,
    behind: undefined,
  };
}

function* frozen(
  fields: OpenFields,
  way: string,
  maskOf: AccessParts['maskOf'],
): Iterable<readonly [string, FieldAccess]> {
  for (const [name, field] of fields) {
    const { knowledge, create, update, behind, withheld } = field;
    const read = field.read && !withheld.has('read');
    const id = field.id ?? `${way}.${name}`;
    const inner = new Map(frozen(behind, id, maskOf));
    if (!read && !create && !update && inner.size === 0) continue;
    const access: FieldAccess = {
      knowledge,
      id,
      read,
      label: field.label && read && !withheld.has('label'),
      create,
      update,
      mask: maskFor(field, maskOf),
      behind: inner.size === 0 ? undefined : inner,
    };
    yield [name, Object.freeze(access)];
  }
}

/** Where one field of Odoo is masked under any name that it has in contracts, it is masked. */
function maskFor({ masks }: OpenField, maskOf: AccessParts['maskOf']): FieldAccess['mask'] {
  const mask = strictest([...masks.values()]);
  const named = [...masks].find(([, one]) => one === mask);
  return mask === undefined || named === undefined ? undefined : maskOf(mask, named[0]);
}

function common<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const [first = [], ...others] = lists;
  return first.filter((one) => others.every((other) => other.includes(one)));
}

function companiesOf(lists: readonly (readonly number[] | undefined)[]): readonly number[] | undefined {
  const stated = lists.filter((list) => list !== undefined);
  if (stated.length === 0) return undefined;
  const companies = common(stated);
  // Odoo takes an empty list for all companies of the user.
  if (companies.length === 0) throw new Error('its grants have no company in common');
  return Object.freeze([...companies]);
}
