import type { InterfaceSpec, Lifecycle } from '../../../catalog/documents.ts';
import type { OdooName } from '../../../openapi/contract.ts';
import { nameFor } from '../../odoo-name.ts';
import { compareModels, type ModelChange } from './compare-models.ts';
import type { ContractUse } from './contract-uses.ts';
import { type GovernedVersion, usesOf } from './governed-interfaces.ts';
import { judgeUse } from './judge-use.ts';
import type { KnownModels } from './known-models.ts';

/** What a change means to one version of an interface. */
export interface Impact {
  readonly interface: string;
  readonly version: string;
  readonly lifecycle: Lifecycle;
  readonly owners: InterfaceSpec['owners'];
  readonly breaking: boolean;
  readonly operations: readonly string[];
  /** Ids of contract fields; empty where an operation as a whole is touched. */
  readonly fields: readonly string[];
  readonly grants: readonly { readonly grant: string; readonly consumer: string; readonly owner: string | undefined }[];
  /** What is to be written at the touched places instead, so that the version serves both databases. */
  readonly alias: OdooName | undefined;
}

export interface Finding {
  readonly change: ModelChange;
  readonly breaking: boolean;
  readonly impacts: readonly Impact[];
}

/** Every change between two databases with the interface versions it touches; what breaks something comes first. */
export function findImpacts(versions: readonly GovernedVersion[], old: KnownModels, other: KnownModels): Finding[] {
  const uses = usesOf(versions, old);
  const findings = compareModels(old, other).map((change) => {
    const impacts = versions.flatMap((version) => impactOf(change, version, uses.get(version) ?? [], old, other) ?? []);
    return { change, impacts, breaking: impacts.some(({ breaking }) => breaking) };
  });
  return findings.sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

function impactOf(
  change: ModelChange,
  governed: GovernedVersion,
  uses: readonly ContractUse[],
  old: KnownModels,
  other: KnownModels,
): Impact | undefined {
  const touched =
    change.kind === 'now-required' || change.kind === 'field-new'
      ? createsWithout(change, governed, old, other)
      : uses.flatMap((use) => {
          const judgement = judgeUse(change, use, governed.version, old, other);
          return judgement === undefined ? [] : [{ operation: use.operation.id, field: use.field?.id, ...judgement }];
        });
  if (touched.length === 0) return undefined;
  const operations = [...new Set(touched.map(({ operation }) => operation))].sort();
  const fields = change.kind === 'model-gone' ? [] : [...new Set(touched.flatMap(({ field }) => field ?? []))].sort();
  const isWhole = change.kind === 'model-gone' || touched.some(({ field }) => field === undefined);
  const grants = governed.grants.filter(
    (grant) =>
      operations.some((operation) => grant.operations.has(operation)) &&
      (isWhole || fields.some((field) => grant.fields.has(field))),
  );
  const { spec, version } = governed;
  return {
    interface: governed.interface,
    version: version.version,
    lifecycle: version.lifecycle,
    owners: spec.owners,
    breaking: touched.some(({ breaking }) => breaking),
    operations,
    fields,
    grants: grants.map(({ grant, consumer, owner }) => ({ grant, consumer, owner })),
    alias: touched.find(({ alias }) => alias !== undefined)?.alias,
  };
}

/** Operations that create a record of the model, but cannot say what it must have now. */
function createsWithout(
  change: Extract<ModelChange, { readonly kind: 'now-required' | 'field-new' }>,
  { contract }: GovernedVersion,
  old: KnownModels,
  other: KnownModels,
) {
  if (change.kind === 'field-new' && !change.required) return [];
  return [...contract.operations.values()].flatMap((operation) => {
    const { odoo } = operation.annotation;
    if (odoo?.call !== 'create' || nameFor(odoo.model, old.major) !== change.model) return [];
    const fields = operation.requestBody?.content.shape.fields.values() ?? [];
    const said = [...fields].some(({ annotation, readOnly }) => {
      const place = annotation.odoo === undefined ? null : nameFor(annotation.odoo, other.major);
      return !readOnly && place === change.field;
    });
    // Odoo tells nobody which defaults it has: a new field mostly has one, one that was optional mostly has none.
    return said
      ? []
      : [{ operation: operation.id, field: undefined, breaking: change.kind === 'now-required', alias: undefined }];
  });
}
