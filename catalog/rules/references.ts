import type { SourceMap } from '../catalog.ts';
import type { Fault } from '../fault.ts';
import { suggestion } from '../nearest-name.ts';
import { quoted } from '../quoted.ts';
import { faultAt, type RuleInput } from './rule.ts';

function* refer(known: ReadonlyMap<string, unknown>, kind: string, name: string, source: SourceMap, pointer: string) {
  if (name === '' || known.has(name)) return;
  const hint = suggestion(name, known.keys()) || '; add its document or correct the name';
  yield faultAt(source, pointer, `${kind}-unknown`, `there is no ${kind} ${quoted(name)}${hint}`);
}

/** Whoever owns something is a team of the catalog. */
export function* ownersExist({ catalog }: RuleInput): Iterable<Fault> {
  const { teams } = catalog;
  for (const { document, source } of [...catalog.systems.values(), ...catalog.consumers.values()]) {
    yield* refer(teams, 'team', document.spec.owner, source, '/spec/owner');
  }
  for (const { document, source } of catalog.interfaces.values()) {
    const { business, technical, steward } = document.spec.owners;
    yield* refer(teams, 'team', business, source, '/spec/owners/business');
    yield* refer(teams, 'team', technical, source, '/spec/owners/technical');
    yield* refer(teams, 'team', steward, source, '/spec/owners/steward');
  }
}

/** An interface stands on a system of the catalog, and models are those of one. */
export function* systemsExist({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.odooModels.values()) {
    for (const [index, system] of document.spec.systems.entries()) {
      yield* refer(catalog.systems, 'system', system, source, `/spec/systems/${index}`);
    }
  }
  for (const { document, source } of catalog.interfaces.values()) {
    yield* refer(catalog.systems, 'system', document.spec.system, source, '/spec/system');
  }
}

/** A grant joins a consumer, an interface and a plan of the catalog. */
export function* grantPartsExist({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const { spec } = document;
    yield* refer(catalog.consumers, 'consumer', spec.consumer, source, '/spec/consumer');
    yield* refer(catalog.interfaces, 'interface', spec.interface, source, '/spec/interface');
    yield* refer(catalog.plans, 'plan', spec.plan, source, '/spec/plan');
  }
}

/** The interface of a grant has a version of the granted major. */
export function* grantedMajorsExist({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const granted = catalog.interfaces.get(document.spec.interface);
    if (granted === undefined) continue;
    const majors = granted.document.spec.versions.map(({ version }) => Number(version.split('.')[0]));
    if (majors.includes(document.spec.major)) continue;
    const message = `${quoted(document.spec.interface)} has no version of major ${document.spec.major}; grant one that it has: ${[...new Set(majors)].join(', ')}`;
    yield faultAt(source, '/spec/major', 'major-unknown', message);
  }
}

/** A consumer calls an environment in which the system of the granted interface exists. */
export function* grantedEnvironmentsExist({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const environment = catalog.consumers.get(document.spec.consumer)?.document.spec.environment ?? '';
    const systemName = catalog.interfaces.get(document.spec.interface)?.document.spec.system ?? '';
    const system = catalog.systems.get(systemName)?.document;
    if (environment === '' || system === undefined || Object.keys(system.spec.environments).includes(environment))
      continue;
    const message = `the consumer calls ${quoted(environment)}, where the system ${quoted(systemName)} has no address; add one there, or correct the consumer's environment`;
    yield faultAt(source, '/spec/consumer', 'environment-unknown', message);
  }
}
