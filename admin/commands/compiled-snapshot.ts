import { type Fault, formatFault } from '../../catalog/fault.ts';
import type { Snapshot } from '../../gateway/plan.ts';
import type { CommandContext } from './command.ts';
import { requireEnvironment } from './known-environments.ts';

/** The snapshot of a folder; undefined when it has faults: they have been printed, for machines with `json`. */
export async function compiledSnapshot(
  context: CommandContext,
  folder: string,
  environment: string,
  json = false,
): Promise<Snapshot | undefined> {
  const { catalog, snapshot, faults } = await context.compileFolder(folder, environment);
  if (snapshot === undefined) {
    const errors = faults.filter(({ severity }) => severity === 'error');
    if (json) context.out(JSON.stringify({ allowed: false, faults: errors }, null, 2));
    tellErrors(context, folder, errors);
    return undefined;
  }
  requireEnvironment(catalog, environment);
  return snapshot;
}

/** Says why a folder cannot be worked with. */
export function tellErrors(context: CommandContext, folder: string, errors: readonly Fault[]): void {
  for (const fault of errors) context.err(formatFault(fault));
  context.err(`The catalog ${folder} has faults: mend them first.`);
}
