import type { Catalog } from '../../../catalog/catalog.ts';
import type { GrantDocument, InterfaceSpec, VersionSpec } from '../../../catalog/documents.ts';
import { resolveReference } from '../../../catalog/referenced-file.ts';
import type { Contract } from '../../../openapi/contract.ts';
import { fieldsById } from '../../../openapi/contract-index.ts';
import { findField } from '../../../openapi/find-field.ts';
import { parseContract } from '../../../openapi/parse-contract.ts';
import { GrantTooLarge, resolveSelection, resolveWritable } from '../../../openapi/resolve-grant.ts';
import { type ContractUse, contractUses } from './contract-uses.ts';
import type { KnownModels } from './known-models.ts';

/** One version of an interface over the compared database, with what its contract stands on. */
export interface GovernedVersion {
  readonly interface: string;
  readonly spec: InterfaceSpec;
  readonly version: VersionSpec;
  readonly contract: Contract;
  readonly grants: readonly GovernedGrant[];
}

export interface GovernedGrant {
  readonly grant: string;
  readonly consumer: string;
  /** Team that answers for the consumer. */
  readonly owner: string | undefined;
  readonly operations: ReadonlySet<string>;
  /** Ids of the fields it reads, writes or filters by. */
  readonly fields: ReadonlySet<string>;
}

/** Every version that is not retired, of the interfaces over these systems. Documents that cannot be read are passed over. */
export function governedVersions(catalog: Catalog, systems: ReadonlySet<string>): GovernedVersion[] {
  const governed: GovernedVersion[] = [];
  for (const [name, { document, source }] of catalog.interfaces) {
    if (!systems.has(document.spec.system)) continue;
    for (const version of document.spec.versions) {
      if (version.lifecycle === 'retired') continue;
      const contract = contractOf(catalog, source.file, version);
      if (contract === undefined) continue;
      const grants = grantsOf(catalog, name, Number(version.version.split('.')[0]), contract);
      governed.push({ interface: name, spec: document.spec, version, contract, grants });
    }
  }
  return governed;
}

/** Uses of all versions, in the names of one database. */
export function usesOf(
  versions: readonly GovernedVersion[],
  known: KnownModels,
): ReadonlyMap<GovernedVersion, ContractUse[]> {
  return new Map(versions.map((version) => [version, contractUses(version.contract, known)]));
}

function contractOf(catalog: Catalog, file: string, { document, overlays = [] }: VersionSpec): Contract | undefined {
  const at = (reference: string) => {
    const resolved = resolveReference(reference, file);
    return 'path' in resolved ? catalog.files.get(resolved.path) : undefined;
  };
  const described = at(document);
  const laid = overlays.map(at);
  if (described === undefined || laid.includes(undefined)) return undefined;
  return parseContract(
    described.content,
    described.source,
    laid.filter((overlay) => overlay !== undefined),
  ).contract;
}

function grantsOf(catalog: Catalog, name: string, major: number, contract: Contract): GovernedGrant[] {
  return [...catalog.grants.values()].flatMap(({ document }) => {
    const { spec, metadata } = document;
    if (spec.interface !== name || spec.major !== major) return [];
    const owner = catalog.consumers.get(spec.consumer)?.document.spec.owner;
    const fields = fieldsOf(document, contract);
    return [{ grant: metadata.name, consumer: spec.consumer, owner, operations: new Set(spec.operations), fields }];
  });
}

function fieldsOf({ spec }: GrantDocument, contract: Contract): ReadonlySet<string> {
  const used = new Set<string>();
  try {
    for (const id of spec.operations) {
      const operation = contract.operations.get(id);
      if (operation === undefined) continue;
      const selection = resolveSelection(contract, operation, spec.read ?? {}, spec.masks ?? {});
      for (const field of selection?.fields ?? []) used.add(field);
      for (const field of resolveWritable(contract, operation, spec.write ?? {})) used.add(field);
    }
  } catch (error) {
    if (!(error instanceof GrantTooLarge)) throw error;
    // What cannot be told apart is taken as used.
    return new Set(fieldsById(contract).keys());
  }
  for (const [schema, terms] of Object.entries(spec.filter ?? {})) {
    for (const [path] of terms.flatMap((term) => ('or' in term ? term.or : [term]))) {
      const shape = contract.shapes.get(schema);
      for (const field of (shape === undefined ? undefined : findField(shape, path).fields) ?? []) used.add(field.id);
    }
  }
  return used;
}
