import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatFault } from './fault.ts';
import { loadCatalog } from './load-folder.ts';

const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));

async function folderOf(context: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-catalog-'));
  context.after(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const team = (name: string) => `apiVersion: portcullis/v1\nkind: Team\nmetadata: {name: ${name}}\nspec: {}\n`;

const interfaceOn = (document: string) => `apiVersion: portcullis/v1
kind: Interface
metadata: {name: orders}
spec:
  system: erp
  owners: {business: sales, technical: sales, steward: sales}
  support: {contact: the office}
  objective: {availabilityPercent: 99, p95Ms: 800}
  runbook: docs/runbook.md
  criticality: low
  mode: batch
  versions: [{version: '1.0', document: ${document}, lifecycle: production}]
`;

const system =
  'apiVersion: portcullis/v1\nkind: System\nmetadata: {name: erp}\nspec: {type: http, owner: sales, environments: {test: {url: "https://erp.example.com"}}}\n';

async function codes(folder: string): Promise<string[]> {
  const { faults } = await loadCatalog(folder);
  return faults.map(({ place, code }) => `${place.file}:${place.line}:${place.column} ${code}`);
}

test('every fault of a faulty catalog is told at once, at its line and column', async () => {
  const { faults } = await loadCatalog(join(GOLDEN, 'faulty'), '2026-11-20');
  const told = faults.map((fault) => `${formatFault(fault)}\n`).join('');
  assert.equal(told, await readFile(join(GOLDEN, 'faulty.txt'), 'utf8'));
});

test('a sound catalog loads without faults; documents and referred files are frozen, null-prototype data', async (t) => {
  const folder = await folderOf(t, {
    'teams.yaml': `${team('sales')}---\n${team('stock')}`,
    'systems/erp.json': JSON.stringify({
      apiVersion: 'portcullis/v1',
      kind: 'System',
      metadata: { name: 'erp' },
      spec: { type: 'http', owner: 'sales', environments: { test: { url: 'https://erp.example.com' } } },
    }),
    'interfaces/orders.yaml': interfaceOn('../apis/orders.json'),
    'apis/orders.json': '{"openapi": "3.1.0"}',
    '.hidden/x.yaml': 'broken: [',
    'node_modules/x/x.yaml': 'broken: [',
    'README.md': '# Notes',
  });
  const { catalog, faults } = await loadCatalog(folder);
  assert.deepEqual(faults.map(formatFault), []);
  assert.deepEqual([...catalog.teams.keys()], ['sales', 'stock']);
  assert.deepEqual([...catalog.files.keys()], ['apis/orders.json']);
  assert.match(catalog.id, /^sha256:[0-9a-f]{64}$/);
  const orders = catalog.interfaces.get('orders');
  assert.ok(orders !== undefined && Object.isFrozen(orders.document.spec.versions));
  assert.equal(Object.getPrototypeOf(orders.document.spec), null);
  assert.equal(orders.source.locate('/spec/system').line, 5);
});

test('the id tells the content of what takes part, and nothing else', async (t) => {
  const files = {
    'a.yaml': `${team('sales')}---\n${system}---\n${interfaceOn('orders.json')}`,
    'orders.json': '{"openapi": "3.1.0"}',
  };
  const id = async (more: Readonly<Record<string, string>>) =>
    (await loadCatalog(await folderOf(t, { ...files, ...more }))).catalog.id;
  const first = await id({});
  assert.equal(await id({}), first);
  assert.equal(await id({ 'unused.yaml': 'a: 1' }), first);
  assert.notEqual(await id({ 'orders.json': '{"openapi": "3.1.1"}' }), first);
  assert.notEqual(await id({ 'b.yaml': team('stock') }), first);
});

test('a link that leaves the folder is a fault and is not read; one inside is', async (t) => {
  const outside = await folderOf(t, { 'secret.yaml': team('outside') });
  const folder = await folderOf(t, { 'a.yaml': team('sales'), '..data/b.yaml': team('stock') });
  await symlink(join(outside, 'secret.yaml'), join(folder, 'c.yaml'));
  await symlink(outside, join(folder, 'd'));
  await symlink('..data/b.yaml', join(folder, 'e.yaml'));
  await symlink('nowhere.yaml', join(folder, 'f.yaml'));
  const { catalog } = await loadCatalog(folder);
  assert.deepEqual([...catalog.teams.keys()], ['sales', 'stock']);
  assert.deepEqual(await codes(folder), [
    'c.yaml:1:1 link-leaves-folder',
    'd:1:1 link-leaves-folder',
    'f.yaml:1:1 link-leaves-folder',
  ]);
});

test('no reference leads out of the folder, however it is written', async (t) => {
  for (const reference of [
    '../orders.json',
    'a/../../orders.json',
    '/etc/passwd',
    'file:///etc/passwd',
    'FILE:orders.json',
    '//example.com/a.json',
    '"..\\\\orders.json"',
    '"orders\\0.json"',
  ]) {
    const folder = await folderOf(t, { 'a.yaml': `${team('sales')}---\n${system}---\n${interfaceOn(reference)}` });
    const { catalog } = await loadCatalog(folder);
    assert.equal(catalog.files.size, 0, reference);
    const told = await codes(folder);
    assert.equal(told.length, 1, reference);
    assert.match(told[0] ?? '', /reference-invalid$/, reference);
  }
});

test('what is too large, too deep or not readable is refused without being read', async (t) => {
  const deep = `${Array.from({ length: 17 }, (_, level) => `d${level}`).join('/')}/a.yaml`;
  const folder = await folderOf(t, { 'a.yaml': team('sales'), 'huge.json': '', 'huge.yaml': '', [deep]: team('deep') });
  await truncate(join(folder, 'huge.json'), 21 * 1024 * 1024);
  await truncate(join(folder, 'huge.yaml'), 6 * 1024 * 1024);
  await mkdir(join(folder, 'folder.yaml'));
  await writeFile(join(folder, 'latin.yaml'), Buffer.from(`# caf\xe9\n${team('latin')}`, 'latin1'));
  await writeFile(join(folder, 'two\nlines.yaml'), team('lines'));
  const told = await codes(folder);
  assert.deepEqual(told, [
    '"two?lines.yaml":1:1 file-name-invalid',
    `${Array.from({ length: 16 }, (_, level) => `d${level}`).join('/')}:1:1 folder-too-deep`,
    'huge.json:1:1 file-too-large',
    'huge.yaml:1:1 file-too-large',
    'latin.yaml:1:1 file-invalid',
  ]);
});

test('a folder that is not there, is a file or holds nothing is a fault', async (t) => {
  assert.deepEqual(await codes('/nonexistent/catalog'), ['.:1:1 folder-missing']);
  const folder = await folderOf(t, { 'a.json': '{"openapi": "3.1.0"}', 'empty.yaml': '' });
  assert.deepEqual(await codes(join(folder, 'a.json')), ['.:1:1 folder-missing']);
  assert.deepEqual(await codes(folder), ['.:1:1 folder-empty', 'a.json:1:1 file-unused', 'empty.yaml:1:1 file-unused']);
});

test('a document that was meant for the catalog is not passed over, those of other tools are', async (t) => {
  const folder = await folderOf(t, {
    'a.yaml': team('sales'),
    'misspelt.yaml': team('one').replace('portcullis/', 'portculis/'),
    'list.yaml': '- {apiVersion: portcullis/v1, kind: Team, metadata: {name: four}, spec: {}}\n',
    'none.yaml': team('two').replace(/^.*\n/, ''),
    'number.yaml': team('three').replace('portcullis/v1', '1'),
    'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n',
    'system.yaml': 'apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: a}\nspec: {}\n',
  });
  await writeFile(join(folder, 'wide.yaml'), Buffer.from(`\uFEFF${team('wide')}`, 'utf16le'));
  assert.deepEqual(await codes(folder), [
    'list.yaml:1:1 document-invalid',
    'misspelt.yaml:1:13 version-unknown',
    'none.yaml:1:1 version-unknown',
    'number.yaml:1:13 version-unknown',
    'pod.yaml:1:1 file-unused',
    'system.yaml:1:1 file-unused',
    'wide.yaml:1:1 file-invalid',
  ]);
});

test('a document of a million values is refused before it is looked at', async (t) => {
  const spec = { members: Array(1_000_000).fill(1) };
  const folder = await folderOf(t, {
    'a.json': JSON.stringify({ apiVersion: 'portcullis/v1', kind: 'Team', metadata: { name: 'a' }, spec }),
  });
  assert.deepEqual(await codes(folder), ['a.json:1:1 file-too-large']);
});
