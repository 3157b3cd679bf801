import type { Catalog, ReferencedFile, Sourced } from '../catalog/catalog.ts';
import type {
  ConsumerDocument,
  GrantDocument,
  InterfaceDocument,
  Lifecycle,
  VersionSpec,
} from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';
import type { Contract, Operation } from '../openapi/contract.ts';
import { fieldsById } from '../openapi/contract-index.ts';
import { checkGrant } from '../openapi/grant-rules.ts';
import { resolveSelection, resolveWritable } from '../openapi/resolve-grant.ts';
import type { Selection } from '../openapi/selection.ts';
import { buildRouter, pathParameterNames } from './build-router.ts';
import type { ContractCache } from './contract-cache.ts';
import { ImpossibleGrants } from './impossible-grants.ts';
import type { GrantedOperation, OperationPlan, Snapshot, Step, VersionPlan } from './plan.ts';
import { type GrantPolicy, type OperationPolicy, type Policy, STAGES } from './policy.ts';
import { unroutedOperation, unroutedVersion } from './unrouted.ts';
import type { Send, Upstream } from './upstream.ts';
import { versionLines } from './version-lines.ts';
import { chooseServed, majorOf } from './versions.ts';

/** Everything a plan without its steps; what adapters and prefix makers see. */
export type GrantedPlace = Parameters<Upstream['prepare']>[0];

export interface CompileDependencies {
  readonly environment: string;
  readonly policies: readonly Policy[];
  /** By system type. */
  readonly upstreams: Readonly<Record<'odoo' | 'http', Upstream>>;
  /** Puts the layers (deadline, retry, breaker, concurrency) around an adapter. */
  readonly wrap: (place: GrantedPlace, send: Send) => Send;
  readonly recordPrefix: (place: GrantedPlace) => Buffer;
  readonly contracts: ContractCache;
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
  for (const entry of catalog.interfaces.values()) {
    const own = loaded.filter((candidate) => candidate.entry === entry);
    for (const served of chooseServed(own, dependencies.environment)) {
      const version = versionPlan(catalog, entry, served, dependencies.environment);
      if (version === undefined) continue;
      versions.push(version);
      if (served.version.lifecycle === 'retired') continue;
      operations.push(...compileVersion(catalog, version, dependencies, faults));
    }
  }
  if (faults.some((fault) => fault.severity === 'error')) return { snapshot: undefined, faults };
  const snapshot: Snapshot = Object.freeze({
    id: catalog.id,
    environment: dependencies.environment,
    catalog,
    router: buildRouter(versions, operations),
    versions,
    operations,
    unrouted: compileUnrouted(catalog, dependencies),
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
      if (read.contract !== undefined) loaded.push({ entry, version, contract: read.contract });
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
        message: `Interface ${spec.interface} has no version ${spec.major}.x that could be granted. Name one of its major versions.`,
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
  dependencies: CompileDependencies,
  faults: Fault[],
): OperationPlan[] {
  const grants = [...catalog.grants.values()].filter(({ document }) => {
    const { spec } = document;
    const consumer = catalog.consumers.get(spec.consumer)?.document;
    return (
      spec.interface === version.interface.metadata.name &&
      spec.major === version.major &&
      consumer?.spec.environment === dependencies.environment
    );
  });
  const grantees = new Set(grants.map(({ document }) => document.spec.consumer));
  const plans: OperationPlan[] = [];
  const impossible = new ImpossibleGrants();
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
        impossible.add(grant, error instanceof Error ? error.message : 'it cannot be compiled.', operation.id);
      }
    }
    plans.push(complete);
  }
  faults.push(...impossible.faults());
  return plans;
}

function grantOperation(
  catalog: Catalog,
  version: VersionPlan,
  operation: Operation,
  grant: GrantDocument,
  entry: readonly Step[],
  dependencies: CompileDependencies,
): GrantedOperation {
  const { spec } = grant;
  const consumer = catalog.consumers.get(spec.consumer)?.document;
  const plan = catalog.plans.get(spec.plan)?.document;
  if (consumer === undefined || plan === undefined) throw new Error('its consumer or plan is not in the catalog.');
  const place: GrantedPlace = {
    snapshot: catalog.id,
    version,
    operation,
    consumer,
    grant,
    plan,
    selection: selectionOf(version.contract, operation, grant),
    writable: resolveWritable(version.contract, operation, spec.write ?? {}),
  };
  const adapter = dependencies.upstreams[version.system.spec.type];
  const send = dependencies.wrap(place, adapter.prepare(place));
  // Policies see the whole plan but for the steps, which are being made.
  const unfinished: GrantedOperation = {
    ...place,
    send,
    limits: [],
    before: [],
    after: [],
    allPassed: '[]',
    recordPrefix: dependencies.recordPrefix(place),
  };
  const limits = prepareGranted(unfinished, dependencies.policies, ['limit']);
  const before = prepareGranted(unfinished, dependencies.policies, ['validate', 'shape']);
  const after = prepareGranted(unfinished, dependencies.policies, ['inspect']);
  const names = [...entry, ...limits, ...before].map((step) => step.policy);
  const allPassed = JSON.stringify([...names, 'upstream', ...after.map((step) => step.policy)]);
  return Object.freeze({ ...unfinished, limits, before, after, allPassed });
}

function selectionOf(contract: Contract, operation: Operation, grant: GrantDocument): Selection | undefined {
  return resolveSelection(contract, operation, grant.spec.read ?? {}, grant.spec.masks ?? {});
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

function prepareEntry(plan: OperationPlan, policies: readonly Policy[], stages: readonly string[]): Step[] {
  const isEntry = (policy: Policy): policy is OperationPolicy => stages.includes(policy.stage);
  return ordered(policies, stages)
    .filter(isEntry)
    .flatMap((policy) => stepOf(policy.name, policy.prepare(plan)));
}

function prepareGranted(place: GrantedOperation, policies: readonly Policy[], stages: readonly string[]): Step[] {
  const isGranted = (policy: Policy): policy is GrantPolicy => stages.includes(policy.stage);
  return ordered(policies, stages)
    .filter(isGranted)
    .flatMap((policy) => stepOf(policy.name, policy.prepare(place)));
}

/** By stage, and within a stage as the table has them. */
function ordered(policies: readonly Policy[], stages: readonly string[]): Policy[] {
  return STAGES.filter((stage) => stages.includes(stage)).flatMap((stage) =>
    policies.filter((policy) => policy.stage === stage),
  );
}

function stepOf(policy: string, enforce: Step['enforce'] | undefined): Step[] {
  return enforce === undefined ? [] : [{ policy, enforce }];
}
