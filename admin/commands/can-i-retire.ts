import { parseArgs } from 'node:util';
import type { Catalog } from '../../catalog/catalog.ts';
import type { VersionSpec } from '../../catalog/documents.ts';
import { suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import { Landscape } from '../../lineage/landscape.ts';
import { canIRetire as ask, versionsMeant } from '../../lineage/retirement/can-i-retire.ts';
import type { Retirement, RetirementQuestion } from '../../lineage/retirement/retirement.ts';
import { retirementText } from '../../lineage/text/retirement-text.ts';
import { daysOf, withUsage } from './ask-ledger.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { tellErrors } from './compiled-snapshot.ts';
import { environmentsOf } from './known-environments.ts';

const EXIT_CODES: Readonly<Record<Retirement['answer'], number>> = { yes: 0, no: 1, unknown: 3 };

/** `can-i-retire INTERFACE[/VERSION]`: who may still use it, who really did, and so yes or no. */
export const canIRetire: Command = {
  name: 'can-i-retire',
  usage:
    'can-i-retire INTERFACE[/VERSION] [--field Schema.path] [--days COUNT] [--data FOLDER] [--catalog FOLDER] [--json]',
  summary: 'say whether an interface, a version or a field of it can go: yes (0), no (1) or not known (3)',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        field: { type: 'string' },
        days: { type: 'string' },
        data: { type: 'string' },
        catalog: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const [target, extra] = positionals;
    if (target === undefined || extra !== undefined) throw new UsageError('Name one interface, or a version of it.');
    const days = daysOf(values.days);
    const landscapes = await everywhere(context, values.catalog ?? context.defaults.catalogFolder);
    const catalog = landscapes?.[0]?.catalog;
    if (landscapes === undefined || catalog === undefined) return 1;
    const { name, version, versions } = findVersions(catalog, target);
    const field = values.field === undefined ? undefined : findField(landscapes, name, versions, values.field);
    const question: RetirementQuestion = {
      interface: name,
      ...(version === undefined ? {} : { version }),
      ...(field === undefined ? {} : { field }),
      days,
    };
    const retirement = await withUsage(context, values.data, (usage) =>
      ask(catalog, landscapes, question, versions, usage, Date.now()),
    );
    context.out(values.json === true ? JSON.stringify(retirement, null, 2) : retirementText(retirement));
    return EXIT_CODES[retirement.answer];
  },
};

/** A version is retired in all environments at once; undefined where the catalog has faults: they have been printed. */
async function everywhere(context: CommandContext, folder: string): Promise<Landscape[] | undefined> {
  const start = context.defaults.environment;
  const first = await context.compileFolder(folder, start);
  const known = environmentsOf(first.catalog);
  const landscapes: Landscape[] = [];
  for (const environment of known.length === 0 ? [start] : known) {
    const { snapshot, faults } = environment === start ? first : await context.compileFolder(folder, environment);
    if (snapshot === undefined) {
      const errors = faults.filter(({ severity }) => severity === 'error');
      tellErrors(context, folder, errors);
      return undefined;
    }
    landscapes.push(new Landscape(snapshot));
  }
  return landscapes;
}

function findVersions({ interfaces }: Catalog, target: string) {
  const [name = '', version] = target.split('/', 2);
  const spec = interfaces.get(name)?.document.spec;
  if (spec === undefined) {
    throw new UsageError(
      `There is no interface ${quoted(name)} in the catalog${suggestion(name, interfaces.keys()) || '.'}`,
    );
  }
  const versions = versionsMeant(spec, version);
  if (versions.length === 0) {
    const known = spec.versions.map((one) => one.version);
    throw new UsageError(`${name} has no version ${quoted(version ?? '')}; it has ${known.join(', ')}.`);
  }
  return { name, version, versions };
}

/** The field as it is called in a version that answers; of versions that do not, nothing is granted. */
function findField(
  landscapes: readonly Landscape[],
  name: string,
  meant: readonly VersionSpec[],
  asked: string,
): string {
  const numbers = new Set(meant.map(({ version }) => version));
  const served = landscapes
    .flatMap(({ versions }) => versions)
    .filter(({ interface: { metadata }, version }) => metadata.name === name && numbers.has(version.version));
  const fields = new Set(served.flatMap(({ contract }) => [...contract.fieldIds]));
  if (fields.has(asked)) return asked;
  const what =
    served.length === 0
      ? 'answers in no environment, so that its fields are not known'
      : `has no field ${quoted(asked)}`;
  throw new UsageError(`${name} ${what}${suggestion(asked, fields) || '.'}`);
}
