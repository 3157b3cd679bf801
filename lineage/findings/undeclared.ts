import type { FieldUsage } from '../../audit/index/usage.ts';
import type { VersionPlan } from '../../gateway/plan.ts';
import { fieldsById } from '../../openapi/contract-index.ts';
import { filteredFields } from '../granted-fields.ts';
import { type Landscape, nameOf } from '../landscape.ts';
import { type Finding, listed } from './finding.ts';

/** Fields of one interface that were used and that no served version of it declares. `rows`: all of the interface. */
export function* undeclaredFindings(
  name: string,
  versions: readonly VersionPlan[],
  rows: readonly FieldUsage[],
): Iterable<Finding> {
  const isDeclared = (field: string) => versions.some(({ contract }) => fieldsById(contract).has(field));
  const strange = rows.filter(({ kind, field }) => (kind === 'returned' || kind === 'written') && !isDeclared(field));
  for (const [field, used] of Map.groupBy(strange, (row) => row.field)) {
    const consumers = new Set(used.map(({ consumer }) => consumer));
    const of = new Set(used.map(({ version }) => version));
    const last =
      used
        .map((row) => row.last)
        .sort()
        .at(-1) ?? '';
    const now = versions.length === 0 ? 'the interface is not served any more' : `no served version declares it`;
    yield {
      code: 'used-undeclared',
      severity: 'warning',
      message: `${field} of ${name} ${listed(of)} was used by ${listed(consumers)}, last at ${last}, and ${now}; say to them what has become of it, or declare it`,
      about: `${name}:${field}`,
      consumers: [...consumers],
      grants: [...new Set(used.map(({ grant }) => grant))],
      fields: [...of].map((version) => `${name}/${version}:${field}`),
    };
  }
}

/** Fields that a version declares, that are granted to nobody and were not seen. `rows`: all of the interface, if asked. */
export function* deadFindings(
  landscape: Landscape,
  version: VersionPlan,
  rows: readonly FieldUsage[],
): Iterable<Finding> {
  const alive = new Set(rows.filter(({ kind }) => kind !== 'refused').map(({ field }) => field));
  for (const { selection, writable, grant } of landscape.grantedOf(version)) {
    for (const id of selection?.fields ?? []) alive.add(id);
    for (const id of writable) alive.add(id);
    for (const id of filteredFields(grant, version.contract)) alive.add(id);
  }
  const dead = [...landscape.fieldsOf(version).values()].filter(({ field }) => !alive.has(field.id));
  if (dead.length === 0 || version.version.lifecycle === 'retired') return;
  yield {
    code: 'declared-dead',
    severity: 'note',
    message: `${nameOf(version)} declares ${listed(dead.map(({ field }) => field.id))}, granted to nobody; fine where they are there to be refused by name, else take them out of the next version`,
    about: nameOf(version),
    consumers: [],
    grants: [],
    fields: dead.map(({ id }) => id),
  };
}
