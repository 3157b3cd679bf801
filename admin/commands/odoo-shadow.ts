import { parseArgs } from 'node:util';
import { MODEL } from '../../odoo/import/field-metadata.ts';
import { explainer } from '../../odoo/import/shadow/explain-users.ts';
import type { SourceState } from '../../odoo/import/shadow/read-traces.ts';
import { type ShadowReport, shadowReport } from '../../odoo/import/shadow/shadow-report.ts';
import { type Command, UsageError } from './command.ts';
import { DATABASE_OPTIONS, DATABASE_USAGE, withDatabase } from './odoo-database.ts';
import { tableText } from './table-text.ts';

const MAIN_MODELS = [
  ...['res.partner', 'product.template', 'product.pricelist.item', 'sale.order', 'purchase.order', 'stock.picking'],
  ...['stock.quant', 'account.move', 'account.payment'],
];
const DAY_MS = 86_400_000;

/** `odoo shadow`: keys, logins and writers of a database that nothing in the catalog explains. */
export const odooShadow: Command = {
  name: 'odoo shadow',
  usage: `odoo shadow ${DATABASE_USAGE} [--catalog FOLDER] [--system NAME] [--days COUNT] [--models A,B,…] [--json]`,
  summary: 'find keys, logins and writers of an Odoo that nothing in the catalog explains',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...DATABASE_OPTIONS,
        catalog: { type: 'string' },
        system: { type: 'string' },
        days: { type: 'string' },
        models: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const days = Number(values.days ?? '30');
    if (!Number.isInteger(days) || days < 1 || days > 3650)
      throw new UsageError('--days takes a count from 1 to 3650.');
    const models = values.models?.split(',').map((name) => name.trim()) ?? MAIN_MODELS;
    if (models.length > 50 || models.some((name) => !MODEL.test(name)))
      throw new UsageError('--models takes at most 50 names of models, separated by commas.');
    const folder = values.catalog ?? context.defaults.catalogFolder;
    const { catalog } = await context.compileFolder(folder, context.defaults.environment);
    if (values.system !== undefined && !catalog.systems.has(values.system))
      throw new UsageError(`The catalog ${folder} has no system ${JSON.stringify(values.system)}.`);
    const since = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 19).replace('T', ' ');
    return withDatabase(values, context, async (database) => {
      const explain = explainer(catalog, database, values.system);
      const report = await shadowReport(database, explain, { since, models }, context.err);
      const notes = [...explain.notes, ...unread(report)];
      context.out(
        values.json === true
          ? JSON.stringify({ ok: report.findings === 0, since, ...report, notes }, null, 2)
          : shadowText(report, since, notes),
      );
      return report.findings === 0 ? 0 : 1;
    });
  },
};

const UNREAD: Readonly<Record<Exclude<SourceState, 'all'>, string>> = {
  own: 'this user administers nothing and sees its own only: there may be others.',
  cut: 'only the first part was read: there are more.',
  denied: 'this user may not read them: nothing is known of them.',
  absent: 'this database does not have them.',
};

function unread({ sources }: ShadowReport): string[] {
  return Object.entries(sources).flatMap(([name, state]) => (state === 'all' ? [] : [`${name}: ${UNREAD[state]}`]));
}

/** A report for people: three tables, what could not be read, and how many findings there are. */
function shadowText(
  { keys, logins, writers, findings, sources }: ShadowReport,
  since: string,
  notes: readonly string[],
): string {
  const isWhole = Object.values(sources).every((state) => state === 'all');
  const why = (by: string | undefined) => by ?? 'NOTHING';
  const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [`${title}: none`, ''] : [title, tableText(head, rows), ''];
  return [
    ...table(
      'API keys',
      ['user', 'key', 'scope', 'created', 'explained by'],
      keys.map(({ login, name, scope, created, explainedBy }) => [login, name, scope, created, why(explainedBy)]),
    ),
    ...table(
      `Logins since ${since}`,
      ['user', 'name', 'last login', 'explained by'],
      logins.map(({ login, name, lastLogin, explainedBy }) => [login, name, lastLogin ?? '', why(explainedBy)]),
    ),
    ...table(
      `Writers since ${since}`,
      ['user', 'model', 'created', 'changed', 'explained by'],
      writers.map(({ login, model, created, changed, explainedBy }) => [
        ...[login, model, String(created), String(changed), why(explainedBy)],
      ]),
    ),
    ...notes,
    findings === 0
      ? `Everything${isWhole ? '' : ' that could be read'} is explained.`
      : `${findings} ${findings === 1 ? 'finding' : 'findings'}: nothing in the catalog explains them.`,
  ].join('\n');
}
