import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { layerOptions, layerRuleSet } from './layer-rules.ts';

const FOLDERS = [
  'catalog',
  'openapi',
  'policies',
  'gateway',
  'odoo',
  'audit',
  'lineage',
  'storage',
  'admin',
  'assembly',
  'test',
  'bench',
  'scripts',
  'examples',
];
const ROOT_FILES = ['main.ts', 'settings.ts'];

/** What the layer rules say of a tree. */
export interface LayerReport {
  /** Source files of the tree that were read with all their imports. */
  readonly modules: number;
  /** Source files that were not: a checker that sees nothing finds nothing. */
  readonly unseen: readonly string[];
  /** `rule: from → to`, one per forbidden import. */
  readonly violations: readonly string[];
}

/** Checks who imports whom in the project at `root`. */
export async function checkLayers(root: string): Promise<LayerReport> {
  const places = [...FOLDERS, ...ROOT_FILES].filter((place) => existsSync(join(root, place)));
  const { output } = await cruise(places, {
    ...layerOptions,
    baseDir: root,
    validate: true,
    ruleSet: layerRuleSet,
  });
  if (typeof output === 'string') throw new Error('the import checker gave text where an object was asked for');
  const seen = new Set(output.modules.map((module) => module.source));
  const files = await sourceFiles(root);
  return {
    modules: files.filter((file) => seen.has(file)).length,
    unseen: files.filter((file) => !seen.has(file)),
    violations: output.summary.violations
      .map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
      .sort((a, b) => (a < b ? -1 : 1)),
  };
}

/** Every TypeScript file that the layers are about, by slash-separated path. */
export async function sourceFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  const patterns = [...FOLDERS.map((folder) => `${folder}/**/*.ts`), ...ROOT_FILES];
  for await (const file of glob(patterns, { cwd: root })) {
    const path = file.replaceAll('\\', '/');
    if (!/^bench\/express-gateway\/|(?:^|\/)(?:golden|node_modules)\//.test(path)) files.push(path);
  }
  return files.sort();
}
