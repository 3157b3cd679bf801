import type { OdooModelsDocument } from '../catalog/documents.ts';
import type { OdooModel, OdooModelField } from '../catalog/odoo-models.ts';
import type { DatabaseKnowledge, FieldKnowledge, ModelKnowledge } from './knowledge.ts';

/** Every record has one, whether the document says so or not. */
const ID: OdooModelField = { type: 'integer' };

const read = new WeakMap<OdooModelsDocument, DatabaseKnowledge>();

/** What a catalog document says of models, with its defaults filled in; the same object for the same document. */
export function readKnowledge(document: OdooModelsDocument): DatabaseKnowledge {
  const known = read.get(document);
  if (known !== undefined) return known;
  const { version, models } = document.spec;
  const knowledge: DatabaseKnowledge = Object.freeze({
    major: version,
    models: new Map(Object.entries(models).map(([name, model]) => [name, modelKnowledge(name, model)])),
  });
  read.set(document, knowledge);
  return knowledge;
}

function modelKnowledge(name: string, model: OdooModel): ModelKnowledge {
  const fields = Object.entries({ id: ID, ...model.fields });
  return Object.freeze({
    name,
    order: model.order,
    recordName: model.recordName,
    searchNames: model.searchNames,
    parent: model.parent,
    inherits: model.inherits ?? NONE,
    fields: new Map(fields.map(([own, field]) => [own, fieldKnowledge(own, field)])),
  });
}

const NONE: Readonly<Record<string, string>> = Object.freeze(Object.create(null));
const NO_PATHS: readonly string[] = Object.freeze([]);

function fieldKnowledge(name: string, field: OdooModelField): FieldKnowledge {
  const stored = field.stored ?? true;
  return Object.freeze({
    name,
    type: field.type,
    relation: field.relation,
    inverse: field.inverse,
    stored,
    sortable: field.sortable ?? stored,
    searchable: field.searchable ?? true,
    related: field.related,
    depends: field.depends ?? NO_PATHS,
    selection: field.selection,
  });
}
