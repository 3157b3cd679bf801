import type { FieldKnowledge } from '../knowledge.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import type { ReadValue } from './checked-value.ts';

/** A record as it goes out. */
interface ShownRow {
  readonly id: number;
  readonly values: ReadonlyMap<string, ReadValue>;
}

/** Notes contract fields whose values go out. */
export function noteFields({ facts }: GuardRun, fields: Iterable<FieldAccess>): void {
  for (const { id, mask, knowledge } of fields) {
    if (id === knowledge.name) continue;
    (mask === undefined ? facts.returned : facts.masked).add(id);
  }
}

/** Notes fields of records that go out, and the records that they show links to. */
export function noteValues(run: GuardRun, fields: Iterable<FieldAccess>, rows: readonly ShownRow[]): void {
  if (rows.length === 0) return;
  const all = [...fields];
  noteFields(run, all);
  for (const { knowledge } of all) {
    for (const { values } of rows) noteLink(run, knowledge, values.get(knowledge.name));
  }
}

/** Notes the record or records that a value of a field leads to. */
function noteLink({ facts }: GuardRun, field: FieldKnowledge, value: ReadValue | undefined): void {
  const { type, relation } = field;
  if (value?.kind === 'links' && relation !== undefined) {
    for (const id of value.ids) facts.shown.addBehind(relation, id);
  } else if (value?.kind === 'link' && relation !== undefined && value.link !== undefined) {
    facts.shown.add(relation, value.link.id);
  } else if (value?.kind === 'plain' && type === 'reference' && typeof value.value === 'string') {
    // It names any model: `res.partner,7`.
    const [, model, id] = /^([a-z0-9_.]+),([1-9]\d{0,9})$/.exec(value.value) ?? [];
    if (model !== undefined) facts.shown.add(model, Number(id));
  }
}

/** Notes records of the called model that go out, or are about to be written. */
export function noteRecords({ facts }: GuardRun, model: string, ids: readonly number[]): void {
  for (const id of ids) facts.shown.add(model, id);
  facts.recordCount += ids.length;
}
