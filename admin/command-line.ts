import { auditList } from './commands/audit-list.ts';
import { check } from './commands/check.ts';
import { type Command, type CommandContext, UsageError } from './commands/command.ts';
import { explain } from './commands/explain.ts';
import { openapi } from './commands/openapi.ts';
import { types } from './commands/types.ts';

const COMMANDS: readonly Command[] = [check, explain, openapi, types, auditList];

/** Runs one command line (without `node` and the script). Returns the exit code: 0 fine, 1 faults, 2 wrong usage, 3 refused. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  // The longest name wins: `audit list` is one command of two words.
  const command = COMMANDS.find(({ name }) => name === args.slice(0, name.split(' ').length).join(' '));
  if (command === undefined) {
    const asked = args[0];
    if (asked !== undefined && asked !== 'help' && asked !== '--help')
      context.err(`There is no command ${JSON.stringify(asked)}.`);
    const width = Math.max(...COMMANDS.map(({ name }) => name.length));
    context.err('usage: portcullis COMMAND …');
    context.err(`  ${'serve'.padEnd(width)}  run the gateway and its admin part`);
    for (const { name, summary } of COMMANDS) context.err(`  ${name.padEnd(width)}  ${summary}`);
    return asked === 'help' || asked === '--help' ? 0 : 2;
  }
  try {
    return await command.run(args.slice(command.name.split(' ').length), context);
  } catch (error) {
    if (error instanceof UsageError || isParseError(error)) {
      context.err(`${error.message}\nusage: portcullis ${command.usage}`);
      return 2;
    }
    throw error;
  }
}

/** node:util parseArgs says in its message which option is wrong. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
