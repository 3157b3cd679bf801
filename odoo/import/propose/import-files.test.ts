import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readModels } from '../read-models.ts';
import { smallMetadata } from '../small-metadata.fixture.ts';
import { TOLD_KEY, tellDatabase } from '../told-database.fixture.ts';
import { importFiles } from './import-files.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const ASKED = ['res.partner', 'x_fleet.vehicle', 'no.such', 'hr.secret'];

async function imported(major: number, sees: boolean) {
  const told = await tellDatabase(major, smallMetadata(sees));
  try {
    const lines: string[] = [];
    const reading = await readModels(await told.open(), ASKED, (line) => lines.push(line));
    return { reading, heard: told.heard, lines, ...importFiles(reading, 'erp', '2026-11-25') };
  } finally {
    await told.close();
  }
}

test('what is written of a small database is what stands in the golden folder, over either protocol', async () => {
  const expected = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  for (const major of [19, 18]) {
    const { files, models, reading } = await imported(major, true);
    assert.deepEqual([...files.keys()].sort(), expected.sort());
    for (const [path, text] of files) {
      const golden = readFileSync(join(GOLDEN, path), 'utf8')
        .replaceAll('Odoo 19', `Odoo ${major}`)
        .replace('version: 19', `version: ${major}`)
        // Only from 19 on does a server describe its methods.
        .replace(major === 19 ? /^$/ : /^# Methods .*\n#.*\n/m, '');
      assert.equal(text, golden, path);
    }
    assert.deepEqual([reading.missing, reading.denied, reading.notes], [['no.such'], ['hr.secret'], []]);
    assert.deepEqual(
      models.map(({ model, interface: name, leftOut }) => [model, name, leftOut]),
      [
        ['res.partner', 'partners', 6],
        ['x_fleet.vehicle', 'fleet-vehicles', 0],
      ],
    );
  }
});

test('a user who may read little is told what is not known, and everything else is written', async () => {
  const { reading, files } = await imported(19, false);
  assert.deepEqual(reading.notes, [
    'ir.model cannot be read by this user: titles and default orders of models are not known.',
    'ir.model.fields cannot be read by this user: fields that it may not see are not known.',
  ]);
  const models = files.get('models/erp.yaml') ?? '';
  assert.ok(!models.includes('hidden_score'));
  assert.ok(!models.includes('order: complete_name'));
  assert.match(models, /vat_label: \{ type: char, title: Vat Label \}/);
});

test('the key stands in one header only, and secrets and other models stay out of the contracts', async () => {
  const { files, heard, lines } = await imported(19, true);
  const written = [...files.values(), ...lines].join('\n');
  assert.ok(!written.includes(TOLD_KEY));
  assert.ok(!heard.join('\n').includes(TOLD_KEY));
  const contract = (files.get('partners/partners-1.0.yaml') ?? '').split('openapi:')[1] ?? '';
  for (const name of ['signup_token', 'image_1920', 'message_ids', 'hidden_score', 'odoo: properties']) {
    assert.ok(!contract.includes(name), name);
  }
});
