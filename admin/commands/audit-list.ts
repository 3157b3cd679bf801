import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatRecord } from '../../audit/format-record.ts';
import { readRecent } from '../../audit/recent.ts';
import { type Command, UsageError } from './command.ts';

const FILE = 'audit.jsonl';

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
    const path = join(values.data ?? context.defaults.dataFolder, FILE);
    for (const record of await readRecent(path, last)) {
      context.out(values.json === true ? JSON.stringify(record) : formatRecord(record));
    }
    return 0;
  },
};
