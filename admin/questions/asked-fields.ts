import { MOST_NAME } from '../../audit/index/insert-rows.ts';
import { QuestionError } from '../../audit/questions/parse-question.ts';
import type { AskedField } from '../../audit/questions/question.ts';
import { nearestName } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { DeclaredField, Landscape } from '../../lineage/landscape.ts';
import { type Subject, subjectsNamed } from '../../lineage/subject.ts';
import { subjectNames } from '../../lineage/subject-names.ts';
import type { Queries } from '../../storage/database.ts';

/**
 * The fields of contracts that a name stands for: a field itself (`Customer.email`, of one interface with
 * `customer-master:` before it), a canonical name, a place in Odoo (`res.partner.email`), all that stands on a model, or a
 * field that the catalog no longer has and the ledger has seen. Rejects with a QuestionError for a name that means nothing:
 * to a slip of the pen the answer would be that nobody received it.
 */
export async function askedFields(
  landscape: Landscape,
  index: Queries,
  asked: AskedField,
): Promise<readonly AskedField[]> {
  const name = asked.interface === undefined ? asked.field : `${asked.interface}:${asked.field}`;
  const declared = subjectsNamed(landscape, name).flatMap((subject) => fieldsOf(landscape, subject));
  if (declared.length > 0) return distinct(declared);
  if (await isOnRecord(index, asked.field)) return [asked];
  const meant = nearestName(name, subjectNames(landscape, /[:/]/.test(name)));
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  throw new QuestionError(
    `no field is called ${quoted(name)}${hint || ': name one as Schema.path, by its canonical name, or by its place in Odoo'}`,
  );
}

function fieldsOf(landscape: Landscape, subject: Subject): readonly DeclaredField[] {
  if (subject.kind === 'field' || subject.kind === 'canonical') return subject.fields;
  if (subject.kind !== 'place' && subject.kind !== 'model') return [];
  return subject.places.flatMap(({ id }) => [...(landscape.standing.get(id)?.fields ?? [])]);
}

function distinct(declared: readonly DeclaredField[]): AskedField[] {
  const fields = declared.map(({ version, field }) => ({
    interface: version.interface.metadata.name,
    field: field.id,
  }));
  return [...new Map(fields.map((field) => [`${field.interface}:${field.field}`, field])).values()];
}

async function isOnRecord(index: Queries, field: string): Promise<boolean> {
  const rows = await index.query('SELECT FROM audit_index.list_names WHERE name = $1 LIMIT 1', [
    field.slice(0, MOST_NAME),
  ]);
  return rows.length > 0;
}
