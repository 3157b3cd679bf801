import type { FieldMetadata } from './field-metadata.ts';
import type { ModelReading } from './model-reading.ts';
import type { DatabaseReading } from './read-models.ts';
import type { Plain } from './yaml-text.ts';

/** The OdooModels document of a reading: all models asked for, and what is known of those they lead to. */
export function modelsDocument(reading: DatabaseReading, system: string, readAt: string): Plain {
  const all = [...reading.models, ...reading.behind].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    apiVersion: 'portcullis/v1',
    kind: 'OdooModels',
    metadata: { name: `${system}-models`, description: `What Odoo ${reading.major} says of its models and fields.` },
    spec: {
      systems: [system],
      version: reading.major,
      readAt,
      models: Object.fromEntries(all.map(([name, model]) => [name, modelEntry(model)])),
    },
  };
}

function modelEntry(model: ModelReading): Plain {
  const { title, order, recordName, searchNames, parent, inherits, fields } = model;
  return {
    ...(title === undefined ? {} : { title }),
    ...(order === undefined ? {} : { order }),
    ...(recordName === undefined ? {} : { recordName }),
    ...(searchNames === undefined || searchNames.length === 0 ? {} : { searchNames }),
    ...(parent === undefined ? {} : { parent }),
    ...(Object.keys(inherits).length === 0 ? {} : { inherits }),
    fields: Object.fromEntries([...fields].map(([name, field]) => [name, fieldEntry(field)])),
  };
}

function fieldEntry(field: FieldMetadata): Plain {
  const { type, relation, inverse, related, depends, selection, stored, sortable, searchable, title, name } = field;
  return {
    type,
    ...(relation === undefined ? {} : { relation }),
    ...(inverse === undefined ? {} : { inverse }),
    ...(title === name ? {} : { title }),
    ...(stored ? {} : { stored }),
    ...(sortable === stored ? {} : { sortable }),
    ...(searchable ? {} : { searchable }),
    ...(field.required ? { required: true } : {}),
    ...(field.readonly ? { readonly: true } : {}),
    ...(field.translated ? { translated: true } : {}),
    ...(field.companyDependent ? { companyDependent: true } : {}),
    ...(related === undefined ? {} : { related }),
    ...(depends.length === 0 ? {} : { depends }),
    ...(selection === undefined ? {} : { selection }),
  };
}
