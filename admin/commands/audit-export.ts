import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EXPORT_FORMATS } from '../../audit/export/export-files.ts';
import { type AdminClient, adminClient } from './admin-client.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { QUESTION_OPTIONS, QUESTION_USAGE, questionOf } from './question-options.ts';

const LOOK_MS = 250;

/** What the gateway says of an export that it is making. */
interface State {
  readonly state: 'running' | 'done' | 'failed';
  readonly rows?: number;
  readonly manifest?: string;
  readonly detail?: string;
}

/** `audit export`: an archive of entries that proves itself. */
export const auditExport: Command = {
  name: 'audit export',
  usage: `audit export --server URL --out FILE.zip [--format ${EXPORT_FORMATS.join(',')}] ${QUESTION_USAGE}`,
  summary: 'take entries out as an archive that proves itself, with the verifier in it; the export is itself on record',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: { ...QUESTION_OPTIONS, server: { type: 'string' }, out: { type: 'string' }, format: { type: 'string' } },
    });
    const { server, out, format = 'csv,jsonl' } = values as Record<string, string | undefined>;
    if (server === undefined) {
      throw new UsageError('audit export needs --server: the running gateway signs the archive and puts it on record.');
    }
    if (out === undefined) throw new UsageError('audit export needs --out: the archive to write.');
    const order = { question: questionOf(values), formats: format.split(',') };
    const client = adminClient(server, context);
    try {
      const { id } = (await client.json('POST', '/audit/exports', order)) as { id: string };
      const { rows = 0, manifest = '' } = await ended(client, `/audit/exports/${id}`, context);
      await client.download(`/audit/exports/${id}/archive`, out);
      context.out(`${out}  ${rows.toLocaleString('en')} rows, manifest ${manifest}`);
      context.out(`Check it with the key of the log: portcullis audit verify ${out} --key KEY`);
      return 0;
    } catch (error) {
      context.err(`Nothing was exported: ${error instanceof Error ? error.message : 'unknown'}.`);
      return 1;
    }
  },
};

/** Looks after an export until it is made; shows how it is getting on where somebody may be looking. */
async function ended(client: AdminClient, path: string, { show }: CommandContext): Promise<State> {
  const start = performance.now();
  for (;;) {
    const state = (await client.json('GET', path)) as State;
    if (state.state === 'failed') throw new Error(state.detail ?? 'the export failed');
    if (state.state === 'done') {
      show?.('');
      return state;
    }
    const { rows = 0 } = state;
    const pace = Math.round((rows / (performance.now() - start)) * 1000);
    show?.(`exporting  ${rows.toLocaleString('en')} rows, ${pace.toLocaleString('en')} a second`);
    await setTimeout(LOOK_MS);
  }
}
