import type { VersionSpec } from '../../../catalog/documents.ts';
import type { OdooName } from '../../../openapi/contract.ts';
import { keyword } from '../../field-place.ts';
import { nameFor } from '../../odoo-name.ts';
import type { LikelyName, ModelChange } from './compare-models.ts';
import type { ContractUse } from './contract-uses.ts';
import type { KnownField, KnownModel, KnownModels } from './known-models.ts';

/** What a change means to one place of a contract. */
export interface Judgement {
  readonly breaking: boolean;
  /** What to write in the document so that it serves both versions. */
  readonly alias: OdooName | undefined;
}

const HARMLESS: Judgement = { breaking: false, alias: undefined };
/** Types that a contract cannot tell apart. */
const ALIKE = [new Set(['char', 'text']), new Set(['float', 'monetary'])];

/** Whether a contract's place still holds after a change of the field it stands on; undefined: it is not touched. */
export function judgeUse(
  change: ModelChange,
  use: ContractUse,
  version: VersionSpec,
  old: KnownModels,
  other: KnownModels,
): Judgement | undefined {
  if (change.kind === 'model-gone')
    return use.model === change.model ? judgeModel(change.likely, use, old, other) : undefined;
  const step = use.steps.findIndex(({ model, field }) => model === change.model && field === change.field);
  if (step < 0) return undefined;
  const isLast = step === use.steps.length - 1;
  switch (change.kind) {
    case 'field-gone':
      return resolves(use, other)
        ? HARMLESS
        : { breaking: true, alias: fieldAlias(change.likely, use, step, old, other) };
    case 'type-changed':
      return { breaking: !ALIKE.some((set) => set.has(change.from) && set.has(change.to)), alias: undefined };
    case 'relation-changed':
      return { breaking: true, alias: undefined };
    case 'selection-changed':
      return isLast ? { breaking: breaksEnum(change, use, version), alias: undefined } : undefined;
    case 'not-sortable':
      return isLast ? { breaking: sortsBy(use), alias: undefined } : undefined;
    case 'now-readonly':
      return isLast && use.direction === 'write' ? HARMLESS : undefined;
    default:
      return undefined;
  }
}

function judgeModel(likely: LikelyName | undefined, use: ContractUse, old: KnownModels, other: KnownModels): Judgement {
  const now = nameFor(use.modelWritten, other.major);
  if (now === null || other.models.has(now)) return HARMLESS;
  return { breaking: true, alias: aliasOf(use.modelWritten, use.model, likely?.name ?? null, old, other) };
}

/** Whether every step of the path stands in the other database, as far as it is known. */
function resolves(use: ContractUse, other: KnownModels): boolean {
  const path = nameFor(use.written, other.major);
  let model: string | null | undefined = nameFor(use.modelWritten, other.major);
  // The document says that this version does not have it.
  if (path === null || model === null) return true;
  for (const name of path.split('.')) {
    const known: KnownModel | undefined = model === null || model === undefined ? undefined : other.models.get(model);
    const field: KnownField | undefined = known?.fields.get(name);
    if (known !== undefined && field === undefined) return false;
    model = field?.relation;
  }
  return true;
}

function fieldAlias(
  likely: LikelyName | undefined,
  use: ContractUse,
  step: number,
  old: KnownModels,
  other: KnownModels,
): OdooName {
  const names = use.path.split('.');
  const path =
    likely === undefined ? null : names.map((name, index) => (index === step ? likely.name : name)).join('.');
  return aliasOf(use.written, use.path, path, old, other);
}

/** The names that are written there, and the new one from the other version on. */
function aliasOf(
  written: OdooName,
  before: string,
  after: string | null,
  old: KnownModels,
  other: KnownModels,
): OdooName {
  const names = typeof written === 'string' ? { [old.major]: before } : written;
  return { ...names, [other.major]: after };
}

function breaksEnum(
  change: Extract<ModelChange, { readonly kind: 'selection-changed' }>,
  { field }: ContractUse,
  { responseValidation }: VersionSpec,
): boolean {
  const listed = field === undefined ? undefined : keyword(field, 'enum');
  const values: readonly unknown[] | undefined = Array.isArray(listed) ? listed : undefined;
  if (change.removed.some((value) => values === undefined || values.includes(value))) return true;
  const isChecked = responseValidation === 'refuse' || responseValidation === 'drop';
  return isChecked && values !== undefined && change.added.some((value) => !values.includes(value));
}

function sortsBy({ field, operation }: ContractUse): boolean {
  const keys = operation.annotation.odoo?.sort?.split(',').map((key) => key.trim().replace(/^-/, '')) ?? [];
  return field !== undefined && keys.includes(field.name);
}
