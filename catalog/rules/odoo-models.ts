import type { Fault } from '../fault.ts';
import { quoted } from '../quoted.ts';
import { faultAt, type RuleInput } from './rule.ts';

/** Models are those of systems of type odoo, each with at most one document per version. */
export function* modelsHaveTheirSystem({ catalog }: RuleInput): Iterable<Fault> {
  const first = new Map<string, string>();
  for (const [name, { document, source }] of catalog.odooModels) {
    const { systems, version } = document.spec;
    for (const [index, system] of systems.entries()) {
      const pointer = `/spec/systems/${index}`;
      if (catalog.systems.get(system)?.document.spec.type === 'http') {
        const message = `the system ${quoted(system)} is of type http and has no models; name an Odoo`;
        yield faultAt(source, pointer, 'models-misplaced', message);
      }
      const key = JSON.stringify([system, version]);
      const other = first.get(key);
      if (other === undefined) first.set(key, name);
      else {
        const message = `${quoted(other)} says what the models of ${quoted(system)} in Odoo ${version} are already; make one of the two`;
        yield faultAt(source, pointer, 'models-duplicate', message);
      }
    }
  }
}
