import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LIBRARY_HOMES } from '../scripts/layer-rules.ts';
import { checkLayers, sourceFiles } from '../scripts/layers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A small tree in which everything is as it should be. */
const GOOD: Readonly<Record<string, string>> = {
  'catalog/catalog.ts': 'export interface Catalog { readonly id: string }\n',
  'openapi/contract.ts': "import type { Catalog } from '../catalog/catalog.ts';\nexport type Contract = Catalog;\n",
  'gateway/upstream.ts': 'export interface Upstream { readonly type: string }\n',
  'gateway/server.ts': "import type { Contract } from '../openapi/contract.ts';\nexport type Server = Contract;\n",
  'odoo/adapter.ts': "import type { Upstream } from '../gateway/upstream.ts';\nexport type Adapter = Upstream;\n",
  'policies/limit.ts': "import type { Adapter } from '../odoo/adapter.ts';\nexport type Limit = Adapter;\n",
  'audit/log.ts': 'export const log = 1;\n',
  'audit/log.test.ts': "import { log } from './log.ts';\nimport fc from 'fast-check';\nfc(log);\n",
  'admin/app.ts': "import { log } from '../audit/log.ts';\nimport express from 'express';\nexpress(log);\n",
  'main.ts': "import './admin/app.ts';\n",
  'node_modules/express/index.js': 'module.exports = () => undefined;\n',
  'node_modules/express/package.json': '{"name":"express","version":"1.0.0","main":"index.js"}',
  'node_modules/fast-check/index.js': 'module.exports = () => undefined;\n',
  'node_modules/fast-check/package.json': '{"name":"fast-check","version":"1.0.0","main":"index.js"}',
  'package.json': '{"type":"module","dependencies":{"express":"1.0.0"},"devDependencies":{"fast-check":"1.0.0"}}',
};

/** One bad import each, and the rule that must refuse it. */
const BAD: readonly (readonly [name: string, rule: string, files: Readonly<Record<string, string>>])[] = [
  [
    'a lower layer knows a higher one',
    'catalog-knows-only-its-own: catalog/bad.ts → gateway/server.ts',
    { 'catalog/bad.ts': "import '../gateway/server.ts';\n" },
  ],
  [
    'by a type alone',
    'audit-knows-only-its-own: audit/bad.ts → catalog/catalog.ts',
    { 'audit/bad.ts': "import type { Catalog } from '../catalog/catalog.ts';\nexport type Bad = Catalog;\n" },
  ],
  [
    'by a type in an expression',
    'audit-knows-only-its-own: audit/bad.ts → catalog/catalog.ts',
    { 'audit/bad.ts': "export type Bad = import('../catalog/catalog.ts').Catalog;\n" },
  ],
  [
    'by a late import',
    'openapi-knows-only-its-own: openapi/bad.ts → audit/log.ts',
    { 'openapi/bad.ts': "export const bad = () => import('../audit/log.ts');\n" },
  ],
  [
    'gateway knows a policy',
    'gateway-knows-only-its-own: gateway/bad.ts → policies/limit.ts',
    { 'gateway/bad.ts': "export * from '../policies/limit.ts';\n" },
  ],
  [
    'gateway knows an adapter',
    'gateway-knows-only-its-own: gateway/bad.ts → odoo/adapter.ts',
    { 'gateway/bad.ts': "import '../odoo/adapter.ts';\n" },
  ],
  [
    'an adapter knows more of gateway than its contracts',
    'odoo-knows-only-its-own: odoo/bad.ts → gateway/server.ts',
    { 'odoo/bad.ts': "import '../gateway/server.ts';\n" },
  ],
  [
    'two files load one another',
    'no-cycle-at-run-time: audit/one.ts → audit/two.ts',
    { 'audit/one.ts': "import './two.ts';\n", 'audit/two.ts': "import './one.ts';\n" },
  ],
  [
    "two files know one another's types",
    'no-cycle-but-between-contracts: audit/one.ts → audit/two.ts',
    {
      'audit/one.ts': "import type { Two } from './two.ts';\nexport type One = Two | 1;\n",
      'audit/two.ts': "import type { One } from './one.ts';\nexport type Two = One | 2;\n",
    },
  ],
  [
    'a library away from its home',
    'express-has-its-home: gateway/bad.ts → node_modules/express/index.js',
    { 'gateway/bad.ts': "import express from 'express';\nexpress();\n" },
  ],
  [
    'product code leans on a test library',
    'no-tool-at-run-time: audit/bad.ts → node_modules/fast-check/index.js',
    { 'audit/bad.ts': "import fc from 'fast-check';\nfc();\n" },
  ],
  [
    'product code leans on a test',
    'product-knows-no-test: audit/bad.ts → audit/log.test.ts',
    { 'audit/bad.ts': "import './log.test.ts';\n" },
  ],
  [
    'somebody imports main',
    'only-main-knows-all: admin/bad.ts → main.ts',
    { 'admin/bad.ts': "import '../main.ts';\n" },
  ],
  [
    'an import leads nowhere',
    'everything-resolves: audit/bad.ts → ./gone.ts',
    { 'audit/bad.ts': "import './gone.ts';\n" },
  ],
];

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-layers-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function treeOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder, name.replaceAll(/\W+/g, '-'));
  for (const [path, content] of Object.entries({ ...GOOD, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await cp(join(ROOT, 'tsconfig.json'), join(root, 'tsconfig.json'));
  return root;
}

describe('the layers', () => {
  test('hold in this project, and every file of it was looked at', async () => {
    const report = await checkLayers(ROOT);
    assert.deepEqual(report.violations, []);
    assert.deepEqual(report.unseen, []);
    assert.ok(report.modules > 100, `only ${report.modules} files were looked at`);
  });

  test('let a good tree pass', async () => {
    const report = await checkLayers(await treeOf('good', {}));
    assert.deepEqual(report, { modules: 10, unseen: [], violations: [] });
  });

  for (const [name, violation, files] of BAD) {
    test(`are broken when ${name}`, async () => {
      const report = await checkLayers(await treeOf(name, files));
      assert.ok(report.violations.includes(violation), `${violation} not in:\n${report.violations.join('\n')}`);
    });
  }

  test('give every library that runs in production a home', async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    assert.deepEqual(Object.keys(LIBRARY_HOMES).sort(), Object.keys(dependencies).sort());
  });
});

describe('product code', () => {
  const product = async (): Promise<string[]> =>
    (await sourceFiles(ROOT)).filter(
      (path) => !/^(?:test|bench|examples|scripts)\//.test(path) && !/\.(?:test|fixture)\.ts$/.test(path),
    );

  test('reads nothing beside the project', async () => {
    for (const path of await product()) {
      assert.doesNotMatch(await readFile(join(ROOT, path), 'utf8'), /\.\.\/shared\b/, path);
    }
  });

  test('reads the environment in settings.ts and main.ts only', async () => {
    for (const path of await product()) {
      if (path === 'settings.ts' || path === 'main.ts') continue;
      assert.doesNotMatch(await readFile(join(ROOT, path), 'utf8'), /\bprocess\.env\b/, path);
    }
  });
});
