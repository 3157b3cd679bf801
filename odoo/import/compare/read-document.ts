import type { OdooModelField, OdooModelsSpec } from '../../../catalog/odoo-models.ts';
import { parseDocuments } from '../../../catalog/parse-source.ts';
import { validateDocument } from '../../../catalog/validate-document.ts';
import type { DatabaseReading } from '../read-models.ts';
import { isWhole, type KnownField, type KnownModel, type KnownModels } from './known-models.ts';

/** Every OdooModels document in the text of a file, in order. What is no sound one is passed over. */
export function knownModelsIn(file: string, text: string): KnownModels[] {
  return parseDocuments(file, text).documents.flatMap(({ content, source }) => {
    if (typeof content !== 'object' || content === null) return [];
    const { document, faults } = validateDocument(content, source);
    return document?.kind === 'OdooModels' && faults.length === 0 ? [knownFromSpec(document.spec)] : [];
  });
}

/** What an OdooModels document of the catalog says. */
export function knownFromSpec({ version, systems, models }: OdooModelsSpec): KnownModels {
  const all = Object.entries(models).map(([name, { title, fields }]): [string, KnownModel] => {
    const known = new Map(Object.entries(fields).map(([field, described]) => [field, knownField(described)]));
    return [name, { title, whole: isWhole(known), fields: known }];
  });
  return { major: version, systems, models: new Map(all) };
}

function knownField(field: OdooModelField): KnownField {
  const stored = field.stored !== false;
  return {
    type: field.type,
    title: field.title,
    relation: field.relation,
    required: field.required === true,
    readonly: field.readonly === true,
    stored,
    sortable: field.sortable ?? stored,
    selection: field.selection,
  };
}

/** What was read just now, in the form of a comparison. */
export function knownFromReading({ major, models, behind }: DatabaseReading): KnownModels {
  const all = [...models, ...behind].map(([name, { title, fields }]) => {
    return [name, { title, whole: models.has(name), fields }] as const;
  });
  return { major, systems: [], models: new Map(all) };
}
