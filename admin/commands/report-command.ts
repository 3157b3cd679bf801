import { type ParseArgsConfig, parseArgs } from 'node:util';
import { QuestionError } from '../../audit/questions/parse-question.ts';
import type { ReportName, Reports } from '../questions/reports.ts';
import { answeredText } from './answered-text.ts';
import { askForReport } from './ask-for-report.ts';
import { type Command, UsageError } from './command.ts';
import type { Order, Values } from './ledger-order.ts';

/** A command that asks the ledger for one report and shows it. */
export interface ReportCommand<N extends ReportName> {
  readonly name: string;
  /** Its own part of the usage. */
  readonly usage: string;
  readonly summary: string;
  readonly report: N;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Throws a UsageError where the command line asks nothing. */
  order(values: Values, positionals: readonly string[]): Order;
  /** For people; what it leans on is said after it. */
  text(report: Reports[N], values: Values): string;
}

const COMMON = {
  server: { type: 'string' },
  data: { type: 'string' },
  catalog: { type: 'string' },
  environment: { type: 'string' },
  json: { type: 'boolean' },
} as const;
const COMMON_USAGE = '[--json] [--server URL | --data FOLDER] [--catalog FOLDER] [--environment NAME]';

export function reportCommand<N extends ReportName>(parts: ReportCommand<N>): Command {
  return {
    name: parts.name,
    usage: `${parts.name} ${parts.usage} ${COMMON_USAGE}`,
    summary: parts.summary,
    async run(args, context) {
      const options = { ...parts.options, ...COMMON };
      const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
      const asked = values as Values;
      const order = parts.order(asked, positionals);
      try {
        const report = await askForReport(context, asked, parts.report, order);
        if (report === undefined) return 1;
        if (asked.json === true) context.out(JSON.stringify(report, null, 2));
        else context.out(`${parts.text(report, asked)}\n\n${answeredText(report.logs)}`);
        return 0;
      } catch (error) {
        if (error instanceof UsageError) throw error;
        if (error instanceof QuestionError) throw new UsageError(sentence(error.message));
        context.err(sentence(`Nothing was answered: ${error instanceof Error ? error.message : 'unknown'}`));
        return 1;
      }
    },
  };
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
