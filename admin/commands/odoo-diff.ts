import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Catalog } from '../../catalog/catalog.ts';
import { namesAfter } from '../../odoo/import/compare/compare-models.ts';
import { findImpacts } from '../../odoo/import/compare/find-impacts.ts';
import { governedVersions } from '../../odoo/import/compare/governed-interfaces.ts';
import { knownFromContracts } from '../../odoo/import/compare/known-from-contracts.ts';
import type { KnownModels } from '../../odoo/import/compare/known-models.ts';
import { knownFromReading, knownFromSpec, knownModelsIn } from '../../odoo/import/compare/read-document.ts';
import type { LiveDatabase } from '../../odoo/import/live-database.ts';
import { readModels } from '../../odoo/import/read-models.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { DATABASE_OPTIONS, DATABASE_USAGE, withDatabase } from './odoo-database.ts';
import { diffText } from './odoo-diff-text.ts';

/** `odoo diff`: what is otherwise in a database than in the catalog, and which interfaces, grants and owners that touches. */
export const odooDiff: Command = {
  name: 'odoo diff',
  usage: `odoo diff (${DATABASE_USAGE} | --models FILE) [--catalog FOLDER] [--system NAME] [--environment NAME] [--all] [--json]`,
  summary: 'say what an upgrade of Odoo breaks: interfaces, versions, grants and their owners',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...DATABASE_OPTIONS,
        models: { type: 'string' },
        catalog: { type: 'string' },
        system: { type: 'string' },
        environment: { type: 'string' },
        all: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    if ((values.models === undefined) === (values.url === undefined)) {
      throw new UsageError('Name either a live database (--url) or a document of kind OdooModels (--models).');
    }
    const folder = values.catalog ?? context.defaults.catalogFolder;
    const environment = values.environment ?? context.defaults.environment;
    const { catalog } = await context.compileFolder(folder, environment);
    const old = catalogSide(catalog, folder, values.system, environment);
    const report = (other: KnownModels, notes: readonly string[]) =>
      tell(context, { catalog, old, other, notes, json: values.json === true, all: values.all === true });
    if (values.models !== undefined) return report(await documentSide(values.models), []);
    return withDatabase(values, context, async (database) => {
      const { other, notes, denied } = await liveSide(database, old, context.err);
      const models = new Map([...old.models].filter(([name]) => !denied.includes(name)));
      return tell(context, {
        catalog,
        old: { ...old, models },
        other,
        notes,
        json: values.json === true,
        all: values.all === true,
      });
    });
  },
};

/** The catalog's own document; where it has none, what its contracts name. */
function catalogSide(catalog: Catalog, folder: string, system: string | undefined, environment: string): KnownModels {
  const known = [...catalog.odooModels.values()].map(({ document }) => knownFromSpec(document.spec));
  const meant = known.filter(({ systems }) => system === undefined || systems.includes(system));
  if (meant.length > 1) {
    const names = meant.flatMap(({ systems }) => systems).join(', ');
    throw new UsageError(`The catalog describes several databases; choose one with --system: ${names}.`);
  }
  const [found] = meant;
  if (found !== undefined) return found;
  const systems = [...catalog.systems.values()].filter(({ document: { spec, metadata } }) => {
    return spec.type === 'odoo' && (system === undefined || metadata.name === system);
  });
  const names = systems.map(({ document }) => document.metadata.name);
  const majors = new Set(
    systems.flatMap(({ document }) => document.spec.environments[environment]?.odoo?.version ?? []),
  );
  const [major] = majors;
  if (major === undefined || majors.size > 1) {
    throw new UsageError(
      `The catalog ${folder} has no document of kind OdooModels${system === undefined ? '' : ` for ${system}`}, and its systems do not agree on one version of Odoo; choose one with --system, or write the document with "odoo import".`,
    );
  }
  return knownFromContracts(governedVersions(catalog, new Set(names)), major, names);
}

async function documentSide(file: string): Promise<KnownModels> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read; name a file that holds a document of kind OdooModels.`);
  }
  const [known, second] = knownModelsIn(basename(file), text);
  if (known === undefined || second !== undefined) {
    throw new UsageError(`${file} must hold one document of kind OdooModels; write one with "odoo import".`);
  }
  return known;
}

async function liveSide(database: LiveDatabase, old: KnownModels, progress: (line: string) => void) {
  const whole = [...old.models].filter(([, { whole }]) => whole).map(([name]) => name);
  const partly = [...old.models].filter(([, { whole }]) => !whole);
  const also = new Map(partly.map(([name, { fields }]) => [name, new Set(fields.keys())] as const));
  const asked = namesAfter(whole, old.major, database.major);
  const reading = await readModels(database, asked, progress, also);
  const denied = reading.denied.map((name) => `${name} cannot be read by this user: it was not compared.`);
  return { other: knownFromReading(reading), notes: [...denied, ...reading.notes], denied: reading.denied };
}

interface Compared {
  readonly catalog: Catalog;
  readonly old: KnownModels;
  readonly other: KnownModels;
  readonly notes: readonly string[];
  readonly json: boolean;
  /** Also what touches no contract. */
  readonly all: boolean;
}

function tell(context: CommandContext, { catalog, old, other, notes, json, all }: Compared): number {
  const findings = findImpacts(governedVersions(catalog, new Set(old.systems)), old, other);
  const breaking = findings.filter((finding) => finding.breaking).length;
  const shown = all ? findings : findings.filter(({ impacts }) => impacts.length > 0);
  if (json) {
    context.out(
      JSON.stringify(
        { ok: breaking === 0, from: old.major, to: other.major, breaking, findings: shown, notes },
        null,
        2,
      ),
    );
  } else context.out(diffText({ from: old.major, to: other.major, findings, shown, notes }));
  return breaking === 0 ? 0 : 1;
}
