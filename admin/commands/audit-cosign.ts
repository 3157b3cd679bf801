import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditFolder } from '../../audit/data-folder.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { COSIGNATURE, type NoteKey, parseVerifierKey } from '../../audit/tlog/signed-note.ts';
import { cosign } from '../../audit/witness/cosign.ts';
import { type Command, UsageError } from './command.ts';

/** `audit cosign`: has a witness cosign the latest checkpoint, and keeps what it said beside the log. */
export const auditCosign: Command = {
  name: 'audit cosign',
  usage: 'audit cosign --witness URL --witness-key VKEY [--data FOLDER]',
  summary: 'have the latest checkpoint cosigned by a witness (C2SP tlog-witness)',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: { witness: { type: 'string' }, 'witness-key': { type: 'string' }, data: { type: 'string' } },
    });
    const url = values.witness ?? '';
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new UsageError('--witness takes the address of a witness.');
    const key = witnessKey(values['witness-key'] ?? '');
    const folder = auditFolder(values.data ?? context.defaults.dataFolder);
    try {
      const { size, file, time } = await cosign({ folder, reader: await openFolderReader(folder), url, key });
      context.out(`${key.name} cosigned ${size} entries at ${time.toISOString()}; kept in ${join(folder, file)}`);
      return 0;
    } catch (error) {
      context.err(`Not cosigned: ${error instanceof Error ? error.message : 'unknown'}.`);
      return 1;
    }
  },
};

function witnessKey(text: string): NoteKey {
  try {
    const key = parseVerifierKey(text);
    if (key.type === COSIGNATURE) return key;
  } catch (error) {
    throw new UsageError(`--witness-key: ${error instanceof Error ? error.message : 'no key'}.`);
  }
  throw new UsageError('--witness-key takes the verifier key of a witness, not that of a log.');
}
