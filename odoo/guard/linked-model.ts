import type { BoundCall } from '../wire/bind-call.ts';
import { type OdooValue, odooObject } from '../wire/value.ts';
import type { DatabaseAccess } from './access.ts';
import { fieldNames } from './guard-fields.ts';
import { namedRecords } from './record-ids.ts';
import { hiddenCall, hiddenField } from './refusals.ts';
import { isSystemModel } from './system-models.ts';

const known = new WeakMap<DatabaseAccess, ReadonlyMap<string, string>>();

/**
 * A model that this consumer sees nothing of but that visible records link to it: clients that browse build a class for
 * each such model before they show its id. Answers a model that links there, by a field that may be read.
 */
export function linkingModel(access: DatabaseAccess, model: string): string | undefined {
  let links = known.get(access);
  if (links === undefined) {
    links = linksOf(access);
    known.set(access, links);
  }
  return links.get(model);
}

function linksOf({ models }: DatabaseAccess): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const [name, { calls, fields }] of models) {
    if (!calls.has('read')) continue;
    for (const { read, knowledge } of fields.values()) {
      const { relation } = knowledge;
      if (read && relation !== undefined && !models.has(relation) && !isSystemModel(relation))
        links.set(relation, name);
    }
  }
  return links;
}

/** What can be asked of a model behind a link: that it has an id. */
const METHODS: Readonly<Record<string, (call: BoundCall) => OdooValue>> = {
  fields_get: ({ args }) => {
    const asked = fieldNames(args.allfields);
    return odooObject(asked.length === 0 || asked.includes('id') ? [['id', ID]] : []);
  },
  default_get: () => odooObject([]),
  // Whether there is such a record is not asked: whoever names an id gets it back.
  read: ({ model, args, ids }) => {
    const hidden = fieldNames(args.fields).find((name) => name !== 'id');
    if (hidden !== undefined) throw hiddenField(model, hidden);
    return namedRecords(ids).ids.flatMap((id) => (id === 0 ? [] : [odooObject([['id', id]])]));
  },
};

const ID = odooObject([
  ['type', 'integer'],
  ['string', 'ID'],
  ['readonly', true],
  ['required', true],
  ['store', true],
  ['searchable', false],
  ['sortable', false],
]);

export function isAskedOfLinked(method: string): boolean {
  return Object.hasOwn(METHODS, method);
}

/** Answers without asking Odoo anything. Throws OdooRefusal. */
export function answerForLinked(call: BoundCall): OdooValue {
  const answer = isAskedOfLinked(call.method) ? METHODS[call.method] : undefined;
  if (answer === undefined) throw hiddenCall(call.model, call.method);
  return answer(call);
}
