import { parseArgs } from 'node:util';
import { type IndexStatus, indexStatus } from '../questions/index-status.ts';
import { adminClient } from './admin-client.ts';
import { type Command, type CommandContext, type OpenIndex, UsageError } from './command.ts';
import { minuteText } from './cut-text.ts';
import { tableText } from './table-text.ts';

/** `audit index status`: what the index knows, and how far it is. */
export const auditIndexStatus: Command = {
  name: 'audit index status',
  usage: 'audit index status [--json] [--server URL | --data FOLDER]',
  summary: 'say how far the index of the ledger is, and how large',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, server: { type: 'string' }, json: { type: 'boolean' } },
    });
    const { data, server, json } = values;
    if (server !== undefined && data !== undefined)
      throw new UsageError('--server asks the gateway, --data its folder: give one of them.');
    return told(context, 'The index cannot be looked at', async () => {
      const status =
        server === undefined
          ? await withIndex(context, data, {}, async ({ index }) => indexStatus(index))
          : ((await adminClient(server, context).json('GET', '/audit/index')) as IndexStatus);
      context.out(json === true ? JSON.stringify(status, null, 2) : statusText(status));
    });
  },
};

/** `audit index rebuild`: makes the index anew from the ledger. */
export const auditIndexRebuild: Command = {
  name: 'audit index rebuild',
  usage: 'audit index rebuild [--data FOLDER]',
  summary: 'make the index anew from the ledger; an embedded one while the gateway is stopped',
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    return told(context, 'The index was not made anew', () =>
      withIndex(context, values.data, { anew: true }, async ({ catchUp }) => {
        const start = performance.now();
        const read = await catchUp((done) => context.show?.(`reading  ${done.toLocaleString('en')} entries`));
        context.show?.('');
        const seconds = (performance.now() - start) / 1000;
        const pace = Math.round(read / Math.max(seconds, 0.001)).toLocaleString('en');
        context.out(`${read.toLocaleString('en')} entries read in ${seconds.toFixed(1)} s (${pace} a second)`);
      }),
    );
  },
};

async function withIndex<T>(
  { defaults, openIndex }: CommandContext,
  data: string | undefined,
  options: { readonly anew?: boolean },
  work: (index: OpenIndex) => Promise<T>,
): Promise<T> {
  if (openIndex === undefined) throw new UsageError('There is no index here: name a gateway with --server.');
  const index = await openIndex(data ?? defaults.dataFolder, options);
  try {
    return await work(index);
  } finally {
    await index.close();
  }
}

async function told(context: CommandContext, failed: string, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    context.err(`${failed}: ${error instanceof Error ? error.message : 'unknown'}.`);
    return 1;
  }
}

function statusText({ logs, bytes }: IndexStatus): string {
  const rows = logs.map(({ origin, size, indexed, minimum, seen, unreadable, unresolved }) => [
    ...[origin, String(indexed), String(Math.max(0, size - indexed)), String(minimum), minuteText(seen)],
    ...[String(unreadable), String(unresolved)],
  ]);
  const head = ['log', 'entries', 'behind', 'pruned below', 'seen (UTC)', 'unreadable', 'unresolved'];
  const megabytes = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return `${rows.length === 0 ? 'The index holds no ledger yet.' : tableText(head, rows)}\n\n${megabytes}`;
}
