import { parseArgs } from 'node:util';
import { auditFolder } from '../../audit/data-folder.ts';
import { formatEntry } from '../../audit/record/format-entry.ts';
import { recentEntries } from '../../audit/record/recent-entries.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { type Command, UsageError } from './command.ts';

/** `audit list`: the last records, one line each. */
export const auditList: Command = {
  name: 'audit list',
  usage: 'audit list [--data FOLDER] [--last COUNT] [--json]',
  summary: 'show the last records, one line each',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, last: { type: 'string' }, json: { type: 'boolean' } },
    });
    const last = Number(values.last ?? '20');
    if (!Number.isInteger(last) || last < 1 || last > 100_000)
      throw new UsageError('--last takes a count from 1 to 100000.');
    const path = auditFolder(values.data ?? context.defaults.dataFolder);
    try {
      for (const entry of await recentEntries(await openFolderReader(path), last)) {
        context.out(values.json === true ? JSON.stringify(entry) : formatEntry(entry));
      }
    } catch (error) {
      context.err(whyUnreadable(path, error));
      return 1;
    }
    return 0;
  },
};

function whyUnreadable(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `There are no records at ${path}: nothing has been recorded there yet, or --data (PORTCULLIS_DATA) names another folder.`;
  }
  return `The records at ${path} cannot be read: ${error instanceof Error ? error.message : 'unknown'}.`;
}
