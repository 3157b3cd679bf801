import { memberOf } from '../decode-answer.ts';
import type { TypedOutcome } from '../typed-call.ts';
import { type FieldMetadata, fieldOfRecord, fieldsIn } from './field-metadata.ts';
import type { LiveDatabase } from './live-database.ts';

/** Titles are taken in English, whatever the language of the user. */
const ENGLISH = { lang: 'en_US' };
const DENIED = new Set(['AccessError', 'AccessDenied', 'Forbidden', 'Http403']);
const MOST_RECORDS = 20_000;

/** The columns of ir.model.fields that all versions have. */
const COLUMNS = [
  ...['model', 'name', 'ttype', 'field_description', 'relation', 'relation_field', 'store', 'related', 'depends'],
  ...['readonly', 'required'],
];

export function isDenied(outcome: TypedOutcome): boolean {
  return !outcome.ok && DENIED.has(outcome.failure);
}

/** `fields_get`, with all attributes; why there is no answer where the model is not there, or not to be read. */
export async function askFields(
  { ask }: LiveDatabase,
  model: string,
  names?: readonly string[],
): Promise<Map<string, FieldMetadata> | 'missing' | 'denied'> {
  const args = names === undefined ? {} : { allfields: names };
  const outcome = await ask({ model, method: 'fields_get', args, context: ENGLISH });
  if (outcome.ok) return fieldsIn(outcome.value);
  return isDenied(outcome) ? 'denied' : 'missing';
}

/** Every field of models, by model, those included that the user may not see; undefined where it may not read that. */
export async function askAllFields(
  { ask }: LiveDatabase,
  models: readonly string[],
  names?: readonly string[],
): Promise<Map<string, Map<string, FieldMetadata>> | undefined> {
  const domain = [['model', 'in', models], ...(names === undefined ? [] : [['name', 'in', names]])];
  const args = { domain, fields: COLUMNS, limit: MOST_RECORDS };
  const outcome = await ask({ model: 'ir.model.fields', method: 'search_read', args, context: ENGLISH });
  if (!outcome.ok) return undefined;
  const found = new Map<string, Map<string, FieldMetadata>>();
  for (const record of recordsIn(outcome)) {
    const read = fieldOfRecord(record);
    if (read === undefined) continue;
    const fields = found.get(read.model) ?? new Map<string, FieldMetadata>();
    found.set(read.model, fields.set(read.field.name, read.field));
  }
  return found;
}

export interface DescribedModel {
  readonly title: string | undefined;
  readonly order: string | undefined;
}

/** Titles and default orders; undefined where the user may not read them. */
export async function askModels(
  { ask }: LiveDatabase,
  models: readonly string[],
): Promise<ReadonlyMap<string, DescribedModel> | undefined> {
  const args = { domain: [['model', 'in', models]], fields: ['model', 'name', 'order'] };
  const outcome = await ask({ model: 'ir.model', method: 'search_read', args, context: ENGLISH });
  if (!outcome.ok) return undefined;
  const described = new Map<string, DescribedModel>();
  for (const record of recordsIn(outcome)) {
    const [model, title, order] = ['model', 'name', 'order'].map((name) => memberOf(record, name));
    if (typeof model !== 'string') continue;
    described.set(model, {
      title: typeof title === 'string' && title !== '' ? title.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 120) : undefined,
      order: typeof order === 'string' && /^[\w\s,.]{1,200}$/.test(order) ? order.trim() : undefined,
    });
  }
  return described;
}

/** Views and wizards are for people: what a call could do is the rest. */
const FOR_PEOPLE = /^action_(?:open|view|share|preview|add_from|show|see|reschedule|get)_?|_wizard$/;
const ACTION = /^(?:action|button)_[a-z0-9_]{1,100}$/;

/** Public methods without arguments that change a record, where the server describes its methods (19 and later). */
export async function askActions({ page }: LiveDatabase, model: string): Promise<readonly string[] | undefined> {
  const methods = memberOf(await page(`/doc-bearer/${model}.json`), 'methods');
  if (typeof methods !== 'object' || methods === null) return undefined;
  return Object.entries(methods)
    .filter(([name, method]) => {
      const parameters = memberOf(method, 'parameters');
      const api = memberOf(method, 'api');
      const takesNothing =
        typeof parameters === 'object' && parameters !== null && Object.keys(parameters).length === 0;
      const onRecords = !Array.isArray(api) || !(api.includes('model') || api.includes('readonly'));
      return ACTION.test(name) && !FOR_PEOPLE.test(name) && takesNothing && onRecords;
    })
    .map(([name]) => name)
    .sort()
    .slice(0, 100);
}

/** The records of an answer of search_read; none where it failed. */
export function recordsIn(outcome: TypedOutcome): readonly unknown[] {
  return outcome.ok && Array.isArray(outcome.value) ? outcome.value : [];
}
