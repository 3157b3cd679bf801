import { isResolved, resolvePath } from '../access/resolve-path.ts';
import type { DatabaseKnowledge, FieldKnowledge, OdooFieldType } from '../knowledge.ts';
import { isFilledIn, isPlumbing, knownSources } from './known-copies.ts';

/** A field by model and name. */
export interface FieldName {
  readonly model: string;
  readonly field: string;
}

/** How a value comes to be in another field. */
export type CopyReason = 'related' | 'inherited' | 'known' | 'computed';

export interface DirectSource extends FieldName {
  readonly reason: CopyReason;
}

/** The one text for a field. */
export const keyOf = ({ model, field }: FieldName): string => `${model} ${field}`;

type Carrier = 'text' | 'number' | 'time' | 'link' | 'few';

/** What a value of a type holds. `few`: of so few values that one computed from others copies none of them. */
const CARRIERS: Readonly<Record<OdooFieldType, Carrier>> = {
  char: 'text',
  text: 'text',
  html: 'text',
  json: 'text',
  serialized: 'text',
  properties: 'text',
  properties_definition: 'text',
  binary: 'text',
  image: 'text',
  reference: 'link',
  many2one: 'link',
  many2one_reference: 'link',
  one2many: 'few',
  many2many: 'few',
  integer: 'number',
  float: 'number',
  monetary: 'number',
  date: 'time',
  datetime: 'time',
  boolean: 'few',
  selection: 'few',
};

const LONGEST_PATH = 12;
const MOST_SOURCES = 200;

/**
 * The fields whose values a field holds, one step away: what it is related or delegated to, what is known of it, and what
 * it is computed from where the one can hold the other. A text can hold anything but a choice of few; a number numbers, a
 * time times. A sum over several records is no copy of any, unless it has the name of what it sums. Of a path only the
 * end counts; what leads to a model that is not known does not.
 */
export function directSources(knowledge: DatabaseKnowledge, { model, field }: FieldName): readonly DirectSource[] {
  const known = knowledge.models.get(model);
  const own = known?.fields.get(field);
  if (known === undefined || own === undefined || isPlumbing(field)) return [];
  if (own.related !== undefined) return ends(knowledge, model, [own.related], 'related');
  const listed = ends(knowledge, model, knownSources(model, field) ?? [], 'known');
  if (listed.length > 0) return listed;
  if (own.depends.length > 0) return ends(knowledge, model, own.depends, 'computed', own);
  if (own.stored) return [];
  const inherited = Object.entries(known.inherits).flatMap(([parent]) => {
    const has = knowledge.models.get(parent)?.fields.has(field) === true && !isPlumbing(field);
    return has ? [{ model: parent, field, reason: 'inherited' as const }] : [];
  });
  if (inherited.length > 0 || field !== 'display_name') return inherited;
  return ends(knowledge, model, [known.recordName ?? 'name'], 'known');
}

function ends(
  knowledge: DatabaseKnowledge,
  model: string,
  paths: readonly string[],
  reason: CopyReason,
  target?: FieldKnowledge,
): readonly DirectSource[] {
  const found = new Map<string, DirectSource>();
  for (const path of paths.slice(0, MOST_SOURCES)) {
    const names = path.split('.');
    if (names.length > LONGEST_PATH) continue;
    const steps = resolvePath(knowledge, model, names);
    if (!isResolved(steps)) continue;
    const end = steps.at(-1);
    if (end === undefined || isPlumbing(end.field.name)) continue;
    const isSum = steps.slice(0, -1).some(({ field }) => field.type === 'one2many' || field.type === 'many2many');
    if (target !== undefined && !holds(target, end.field, isSum)) continue;
    const source = { model: end.model, field: end.field.name, reason };
    found.set(keyOf(source), source);
  }
  return [...found.values()];
}

function holds(target: FieldKnowledge, source: FieldKnowledge, isSum: boolean): boolean {
  const [into, from] = [CARRIERS[target.type], CARRIERS[source.type]];
  if (into === 'text') return from !== 'few';
  if (into !== from || (into !== 'number' && into !== 'time')) return false;
  return !isSum || target.name === source.name;
}

/** Whether a field has data of its own: it does not merely show others. */
export function isOwnData(knowledge: DatabaseKnowledge, name: FieldName): boolean {
  const own = knowledge.models.get(name.model)?.fields.get(name.field);
  if (own === undefined) return true;
  if (own.related !== undefined) return false;
  const [source] = directSources(knowledge, name);
  return source === undefined || (own.stored && (source.reason === 'computed' || isFilledIn(name.model, name.field)));
}
