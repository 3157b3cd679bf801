import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isSystemModel } from '../../odoo/guard/system-models.ts';
import type { LiveDatabase } from '../../odoo/import/live-database.ts';
import { DISTRIBUTOR_MODELS } from '../../odoo/import/names/model-names.ts';
import { type ImportFiles, importFiles } from '../../odoo/import/propose/import-files.ts';
import { type DatabaseReading, readModels } from '../../odoo/import/read-models.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { DATABASE_OPTIONS, DATABASE_USAGE, withDatabase } from './odoo-database.ts';
import { tableText } from './table-text.ts';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/;

/** `odoo import`: writes proposed catalog documents from what a live database says of itself. Nothing is overwritten. */
export const odooImport: Command = {
  name: 'odoo import',
  usage: `odoo import ${DATABASE_USAGE} [--models A,B,…] [--system NAME] [--force] --out FOLDER`,
  summary: 'propose catalog documents from what a live Odoo says of itself',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...DATABASE_OPTIONS,
        models: { type: 'string' },
        system: { type: 'string' },
        out: { type: 'string' },
        force: { type: 'boolean' },
      },
    });
    const { out, system = 'odoo' } = values;
    if (out === undefined) throw new UsageError('Name the folder to write to with --out.');
    if (!NAME.test(system)) throw new UsageError('--system takes a name of lower-case letters, digits and dashes.');
    const asked = values.models === undefined ? undefined : askedModels(values.models);
    return withDatabase(values, context, async (database) => {
      const reading = await readModels(database, asked ?? DISTRIBUTOR_MODELS, context.err);
      const today = new Date().toISOString().slice(0, 10);
      const proposed = importFiles(reading, system, today);
      const taken = values.force === true ? [] : await existing(out, proposed);
      if (taken.length > 0) {
        context.err(
          `Nothing was written: ${taken.slice(0, 3).join(', ')}${taken.length > 3 ? ` and ${taken.length - 3} more` : ''} would be overwritten in ${out}. Name another folder, or overwrite with --force.`,
        );
        return 1;
      }
      for (const [path, text] of proposed.files) {
        await mkdir(dirname(join(out, path)), { recursive: true });
        await writeFile(join(out, path), text, { flag: values.force === true ? 'w' : 'wx' });
      }
      summarise(context, { database, reading, proposed, out, system });
      const lacks = asked !== undefined && reading.missing.length + reading.denied.length > 0;
      return lacks || reading.models.size === 0 ? 1 : 0;
    });
  },
};

function askedModels(text: string): string[] {
  const models = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (models.length === 0) throw new UsageError('--models takes names of models, separated by commas.');
  const refused = models.filter(isSystemModel);
  if (refused.length > 0)
    throw new UsageError(`${refused.join(', ')}: models of the system are never served; leave them out.`);
  return models;
}

async function existing(folder: string, { files }: ImportFiles): Promise<string[]> {
  const found: string[] = [];
  for (const path of files.keys()) {
    const isThere = await access(join(folder, path)).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(path);
  }
  return found;
}

interface Imported {
  readonly database: LiveDatabase;
  readonly reading: DatabaseReading;
  readonly proposed: ImportFiles;
  readonly out: string;
  readonly system: string;
}

function summarise({ out: print }: CommandContext, { database, reading, proposed, out, system }: Imported): void {
  const { models } = proposed;
  print(`Odoo ${database.major}, database ${database.database}, over ${database.protocol}\n`);
  const rows = models.map(({ model, interface: name, counts, leftOut, unknown }) =>
    [model, name, counts.public, counts.internal, counts.confidential, counts.restricted, unknown, leftOut].map(String),
  );
  const head = [
    'model',
    'interface',
    'public',
    'internal',
    'confidential',
    'restricted',
    'of no known class',
    'left out',
  ];
  print(tableText(head, rows));
  print('');
  if (reading.missing.length > 0) print(`not in this database: ${reading.missing.join(', ')}`);
  if (reading.denied.length > 0) print(`not to be read by this user: ${reading.denied.join(', ')}`);
  for (const note of reading.notes) print(note);
  print(
    `${proposed.files.size} files written to ${out}; ${reading.behind.size} further models are known by the fields that paths need.`,
  );
  print(`\nNext:
1. Fill in owners, support, runbook and criticality in each interface.yaml; until then "portcullis check" names them as faults.
2. Describe the system ${JSON.stringify(system)} and the teams, if the catalog does not have them yet.
3. Read the proposed classes with the data owners: what no table knows is confidential. What is left out stands above each contract.
4. Delete the fields and interfaces that nobody needs, then move the lifecycle on from design and write grants.`);
}
