import type { Catalog } from '../catalog/catalog.ts';
import type { ConsumerDocument } from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';
import type { ParsedContract } from '../openapi/parse-contract.ts';
import type { GrantDependencies } from './compile-grant.ts';
import type { FrontInput, FrontMaker } from './front.ts';
import { ImpossibleGrants } from './impossible-grants.ts';
import type { FrontPlan, GrantedOperation, OperationPlan, VersionPlan } from './plan.ts';
import { STAGES } from './policy.ts';
import { prepareEntry } from './prepare-steps.ts';
import { unroutedOperation, unroutedVersion } from './unrouted.ts';

export interface FrontDependencies extends Pick<GrantDependencies, 'policies' | 'wrap'> {
  readonly environment: string;
  /** Absent: there is none, and all its paths are unknown. */
  readonly front?: FrontMaker;
}

/** What was compiled before and is opened to the front. */
export interface CompiledOperations {
  readonly operations: readonly OperationPlan[];
  readonly clients: ReadonlyMap<string, ConsumerDocument>;
  /** Finds places in the description of a version. */
  readonly locators: ReadonlyMap<VersionPlan, ParsedContract['locate']>;
}

/** The plan of the front's paths; undefined where no grant opens it. What is wrong goes to `faults`. */
export function compileFront(
  catalog: Catalog,
  { operations, clients, locators }: CompiledOperations,
  dependencies: FrontDependencies,
  faults: Fault[],
): FrontPlan | undefined {
  const { front: maker, environment, policies, wrap } = dependencies;
  if (maker === undefined) return undefined;
  const granted = operations.flatMap((plan) => [...plan.granted.values()].filter(({ grant }) => maker.opens(grant)));
  if (granted.length === 0) return undefined;

  const served: GrantedOperation[] = [];
  const impossible = impossibleByVersion(catalog, locators);
  const input: FrontInput = {
    catalog,
    environment,
    clients,
    granted,
    serve(operation, send, isSafe) {
      const one = { ...operation, send: wrap(layered(operation, isSafe), send), before: [], after: [] };
      served.push(one);
      return one;
    },
    impossible(operation, error) {
      const grant = catalog.grants.get(operation.grant.metadata.name);
      if (grant !== undefined) impossible.of(operation.version).add(grant, error, operation.operation.id);
    },
    fault: (fault) => faults.push(fault),
  };
  const plan: FrontPlan = {
    snapshot: catalog.id,
    version: unroutedVersion(environment),
    operation: { ...unroutedOperation, id: 'front' },
    pathParameters: [],
    entry: [],
    granted: new Map(),
    grantees: new Set(),
    front: maker.prepare(input),
  };
  faults.push(...impossible.faults());
  const entry = prepareEntry(plan, policies, STAGES.slice(0, 3));
  // The policies look at the front, so that their names are known last.
  for (const one of served) {
    const names = [...entry, ...one.limits].map(({ policy }) => policy);
    Object.freeze(Object.assign(one, { allPassed: JSON.stringify([...names, 'upstream']) }));
  }
  return { ...plan, entry };
}

/**
 * What the layers see of an operation: whether it may be repeated is a matter of the call. No older answer stands in for
 * another one: what a front is asked stands in no typed request.
 */
function layered(granted: GrantedOperation, isSafe: boolean): GrantedOperation {
  const { version, operation } = granted;
  const { staleIfErrorSeconds: _, ...spec } = version.interface.spec;
  return {
    ...granted,
    version: { ...version, interface: { ...version.interface, spec } },
    operation: { ...operation, method: isSafe ? 'GET' : 'POST' },
  };
}

function impossibleByVersion(catalog: Catalog, locators: CompiledOperations['locators']) {
  const known = new Map<VersionPlan, ImpossibleGrants>();
  return {
    of(version: VersionPlan): ImpossibleGrants {
      const system = catalog.systems.get(version.system.metadata.name)?.source;
      const found =
        known.get(version) ??
        new ImpossibleGrants((mended, pointer) =>
          mended === 'description' ? locators.get(version)?.(pointer) : system?.locate(pointer),
        );
      known.set(version, found);
      return found;
    },
    faults: () => [...known.values()].flatMap((one) => one.faults()),
  };
}
