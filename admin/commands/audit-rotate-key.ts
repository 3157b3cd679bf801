import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { auditFolder, logKeyFile, writerLock } from '../../audit/data-folder.ts';
import { readLogKey, rotateLogKey } from '../../audit/keys/log-key.ts';
import { noteSigner } from '../../audit/tlog/signed-note.ts';
import { lockFile } from '../../storage/lock-file.ts';
import type { Command } from './command.ts';

/** `audit rotate-key`: the next key of the log. */
export const auditRotateKey: Command = {
  name: 'audit rotate-key',
  usage: 'audit rotate-key [--data FOLDER]',
  summary: "make the next key that signs the ledger's checkpoints; the gateway must be stopped",
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    const dataFolder = values.data ?? context.defaults.dataFolder;
    const path = logKeyFile(dataFolder);
    try {
      const key = await readLogKey(path);
      if (key === undefined) {
        context.err(
          `There is no key at ${path}: the first start makes one, or --data (PORTCULLIS_DATA) names another folder.`,
        );
        return 1;
      }
      if (key.previous !== undefined) {
        context.err('The last change of the key is not signed yet: start the gateway once, then rotate again.');
        return 1;
      }
      await mkdir(auditFolder(dataFolder), { recursive: true, mode: 0o700 });
      const unlock = await lockFile(writerLock(dataFolder));
      const next = await rotateLogKey(path, key).finally(unlock);
      context.out(`next key  ${noteSigner(next.origin, next.seed).verifierKey}`);
      context.out('It signs from the next start on, at first together with the old one, which is then destroyed.');
      context.out(
        'Who trusts the old key finds the change in the ledger, signed by both; give the new one to all the same.',
      );
      return 0;
    } catch (error) {
      context.err(`The key cannot be changed: ${error instanceof Error ? error.message : 'unknown'}.`);
      return 1;
    }
  },
};
