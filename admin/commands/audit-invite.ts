import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { tokenDigest } from '../callers.ts';
import { type Command, UsageError } from './command.ts';

const TOKEN_BYTES = 32;

/** `audit invite NAME`: a token for an auditor, and what stands of it in the file of auditors. */
export const auditInvite: Command = {
  name: 'audit invite',
  usage: 'audit invite NAME --until YYYY-MM-DD',
  summary: 'make the token of an auditor, who may read what is on record and nothing else',
  run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { until: { type: 'string' } },
      allowPositionals: true,
    });
    const [name = '', ...more] = positionals;
    if (!/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(name) || name === 'administrator' || more.length > 0) {
      throw new UsageError('audit invite takes one name: lower-case letters, digits, dots and dashes.');
    }
    const { until = '' } = values;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until))) {
      throw new UsageError('--until takes the last day (UTC) on which the token is good, such as 2027-03-31.');
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    context.out(`token, shown this once, for the auditor alone:\n\n  ${token}\n`);
    context.out('for the file that PORTCULLIS_AUDITORS names; in force as soon as it is saved there:\n');
    context.out(`  - { name: ${name}, token: "${tokenDigest(token)}", until: "${until}" }`);
    return Promise.resolve(0);
  },
};
