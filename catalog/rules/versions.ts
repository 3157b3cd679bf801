import type { SourceMap } from '../catalog.ts';
import type { InterfaceSpec, VersionSpec } from '../documents.ts';
import type { Fault } from '../fault.ts';
import { isDate } from '../iso-date.ts';
import { quoted } from '../quoted.ts';
import { faultAt, type RuleInput } from './rule.ts';

interface PlacedVersion {
  readonly version: VersionSpec;
  readonly spec: InterfaceSpec;
  readonly source: SourceMap;
  readonly pointer: string;
}

function* versions({ catalog }: RuleInput): Iterable<PlacedVersion> {
  for (const { document, source } of catalog.interfaces.values()) {
    for (const [index, version] of document.spec.versions.entries()) {
      yield { version, spec: document.spec, source, pointer: `/spec/versions/${index}` };
    }
  }
}

/** No two versions of an interface have the same number; 1.2 is 1.2.0. */
export function* versionNumbersDiffer(input: RuleInput): Iterable<Fault> {
  let spec: InterfaceSpec | undefined;
  let seen = new Set<string>();
  for (const { version, spec: current, source, pointer } of versions(input)) {
    if (current !== spec) seen = new Set();
    spec = current;
    const number = fullVersion(version.version);
    if (version.version !== '' && seen.has(number)) {
      const message = `the version ${quoted(version.version)} stands here twice; a changed document needs a new number`;
      yield faultAt(source, `${pointer}/version`, 'version-taken', message);
    }
    seen.add(number);
  }
}

function fullVersion(version: string): string {
  return version.split('.').length === 2 ? `${version}.0` : version;
}

/** Whoever says deprecated says since when. */
export function* deprecationIsDated(input: RuleInput): Iterable<Fault> {
  for (const { version, source, pointer } of versions(input)) {
    if (version.lifecycle !== 'deprecated' || version.deprecated !== undefined) continue;
    const message = 'a deprecated version needs "deprecated", the day from which it is; add it';
    yield faultAt(source, `${pointer}/lifecycle`, 'deprecation-undated', message);
  }
}

/** Nothing ends before it is said to end (RFC 8594 after RFC 9745). */
export function* sunsetFollowsDeprecation(input: RuleInput): Iterable<Fault> {
  for (const { version, source, pointer } of versions(input)) {
    const { deprecated, sunset } = version;
    if (deprecated === undefined || sunset === undefined || !isDate(deprecated) || !isDate(sunset)) continue;
    if (sunset >= deprecated) continue;
    const message = `the sunset ${sunset} is before the deprecation ${deprecated}; choose a later day`;
    yield faultAt(source, `${pointer}/sunset`, 'sunset-before-deprecation', message);
  }
}

/** A successor is an address, a path, a version of the same interface, or `interface/version` (`interface/v2`) of another. */
export function* successorsExist(input: RuleInput): Iterable<Fault> {
  for (const { version, spec, source, pointer } of versions(input)) {
    const { successor } = version;
    if (successor === undefined || successor === '' || /^(?:https?:\/\/|\/(?!\/))/.test(successor)) continue;
    const [name, number = ''] = successor.includes('/') ? successor.split('/') : [undefined, successor];
    const other = name === undefined ? spec : input.catalog.interfaces.get(name)?.document.spec;
    const wanted = `${number.replace(/^v/, '')}.`;
    if (other?.versions.some((candidate) => candidate !== version && `${candidate.version}.`.startsWith(wanted)))
      continue;
    const message = `there is no other version ${quoted(successor)}; write a version, interface/version or an address`;
    yield faultAt(source, `${pointer}/successor`, 'successor-unknown', message);
  }
}
