import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandContext } from '../assembly/command-context.ts';
import type { Snapshot } from '../gateway/plan.ts';
import { Landscape } from './landscape.ts';
import { type Subject, type SubjectKind, subjectsNamed } from './subject.ts';

export const DEMO_CATALOG = join(import.meta.dirname, '../examples/distribution/catalog');

const SETTINGS = {
  catalogFolder: '',
  dataFolder: '',
  auditIndex: 'off',
  environment: 'production',
  publicUrl: '',
  tokenUrl: '',
};

/** A folder, compiled as the gateway would; it has no faults. */
export async function compiled(folder: string, environment = 'production'): Promise<Snapshot> {
  const { snapshot, faults } = await commandContext(SETTINGS, '1.2.3', {}).compileFolder(folder, environment);
  assert.ok(snapshot !== undefined, faults.map(({ message }) => message).join('\n'));
  return snapshot;
}

let demo: Promise<Snapshot> | undefined;

/** The example company. */
export async function demoLandscape(): Promise<Landscape> {
  demo ??= compiled(DEMO_CATALOG);
  return new Landscape(await demo);
}

/** Documents as files of a folder of their own, for as long as the work takes. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-lineage-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a name means, where it means one thing. */
export function subjectOf(landscape: Landscape, name: string, kind?: SubjectKind): Subject {
  const found = subjectsNamed(landscape, name).filter((subject) => kind === undefined || subject.kind === kind);
  const [subject] = found;
  assert.ok(subject !== undefined && found.length === 1, `${name}: ${found.map((one) => one.kind).join(', ')}`);
  return subject;
}
