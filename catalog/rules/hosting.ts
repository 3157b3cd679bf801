import type { OdooHosting } from '../documents.ts';
import type { Fault } from '../fault.ts';
import { quoted } from '../quoted.ts';
import { faultAt, type RuleInput } from './rule.ts';
import { environments } from './systems.ts';

/** What an Odoo bears is said by its hosting; an environment may only ask less of it. */
export function* concurrencyFitsHosting(input: RuleInput): Iterable<Fault> {
  for (const { environment, source, pointer } of environments(input)) {
    const hosting = environment.odoo?.hosting;
    if (hosting === undefined || environment.concurrency === undefined) continue;
    const bearable = hosting.type === 'online' ? 1 : hosting.workers;
    if (!(environment.concurrency > bearable)) continue;
    const message = `hosting ${hosting.type} bears ${bearable} at once, and not ${environment.concurrency}; lower or delete this`;
    yield faultAt(source, `${pointer}/concurrency`, 'concurrency-exceeds-hosting', message);
  }
}

/** Systems that are one Odoo say the same of it, each of them: calls past the pace would break it for all. */
export function* hostingIsAgreed(input: RuleInput): Iterable<Fault> {
  const first = new Map<string, { readonly hosting: string; readonly system: string }>();
  for (const { systemName, environment, name, source, pointer } of environments(input)) {
    const origin = URL.parse(environment.url)?.origin;
    if (environment.odoo === undefined || origin === undefined) continue;
    const { database } = environment.odoo;
    const hosting = wordsFor(environment.odoo.hosting);
    const key = JSON.stringify([name, origin, database]);
    const other = first.get(key);
    if (other === undefined) first.set(key, { hosting, system: systemName });
    else if (other.hosting !== hosting) {
      const message = `the system ${quoted(other.system)} is the same Odoo and has ${other.hosting}, this one ${hosting}; let both say the same`;
      yield faultAt(source, `${pointer}/odoo`, 'hosting-differs', message);
    }
  }
}

function wordsFor(hosting: OdooHosting | undefined): string {
  if (hosting === undefined) return 'no hosting';
  return hosting.type === 'prefork' ? `prefork of ${hosting.workers}` : hosting.type;
}
