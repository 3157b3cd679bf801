import { parseArgs } from 'node:util';
import { formatFault } from '../../catalog/fault.ts';
import { type Command, UsageError } from './command.ts';

/** `check FOLDER [--json]`: every fault at once, or a summary. */
export const check: Command = {
  name: 'check',
  usage: 'check FOLDER [--environment NAME] [--json]',
  summary: 'find every fault of a catalog folder',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, environment: { type: 'string' } },
    });
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) throw new UsageError('Name one catalog folder.');
    const environment = values.environment ?? context.defaults.environment;
    const { catalog, snapshot, faults } = await context.compileFolder(folder, environment);
    const errors = faults.filter((fault) => fault.severity === 'error').length;
    const counts = {
      systems: catalog.systems.size,
      teams: catalog.teams.size,
      interfaces: catalog.interfaces.size,
      consumers: catalog.consumers.size,
      grants: catalog.grants.size,
      plans: catalog.plans.size,
      operations: snapshot?.operations.length ?? 0,
    };
    if (values.json === true) {
      context.out(JSON.stringify({ ok: errors === 0, id: catalog.id, environment, counts, faults }, null, 2));
    } else {
      for (const fault of faults) context.out(formatFault(fault));
      const warnings = faults.length - errors;
      context.out(
        errors === 0
          ? `ok: ${Object.entries(counts)
              .map(([kind, count]) => `${count} ${kind}`)
              .join(', ')}; ${warnings} warnings; snapshot ${catalog.id}`
          : `${errors} faults, ${warnings} warnings in ${folder}`,
      );
    }
    return errors === 0 ? 0 : 1;
  },
};
