import { parseArgs } from 'node:util';
import type { Catalog } from '../../catalog/catalog.ts';
import { byPlace, type Fault, formatFault } from '../../catalog/fault.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { environmentsOf, requireEnvironment } from './known-environments.ts';

/** `check FOLDER [--json]`: every fault of every environment at once, or a summary. */
export const check: Command = {
  name: 'check',
  usage: 'check FOLDER [--environment NAME] [--json]',
  summary: 'find every fault of a catalog folder, in every environment',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, environment: { type: 'string' } },
    });
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) throw new UsageError('Name one catalog folder.');
    const { catalog, environments, operations, faults } = await compileAll(context, folder, values.environment);
    const errors = faults.filter((fault) => fault.severity === 'error').length;
    const counts = {
      systems: catalog.systems.size,
      teams: catalog.teams.size,
      interfaces: catalog.interfaces.size,
      consumers: catalog.consumers.size,
      grants: catalog.grants.size,
      plans: catalog.plans.size,
      operations,
    };
    if (values.json === true) {
      context.out(JSON.stringify({ ok: errors === 0, id: catalog.id, environments, counts, faults }, null, 2));
    } else {
      for (const fault of faults) context.out(formatFault(fault));
      const warnings = faults.length - errors;
      const where = environments.length > 1 ? ` in ${environments.join(', ')}` : '';
      context.out(
        errors === 0
          ? `ok: ${Object.entries(counts)
              .map(([kind, count]) => counted(count, kind))
              .join(', ')}${where}; ${counted(warnings, 'warnings')}; snapshot ${catalog.id}`
          : `${counted(errors, 'faults')}, ${counted(warnings, 'warnings')} in ${folder}`,
      );
    }
    return errors === 0 ? 0 : 1;
  },
};

interface CompiledEverywhere {
  readonly catalog: Catalog;
  readonly environments: readonly string[];
  /** Of all environments together. */
  readonly operations: number;
  readonly faults: readonly Fault[];
}

/** Compiles the folder for the environment asked for, or for each in which any system of the catalog has an address. */
async function compileAll(
  context: CommandContext,
  folder: string,
  asked: string | undefined,
): Promise<CompiledEverywhere> {
  const start = asked ?? context.defaults.environment;
  const first = await context.compileFolder(folder, start);
  const known = environmentsOf(first.catalog);
  // Where documents could not be read, their faults are worth more than what the others know.
  if (asked !== undefined && first.snapshot !== undefined) requireEnvironment(first.catalog, asked);
  const environments = asked === undefined && known.length > 0 ? known : [start];
  const faults = new Map<string, Fault>();
  let operations = 0;
  for (const environment of environments) {
    const compiled = environment === start ? first : await context.compileFolder(folder, environment);
    operations += compiled.snapshot?.operations.length ?? 0;
    for (const fault of compiled.faults) faults.set(JSON.stringify([fault.code, fault.place, fault.message]), fault);
  }
  return { catalog: first.catalog, environments, operations, faults: [...faults.values()].sort(byPlace) };
}

/** `1 fault`, `2 faults`. */
function counted(count: number, name: string): string {
  return `${count} ${count === 1 ? name.replace(/s$/, '') : name}`;
}
