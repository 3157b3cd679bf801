import { QuestionError } from '../../audit/questions/parse-question.ts';
import type { AskedField } from '../../audit/questions/question.ts';
import { nearestName, suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { DeclaredField, Landscape } from '../../lineage/landscape.ts';
import { type Subject, subjectsNamed } from '../../lineage/subject.ts';
import { subjectNames } from '../../lineage/subject-names.ts';

/** `Schema.path`, as records name fields: also of an interface that the catalog no longer has. */
const RECORDED = /^[A-Z]\w*\.\S+$/;

/**
 * The fields of contracts that a name stands for: a field itself (`Customer.email`, of one interface with
 * `customer-master:` before it), a canonical name, a place in Odoo (`res.partner.email`), or all that stands on a model.
 * Throws a QuestionError for a name that means nothing.
 */
export function askedFields(landscape: Landscape, { interface: of, field: name }: AskedField): readonly AskedField[] {
  const text = of === undefined ? name : `${of}:${name}`;
  const declared = subjectsNamed(landscape, text).flatMap((subject) => fieldsOf(landscape, subject));
  if (declared.length > 0) return distinct(declared);
  if (RECORDED.test(name)) return [of === undefined ? { field: name } : { interface: of, field: name }];
  const names = [...subjectNames(landscape, /[:/]/.test(text))];
  const hint = nearestName(text, names) === undefined ? '.' : suggestion(text, names);
  throw new QuestionError(
    `no field is called ${quoted(text)}${hint} Name one as Schema.path, by its canonical name, or by its place in Odoo`,
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
