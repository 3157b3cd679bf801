import { isSystemModel } from '../../guard/system-models.ts';
import { classifyField, type ProposedClass, stricter } from '../classes/classify-field.ts';
import type { FieldMetadata } from '../field-metadata.ts';
import type { ModelReading } from '../model-reading.ts';
import { type FieldName, fieldNames } from '../names/contract-names.ts';
import type { DatabaseReading } from '../read-models.ts';

/** A field that a contract offers. */
export interface ChosenField {
  readonly field: FieldMetadata;
  readonly name: FieldName;
  readonly proposed: ProposedClass;
  /** many2one: class of the label, which shows the name of another record. */
  readonly label: ProposedClass;
}

/** Why a field stands in no contract. */
export type LeftOutReason = 'binary' | 'secret' | 'structured' | 'system' | 'chatter' | 'screen' | 'unseen';

export const LEFT_OUT_REASONS: Readonly<Record<LeftOutReason, string>> = {
  secret: 'opens something to whoever reads it',
  binary: 'binary fields are not served',
  structured: 'holds parts of other models, which no contract can name one by one',
  system: 'leads to a model of the system, which is never served',
  chatter: 'messages and activities about the record',
  screen: 'serves forms only',
  unseen: 'the user of the import may not see it',
};

export interface ChosenFields {
  readonly fields: readonly ChosenField[];
  /** By reason, in order of names. */
  readonly leftOut: ReadonlyMap<LeftOutReason, readonly string[]>;
}

const STRUCTURED = new Set([
  'json',
  'properties',
  'properties_definition',
  'serialized',
  'reference',
  'many2one_reference',
]);
/** Made up as they are asked for: their ids are texts, which no contract of records can carry. */
const WITHOUT_RECORDS: ReadonlySet<string> = new Set(['account.root']);
const CHATTER = /^(?:message|activity|my_activity|rating|website_message)_|^has_message$/;
const SCREEN =
  /^(?:show|hide)_|^display_(?!name$|type$)|_(?:visible|visibility|placeholder|widget|domain|warning)$|^__last_update$/;

/** Which fields of a model a contract should offer, under which names and classes. */
export function chooseFields(model: ModelReading, reading: DatabaseReading): ChosenFields {
  const leftOut = new Map<LeftOutReason, string[]>();
  const kept: { readonly field: FieldMetadata; readonly proposed: ProposedClass }[] = [];
  for (const field of model.fields.values()) {
    const proposed = classifyField(model.name, field, classOfCopied(model, field, reading));
    const reason = reasonAgainst(model, field, proposed);
    if (reason === undefined) kept.push({ field, proposed });
    else leftOut.set(reason, [...(leftOut.get(reason) ?? []), field.name]);
  }
  const names = fieldNames(
    model.name,
    kept.map(({ field }) => field),
  );
  const fields = kept.flatMap(({ field, proposed }) => {
    const name = field.name === 'id' ? { name: 'id', label: undefined } : names.get(field.name);
    return name === undefined ? [] : [{ field, name, proposed, label: classOfLabel(field, proposed, reading) }];
  });
  return { fields, leftOut };
}

function reasonAgainst(model: ModelReading, field: FieldMetadata, { tags }: ProposedClass): LeftOutReason | undefined {
  const { name, type, relation } = field;
  if (tags.includes('credential')) return 'secret';
  if (type === 'binary' || type === 'image') return 'binary';
  if (STRUCTURED.has(type) || (relation !== undefined && WITHOUT_RECORDS.has(relation))) return 'structured';
  if (CHATTER.test(name)) return 'chatter';
  if (relation !== undefined && relation !== 'res.users' && isSystemModel(relation)) return 'system';
  if (SCREEN.test(name) && !field.stored) return 'screen';
  return model.unseen.has(name) ? 'unseen' : undefined;
}

/** The class of what a related field is a copy of, through every model on its way. */
function classOfCopied(
  model: ModelReading,
  field: FieldMetadata,
  reading: DatabaseReading,
  depth = 0,
): ProposedClass | undefined {
  if (field.related === undefined || depth > 8) return undefined;
  const names = field.related.split('.');
  let at: ModelReading | undefined = model;
  for (const name of names.slice(0, -1)) at = modelCalled(at?.fields.get(name)?.relation, reading);
  const target = at?.fields.get(names.at(-1) ?? '');
  if (at === undefined || target === undefined) return undefined;
  return classifyField(at.name, target, classOfCopied(at, target, reading, depth + 1));
}

function classOfLabel({ relation }: FieldMetadata, own: ProposedClass, reading: DatabaseReading): ProposedClass {
  const behind = modelCalled(relation, reading);
  const named = behind?.fields.get(behind.recordName ?? 'display_name');
  if (behind === undefined || named === undefined) return own;
  const shown = classifyField(behind.name, named);
  // A name that nobody knows the class of stands beside its id: that says as much.
  return shown.by === 'unknown' ? own : stricter(own, shown);
}

function modelCalled(name: string | undefined, { models, behind }: DatabaseReading): ModelReading | undefined {
  return name === undefined ? undefined : (models.get(name) ?? behind.get(name));
}
