import { parseDocuments } from '../../../catalog/parse-source.ts';
import { memberOf } from '../../decode-answer.ts';
import type { DatabaseReading } from '../read-models.ts';
import { isWhole, type KnownField, type KnownModel, type KnownModels } from './known-models.ts';

/** Every OdooModels document in the text of a file, in order. What is no such document is passed over. */
export function knownModelsIn(file: string, text: string): KnownModels[] {
  const { documents } = parseDocuments(file, text);
  return documents.flatMap(({ content }) => {
    const known = memberOf(content, 'kind') === 'OdooModels' ? knownModels(memberOf(content, 'spec')) : undefined;
    return known === undefined ? [] : [known];
  });
}

function knownModels(spec: unknown): KnownModels | undefined {
  const major = memberOf(spec, 'version');
  const systems = memberOf(spec, 'systems');
  if (typeof major !== 'number' || !Number.isInteger(major)) return undefined;
  const models = entriesOf(memberOf(spec, 'models')).map(([name, model]) => [name, knownModel(model)] as const);
  return {
    major,
    systems: Array.isArray(systems) ? systems.filter((name) => typeof name === 'string') : [],
    models: new Map(models),
  };
}

function knownModel(model: unknown): KnownModel {
  const fields = new Map(
    entriesOf(memberOf(model, 'fields')).map(([name, field]) => [name, knownField(field)] as const),
  );
  return { title: textOf(memberOf(model, 'title')), whole: isWhole(fields), fields };
}

function knownField(field: unknown): KnownField {
  const stored = memberOf(field, 'stored') !== false;
  const sortable = memberOf(field, 'sortable');
  const selection = memberOf(field, 'selection');
  return {
    type: textOf(memberOf(field, 'type')) ?? '',
    title: textOf(memberOf(field, 'title')),
    relation: textOf(memberOf(field, 'relation')),
    required: memberOf(field, 'required') === true,
    readonly: memberOf(field, 'readonly') === true,
    stored,
    sortable: typeof sortable === 'boolean' ? sortable : stored,
    selection: Array.isArray(selection) ? selection.map(String) : undefined,
  };
}

/** What was read just now, in the form of a comparison. */
export function knownFromReading({ major, models, behind }: DatabaseReading): KnownModels {
  const all = [...models, ...behind].map(([name, { title, fields }]) => {
    return [name, { title, whole: models.has(name), fields }] as const;
  });
  return { major, systems: [], models: new Map(all) };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
