import { nearestName, suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import { auditAnchor } from './commands/audit-anchor.ts';
import { auditChanges } from './commands/audit-changes.ts';
import { auditCosign } from './commands/audit-cosign.ts';
import { auditDenied } from './commands/audit-denied.ts';
import { auditExport } from './commands/audit-export.ts';
import { auditGrants } from './commands/audit-grants.ts';
import { auditIndexRebuild, auditIndexStatus } from './commands/audit-index.ts';
import { auditInvite } from './commands/audit-invite.ts';
import { auditList } from './commands/audit-list.ts';
import { auditProve } from './commands/audit-prove.ts';
import { auditRecipients } from './commands/audit-recipients.ts';
import { auditRotateKey } from './commands/audit-rotate-key.ts';
import { auditSearch } from './commands/audit-search.ts';
import { auditVerify } from './commands/audit-verify.ts';
import { auditWhoReceived } from './commands/audit-who-received.ts';
import { auditWitness } from './commands/audit-witness.ts';
import { auditWrites } from './commands/audit-writes.ts';
import { canIRetire } from './commands/can-i-retire.ts';
import { check } from './commands/check.ts';
import { type Command, type CommandContext, UsageError } from './commands/command.ts';
import { explain } from './commands/explain.ts';
import { lineage } from './commands/lineage.ts';
import { lineageFindings } from './commands/lineage-findings.ts';
import { odooDiff } from './commands/odoo-diff.ts';
import { odooImport } from './commands/odoo-import.ts';
import { odooShadow } from './commands/odoo-shadow.ts';
import { openapi } from './commands/openapi.ts';
import { types } from './commands/types.ts';

/** Run by who has all parts, see main.ts; here it is only known by name. */
const SERVE: Command = {
  name: 'serve',
  usage: 'serve',
  summary: 'run the gateway and its admin part; the environment sets it up, see docs/settings.md',
  run: () => Promise.reject(new UsageError('serve takes no arguments: it is set up by the environment.')),
};
const COMMANDS: readonly Command[] = [
  SERVE,
  check,
  explain,
  openapi,
  types,
  auditList,
  auditSearch,
  auditWhoReceived,
  auditRecipients,
  auditWrites,
  auditGrants,
  auditDenied,
  auditChanges,
  auditIndexStatus,
  auditIndexRebuild,
  auditExport,
  auditInvite,
  auditRotateKey,
  auditVerify,
  auditProve,
  auditWitness,
  auditCosign,
  auditAnchor,
  odooImport,
  odooDiff,
  odooShadow,
  lineageFindings,
  lineage,
  canIRetire,
];

/** Runs one command line (without `node` and the script). Returns the exit code: 0 fine, 1 faults, 2 wrong usage, 3 refused or not known. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  const [first, ...others] = args;
  if (first === '--version') {
    context.out(context.defaults.version);
    return 0;
  }
  const asksForHelp = first === 'help' || first === '--help' || first === '-h';
  const words = asksForHelp ? others : args;
  const command = commandOf(words);
  if (command === undefined) return asksForHelp && words.length === 0 ? help(context) : unknown(words, context);
  const rest = words.slice(command.name.split(' ').length);
  if (asksForHelp || rest.includes('--help') || rest.includes('-h')) {
    context.out(`${command.summary}\nusage: portcullis ${command.usage}`);
    return 0;
  }
  try {
    return await command.run(rest, context);
  } catch (error) {
    if (error instanceof UsageError || isParseError(error)) {
      const message = error instanceof UsageError ? error.message : parseMessage(error, command);
      context.err(`${message}\nusage: portcullis ${command.usage}`);
      return 2;
    }
    throw error;
  }
}

/** `audit list` is one command of two words. */
function commandOf(words: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
}

function help({ out }: CommandContext): number {
  out(overview());
  return 0;
}

function unknown(words: readonly string[], { err }: CommandContext): number {
  if (words.length > 0) err(`There is no command ${asked(words)}`);
  err(overview());
  return 2;
}

/** What was asked for, as far as it could be the name of a command, and the command that is named nearly so. */
function asked(words: readonly string[]): string {
  const names = COMMANDS.map(({ name }) => name);
  const [word = '', next = ''] = words;
  const meant = nearestName(
    word,
    names.map((name) => name.split(' ')[0] ?? name),
  );
  const longer = names.find((name) => name.startsWith(`${meant} `));
  if (longer === undefined) return `${quoted(word)}${suggestion(word, names) || '.'}`;
  return `${quoted(next.startsWith('-') ? word : `${word} ${next}`.trimEnd())}; did you mean "${longer}"?`;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['usage: portcullis COMMAND … (COMMAND --help for its options)', ...lines].join('\n');
}

interface ParseError extends Error {
  readonly code: string;
}

/** node:util parseArgs says in its message which option is wrong. */
function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function parseMessage({ code, message }: ParseError, { usage }: Command): string {
  const option = /'(--?[^' ]+)/.exec(message)?.[1];
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || option === undefined) return `${message}.`;
  const known = usage.match(/--[a-z-]+/g) ?? [];
  return `There is no option ${quoted(option)} here${suggestion(option, known) || '.'}`;
}
