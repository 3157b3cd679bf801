import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditFolder } from '../../audit/data-folder.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { anchor } from '../../audit/witness/anchor.ts';
import { type Command, UsageError } from './command.ts';

/** `audit anchor`: commits the latest checkpoint into a git repository, where it cannot be taken back unseen. */
export const auditAnchor: Command = {
  name: 'audit anchor',
  usage: 'audit anchor --git REPOSITORY [--data FOLDER]',
  summary: 'commit the latest checkpoint into a git repository, if it follows from the one there',
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { git: { type: 'string' }, data: { type: 'string' } } });
    if (values.git === undefined) throw new UsageError('audit anchor takes --git.');
    const folder = auditFolder(values.data ?? context.defaults.dataFolder);
    try {
      const { file, size, isNew } = await anchor(await openFolderReader(folder), values.git);
      context.out(
        isNew
          ? `${join(values.git, file)} now stands for ${size} entries.`
          : `${join(values.git, file)} already stands for ${size} entries.`,
      );
      return 0;
    } catch (error) {
      context.err(`Not anchored: ${error instanceof Error ? error.message : 'unknown'}.`);
      return 1;
    }
  },
};
