import { commandContext } from '../../assembly/command-context.ts';
import { runCommandLine } from '../command-line.ts';
import type { CommandContext } from './command.ts';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, with these variables as its environment, and other parts where they are given. */
export async function runCommand(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  parts: Pick<CommandContext, 'openUsage'> = {},
): Promise<CommandRun> {
  const said = { out: '', err: '' };
  const settings = {
    catalogFolder: '',
    dataFolder: '',
    auditIndex: variables.PORTCULLIS_AUDIT_INDEX ?? 'off',
    environment: 'production',
    publicUrl: variables.PORTCULLIS_PUBLIC_URL ?? '',
    tokenUrl: '',
  };
  const context = commandContext(settings, '1.2.3', variables);
  const code = await runCommandLine(args, {
    ...context,
    ...parts,
    out: (text) => {
      said.out += `${text}\n`;
    },
    err: (text) => {
      said.err += `${text}\n`;
    },
  });
  return { code, ...said };
}
