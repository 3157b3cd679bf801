import { parseArgs } from 'node:util';
import { type Findings, findFindings } from '../../lineage/findings/find.ts';
import { FINDING_CODES, type Finding } from '../../lineage/findings/finding.ts';
import { Landscape } from '../../lineage/landscape.ts';
import { plainLines } from '../../lineage/text/plain-lines.ts';
import { daysOf, withUsage } from './ask-ledger.ts';
import { type Command, UsageError } from './command.ts';
import { compiledSnapshot } from './compiled-snapshot.ts';

/** `lineage findings`: what is granted and unused, written by two, used and undeclared, declared and dead. */
export const lineageFindings: Command = {
  name: 'lineage findings',
  usage: 'lineage findings [--days COUNT] [--data FOLDER] [--catalog FOLDER] [--environment NAME] [--json]',
  summary: 'find what is granted and unused, written by two, used and undeclared, declared and dead',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        days: { type: 'string' },
        data: { type: 'string' },
        catalog: { type: 'string' },
        environment: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (positionals.length > 0) throw new UsageError('It takes no arguments.');
    const days = daysOf(values.days);
    const environment = values.environment ?? context.defaults.environment;
    const folder = values.catalog ?? context.defaults.catalogFolder;
    const snapshot = await compiledSnapshot(context, folder, environment);
    if (snapshot === undefined) return 1;
    const landscape = new Landscape(snapshot);
    const found = await withUsage(context, values.data, (usage) => findFindings(landscape, usage, days, Date.now()));
    const warnings = found.findings.filter(({ severity }) => severity === 'warning').length;
    context.out(
      values.json === true ? JSON.stringify({ ok: warnings === 0, days, ...found }, null, 2) : findingsText(found),
    );
    return warnings === 0 ? 0 : 1;
  },
};

function findingsText({ findings, notes }: Findings): string {
  const width = Math.max(...FINDING_CODES.map((code) => code.length));
  const counts = (['warning', 'note'] as const).map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  return plainLines([...findings.map((finding) => findingLine(finding, width)), ...notes, counts.join(', ')]);
}

function findingLine({ code, severity, message, at }: Finding, width: number): string {
  return `${severity.padEnd(7)} ${code.padEnd(width)}  ${at === undefined ? '' : `${at} `}${message}`;
}
