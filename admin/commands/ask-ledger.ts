import { type CommandContext, type OpenUsage, UsageError } from './command.ts';

/** What a command says that shows only what the catalog says. */
export const NO_INDEX =
  'There is no index of a ledger here: nothing is known of what was really used. Name the data folder of a gateway with --data (PORTCULLIS_DATA).';

/** Runs with the index of the ledger, or with undefined where there is none, and closes it. */
export async function withUsage<T>(
  context: CommandContext,
  dataFolder: string | undefined,
  work: (usage: OpenUsage | undefined) => Promise<T>,
): Promise<T> {
  const usage = await context.openUsage?.(dataFolder ?? context.defaults.dataFolder);
  try {
    return await work(usage);
  } finally {
    await usage?.close();
  }
}

/** `--days`, a count; 90 where it is not given. */
export function daysOf(text: string | undefined): number {
  const days = Number(text ?? '90');
  if (!Number.isInteger(days) || days < 1 || days > 3650) throw new UsageError('--days takes a count from 1 to 3650.');
  return days;
}
