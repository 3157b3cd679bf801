import { auditFolder } from '../../audit/data-folder.ts';
import { runVerify, VERIFY_USAGE } from '../../audit/verify/verify-command.ts';
import type { Command } from './command.ts';

/** `audit verify`: the verifier that also travels with every export. Exit codes 0 verified, 1 wrong, 2 usage, 3 unreadable. */
export const auditVerify: Command = {
  name: 'audit verify',
  usage: `audit verify ${VERIFY_USAGE}`,
  summary: 'verify a ledger, an export or a proof, offline',
  run(args, context) {
    const output = {
      out: context.out,
      err: context.err,
      ...(context.show === undefined ? {} : { show: context.show }),
    };
    return runVerify(args, output, auditFolder(context.defaults.dataFolder));
  },
};
