import { type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import type { ReadValue } from './checked-value.ts';
import { noteRecords, noteValues } from './note-facts.ts';
import type { Row } from './read-rows.ts';
import { unfitAnswer } from './refusals.ts';

/** How many2one values are answered: `[id, label]`, or the id alone. */
export type LinkForm = 'pair' | 'id';

/** Records as `read` answers them, made of asked fields alone. Notes what goes out. Throws OdooRefusal. */
export function constructRecords(
  run: GuardRun,
  model: string,
  fields: readonly FieldAccess[],
  rows: readonly Row[],
  form: LinkForm,
): readonly OdooObject[] {
  noteRecords(
    run,
    model,
    rows.map(({ id }) => id),
  );
  noteValues(run, fields, rows);
  return rows.map(({ id, values }) =>
    odooObject([
      ['id', id],
      ...fields.map((field): [string, OdooValue] => {
        const { name } = field.knowledge;
        return [name, name === 'id' ? id : shown(field, values.get(name), form)];
      }),
    ]),
  );
}

/** A value as it leaves: masked where it must be, without a label that is not granted. */
export function shown(field: FieldAccess, value: ReadValue | undefined, form: LinkForm): OdooValue {
  if (value === undefined) throw unfitAnswer();
  const plain = outward(field, value, form);
  return field.mask === undefined ? plain : field.mask(plain);
}

function outward(field: FieldAccess, value: ReadValue, form: LinkForm): OdooValue {
  if (value.kind === 'plain') return value.value;
  if (value.kind === 'links') return value.ids;
  const { link } = value;
  if (link === undefined) return false;
  return form === 'id' ? link.id : [link.id, field.label ? (link.label ?? unlabelled()) : ''];
}

function unlabelled(): never {
  throw unfitAnswer();
}
