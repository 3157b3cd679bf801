import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditFolder } from '../../audit/data-folder.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { proveEntry } from '../../audit/verify/prove-entry.ts';
import { type Command, UsageError } from './command.ts';

/** `audit prove INDEX`: a proof that one entry is in the log, as a file to hand on. */
export const auditProve: Command = {
  name: 'audit prove',
  usage: 'audit prove INDEX [--data FOLDER] [--out FILE]',
  summary: 'write a proof (C2SP tlog-proof) that an entry is in the ledger, with the entry in it',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, out: { type: 'string' } },
      allowPositionals: true,
    });
    const [index = '', ...more] = positionals;
    if (!/^\d{1,15}$/.test(index) || more.length > 0) throw new UsageError('audit prove takes the index of one entry.');
    const folder = auditFolder(values.data ?? context.defaults.dataFolder);
    try {
      const path = values.out ?? `entry-${index}.tlog-proof`;
      await writeFile(path, await proveEntry(await openFolderReader(folder), Number(index)), { flag: 'wx' });
      context.out(`${path} proves entry ${index}: portcullis audit verify ${path} --key ${join(folder, 'keys.txt')}`);
      return 0;
    } catch (error) {
      context.err(`No proof was written: ${error instanceof Error ? error.message : 'unknown'}.`);
      return 1;
    }
  },
};
