import { formatFault } from '../../catalog/fault.ts';
import type { Snapshot } from '../../gateway/plan.ts';
import type { CommandContext } from './command.ts';

/** The snapshot of a folder, or undefined after its faults have been printed. */
export async function compiledSnapshot(
  context: CommandContext,
  folder: string,
  environment: string,
): Promise<Snapshot | undefined> {
  const { snapshot, faults } = await context.compileFolder(folder, environment);
  if (snapshot === undefined) {
    for (const fault of faults) if (fault.severity === 'error') context.err(formatFault(fault));
    context.err(`The catalog ${folder} has faults: mend them first.`);
  }
  return snapshot;
}
