import type { Catalog, ReferencedFile, Sourced } from '../catalog/catalog.ts';
import type { ConsumerDocument, InterfaceDocument, Lifecycle, VersionSpec } from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';
import { quoted } from '../catalog/quoted.ts';
import type { Contract } from '../openapi/contract.ts';
import { fieldsById } from '../openapi/contract-index.ts';
import { checkGrant } from '../openapi/grant-rules.ts';
import type { ParsedContract } from '../openapi/parse-contract.ts';
import { buildRouter, pathParameterNames } from './build-router.ts';
import { compileFront } from './compile-front.ts';
import { type GrantDependencies, grantOperation } from './compile-grant.ts';
import type { ContractCache } from './contract-cache.ts';
import type { FrontMaker } from './front.ts';
import { ImpossibleGrants } from './impossible-grants.ts';
import type { GrantedOperation, OperationPlan, Snapshot, VersionPlan } from './plan.ts';
import { STAGES } from './policy.ts';
import { prepareEntry } from './prepare-steps.ts';
import { unroutedOperation, unroutedVersion } from './unrouted.ts';
import { versionLines } from './version-lines.ts';
import { chooseServed, majorOf } from './versions.ts';

export type { GrantedPlace } from './compile-grant.ts';

export interface CompileDependencies extends GrantDependencies {
  readonly environment: string;
  readonly contracts: ContractCache;
  /** A protocol of its own that grants may open. */
  readonly front?: FrontMaker;
}

export interface Compiled {
  /** Undefined when any fault is an error: a faulty catalog never runs, not even in part. */
  readonly snapshot: Snapshot | undefined;
  readonly faults: readonly Fault[];
}

interface Loaded {
  readonly entry: Sourced<InterfaceDocument>;
  readonly version: VersionSpec;
  readonly contract: Contract;
  readonly locate: ParsedContract['locate'];
}

/** Turns a catalog into everything that runs: all slow work and all configuration errors happen here, none per request. */
export function compileCatalog(catalog: Catalog, dependencies: CompileDependencies): Compiled {
  const faults: Fault[] = [];
  const loaded = loadContracts(catalog, dependencies.contracts, faults);
  checkGrants(catalog, loaded, faults);
  if (faults.some((fault) => fault.severity === 'error')) return { snapshot: undefined, faults };

  const clients = indexClients(catalog, dependencies.environment);
  const versions: VersionPlan[] = [];
  const operations: OperationPlan[] = [];
  const locators = new Map<VersionPlan, ParsedContract['locate']>();
  for (const entry of catalog.interfaces.values()) {
    const own = loaded.filter((candidate) => candidate.entry === entry);
    for (const served of chooseServed(own, dependencies.environment)) {
      const version = versionPlan(catalog, entry, served, dependencies.environment);
      if (version === undefined) continue;
      versions.push(version);
      locators.set(version, served.locate);
      if (served.version.lifecycle === 'retired') continue;
      operations.push(...compileVersion(catalog, version, served.locate, dependencies, faults));
    }
  }
  faults.push(...checkTogether(catalog, operations, dependencies));
  if (faults.some((fault) => fault.severity === 'error')) return { snapshot: undefined, faults };
  const front = compileFront(catalog, { operations, clients, locators }, dependencies, faults);
  if (faults.some((fault) => fault.severity === 'error')) return { snapshot: undefined, faults };
  const snapshot: Snapshot = Object.freeze({
    id: catalog.id,
    environment: dependencies.environment,
    catalog,
    router: buildRouter(versions, operations),
    versions,
    operations,
    unrouted: compileUnrouted(catalog, dependencies),
    front,
    clients,
  });
  return { snapshot, faults };
}

function loadContracts(catalog: Catalog, contracts: ContractCache, faults: Fault[]): Loaded[] {
  const loaded: Loaded[] = [];
  for (const entry of catalog.interfaces.values()) {
    for (const version of entry.document.spec.versions) {
      const document = referenced(catalog, entry, version.document);
      if (document === undefined) continue;
      const overlays = (version.overlays ?? []).flatMap((path) => referenced(catalog, entry, path) ?? []);
      const read = contracts.read(document, overlays);
      faults.push(...read.faults);
      if (read.contract !== undefined) loaded.push({ entry, version, contract: read.contract, locate: read.locate });
    }
  }
  return loaded;
}

/** Paths in an Interface are relative to its own file; the loader has already refused those that leave the folder. */
function referenced(catalog: Catalog, entry: Sourced<InterfaceDocument>, path: string): ReferencedFile | undefined {
  const resolved = new URL(path, `file:///${entry.source.file}`).pathname.slice(1);
  return catalog.files.get(decodeURIComponent(resolved));
}

function checkGrants(catalog: Catalog, loaded: readonly Loaded[], faults: Fault[]): void {
  for (const grant of catalog.grants.values()) {
    const { spec } = grant.document;
    const entry = catalog.interfaces.get(spec.interface);
    if (entry === undefined) continue;
    const candidates = entry.document.spec.versions
      .filter(({ version, lifecycle }) => majorOf(version) === spec.major && isGrantable(lifecycle))
      .map((version) => ({ version }));
    // The version that answers this consumer decides; where none does yet, the newest that ever could.
    const environment = catalog.consumers.get(spec.consumer)?.document.spec.environment ?? '';
    const served = chooseServed(candidates, environment)[0] ?? chooseServed(candidates, '')[0];
    if (served === undefined) {
      faults.push({
        code: 'version-not-grantable',
        message: `${quoted(spec.interface)} has no version of major ${spec.major} that could be granted, only ones in design or retired; grant another major, or move one on in its lifecycle`,
        place: grant.source.locate('/spec/major'),
        severity: 'error',
      });
      continue;
    }
    const contract = loaded.find((one) => one.entry === entry && one.version === served.version)?.contract;
    // What its document could not say cannot be held against a grant: the document has its own fault.
    if (contract === undefined) continue;
    const type = catalog.systems.get(entry.document.spec.system)?.document.spec.type ?? 'odoo';
    faults.push(...checkGrant(grant, contract, type));
  }
}

function isGrantable(lifecycle: Lifecycle): boolean {
  return lifecycle !== 'retired' && lifecycle !== 'design';
}

function indexClients(catalog: Catalog, environment: string): Map<string, ConsumerDocument> {
  const clients = new Map<string, ConsumerDocument>();
  for (const { document } of catalog.consumers.values()) {
    if (document.spec.environment !== environment) continue;
    for (const client of document.spec.clients) clients.set(`${client.issuer ?? ''} ${client.id}`, document);
  }
  return clients;
}

function versionPlan(
  catalog: Catalog,
  entry: Sourced<InterfaceDocument>,
  served: Loaded,
  environmentName: string,
): VersionPlan | undefined {
  const system = catalog.systems.get(entry.document.spec.system)?.document;
  const environment = system?.spec.environments[environmentName];
  // An interface whose system has no address here is not served here: that is how environments differ.
  if (system === undefined || environment === undefined) return undefined;
  const { name } = entry.document.metadata;
  const major = majorOf(served.version.version);
  const label = `${name}/${served.version.version} ${served.contract.digest}`;
  return {
    interface: entry.document,
    version: served.version,
    major,
    contract: served.contract,
    system,
    environment,
    basePath: `/${name}/v${major}`,
    audit: entry.document.spec.audit ?? (holdsPersonalData(served.contract) ? 'strict' : 'relaxed'),
    label,
    headerLines: versionLines(label),
  };
}

/** Whatever is not furniture of the answer and not classified is confidential. */
function holdsPersonalData(contract: Contract): boolean {
  for (const { annotation } of fieldsById(contract).values()) {
    if (annotation.envelope !== true && (annotation.class === 'confidential' || annotation.class === 'restricted'))
      return true;
  }
  return false;
}

function compileVersion(
  catalog: Catalog,
  version: VersionPlan,
  locateInDescription: ParsedContract['locate'],
  dependencies: CompileDependencies,
  faults: Fault[],
): OperationPlan[] {
  const grants = [...catalog.grants.values()].filter(({ document }) => {
    const { spec } = document;
    const consumer = catalog.consumers.get(spec.consumer)?.document;
    return (
      spec.interface === version.interface.metadata.name &&
      spec.major === version.major &&
      consumer?.spec.environment === dependencies.environment &&
      // A plan that is not there is told already, by the rules across documents.
      catalog.plans.has(spec.plan)
    );
  });
  const grantees = new Set(grants.map(({ document }) => document.spec.consumer));
  const plans: OperationPlan[] = [];
  const system = catalog.systems.get(version.system.metadata.name)?.source;
  const impossible = new ImpossibleGrants((mended, pointer) =>
    mended === 'description' ? locateInDescription(pointer) : system?.locate(pointer),
  );
  for (const operation of version.contract.operations.values()) {
    const granted = new Map<string, GrantedOperation>();
    const plan: OperationPlan = {
      snapshot: catalog.id,
      version,
      operation,
      pathParameters: pathParameterNames(operation.path),
      entry: [],
      granted,
      grantees,
    };
    const entry = prepareEntry(plan, dependencies.policies, STAGES.slice(0, 3));
    const complete: OperationPlan = { ...plan, entry };
    for (const grant of grants) {
      if (!grant.document.spec.operations.includes(operation.id)) continue;
      try {
        granted.set(
          grant.document.spec.consumer,
          grantOperation(catalog, version, operation, grant.document, entry, dependencies),
        );
      } catch (error) {
        impossible.add(grant, error, operation.id);
      }
    }
    plans.push(complete);
  }
  faults.push(...impossible.faults());
  return plans;
}

/** What no grant shows alone, as the adapter of each type of system knows it. */
function checkTogether(
  catalog: Catalog,
  operations: readonly OperationPlan[],
  { upstreams }: CompileDependencies,
): readonly Fault[] {
  const granted = operations.flatMap((plan) => [...plan.granted.values()]);
  return Object.values(upstreams).flatMap((upstream) => {
    const own = granted.filter(({ version }) => version.system.spec.type === upstream.type);
    return upstream.checkTogether?.(catalog, own) ?? [];
  });
}

function compileUnrouted(catalog: Catalog, dependencies: CompileDependencies): OperationPlan {
  const plan: OperationPlan = {
    snapshot: catalog.id,
    version: unroutedVersion(dependencies.environment),
    operation: unroutedOperation,
    pathParameters: [],
    entry: [],
    granted: new Map(),
    grantees: new Set(),
  };
  return { ...plan, entry: prepareEntry(plan, dependencies.policies, ['admit', 'identify']) };
}
