import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EntryReader } from '../record/entry-reader.ts';
import { openFolderReader } from '../tiles/folder-reader.ts';
import type { NoteSigner } from '../tlog/signed-note.ts';
import { ledgerFiles } from '../verify/ledger-files.ts';
import { StoredTree } from '../verify/stored-tree.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { ExportFiles, type ExportFormat } from './export-files.ts';
import {
  CHECKPOINT_FILE,
  ENTRIES_FILE,
  KEYS_FILE,
  MANIFEST_FILE,
  type Manifest,
  type ManifestFile,
  manifestText,
  SIGNATURE_FILE,
  signedManifestText,
} from './manifest.ts';
import { provenEntries } from './proven-entries.ts';
import { README_FILE, readmeText, VERIFIER_NAME } from './readme-text.ts';
import { TileSubtrees } from './tile-subtrees.ts';

const VERIFIER = join(import.meta.dirname, '../verify/verify.mjs');

export interface ExportPlan {
  /** The ledger's folder. */
  readonly folder: string;
  /** Which entries, in the order of the log: the answer to a question. */
  readonly rows: AsyncIterable<{ readonly index: number }>;
  /** Canonical JSON of the question; subjects as handles. */
  readonly question: string;
  readonly formats: readonly ExportFormat[];
  /** Path of the archive; nothing may be there. */
  readonly out: string;
  /** Signs with the log's key. */
  readonly signer: NoteSigner;
  /** Version of the software. */
  readonly software: string;
  readonly now: Date;
  /** Told now and then: rows that were written. */
  readonly progress?: (rows: number) => void;
  /** Called before the archive gets its name: puts the export on record. Where it rejects, there is no archive. */
  readonly record: (exported: Exported) => Promise<void>;
}

export interface Exported {
  readonly rows: number;
  /** SHA-256 of the manifest, `sha256:…`. */
  readonly manifest: string;
}

/**
 * Writes an archive of entries with the proof that they are in the log, in constant memory (disk beside the archive holds
 * its files while it is made). Rejects where an entry or a hash is missing, leaving nothing behind.
 */
export async function writeExport(plan: ExportPlan): Promise<Exported> {
  const out = resolve(plan.out);
  const work = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    const path = join(work, 'archive.zip');
    const archive = new ArchiveWriter(path, plan.now);
    const exported = await fill(archive, work, plan);
    await archive.end();
    await plan.record(exported);
    await rename(path, out);
    return exported;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Puts all files into the archive. */
async function fill(archive: ArchiveWriter, work: string, plan: ExportPlan): Promise<Exported> {
  const folder = join(work, 'files');
  await mkdir(folder, { mode: 0o700 });
  const reader = await openFolderReader(plan.folder);
  const head = await reader.checkpoint();
  const stored = new StoredTree(ledgerFiles(plan.folder), head.size, head.root);
  const tiles = new TileSubtrees((level, index) => stored.tile(level, index));
  const files = await ExportFiles.create(folder, archive.stream(ENTRIES_FILE), plan.formats, tiles);
  const entries = new EntryReader();
  let rows = 0;
  let told = performance.now();
  try {
    for await (const run of provenEntries(reader, plan.rows, head.size)) {
      for (const { index, bytes, isSupport } of run) {
        const resolved = entries.read(index, bytes);
        if (!isSupport && resolved === undefined) throw new Error(`entry ${index} is a definition, which is no row`);
        if (resolved !== undefined && resolved.missing.length > 0)
          throw new Error(`entry ${index} names what its epoch does not define`);
        if (!isSupport) rows++;
        const waits = files.add(index, bytes, isSupport ? undefined : resolved);
        if (waits !== undefined) await waits;
      }
      if (performance.now() - told < 200) continue;
      told = performance.now();
      plan.progress?.(rows);
    }
    await files.end(head.size);
  } finally {
    await files.close();
  }
  plan.progress?.(rows);
  const created = plan.now.toISOString();
  const plain: readonly (readonly [string, string | Buffer])[] = [
    [CHECKPOINT_FILE, head.note],
    [KEYS_FILE, await readFile(join(plan.folder, KEYS_FILE))],
    [VERIFIER_NAME, await readFile(VERIFIER)],
    [README_FILE, readmeText({ origin: reader.origin, created, rows })],
  ];
  const list = [...files.written, ...(await Promise.all(plain.map(([name, content]) => put(folder, name, content))))];
  const { origin } = reader;
  const checkpoint = { size: head.size, root: head.root.toString('base64') };
  const { question, software } = plan;
  const manifest: Manifest = {
    format: 1,
    origin,
    question,
    created,
    software,
    checkpoint,
    rows,
    entries: files.entries,
    files: list,
  };
  const { sha256 } = await put(folder, MANIFEST_FILE, manifestText(manifest));
  const text = signedManifestText(sha256);
  await put(folder, SIGNATURE_FILE, `${text}\n${plan.signer.signatureLine(text)}`);
  for (const name of [MANIFEST_FILE, SIGNATURE_FILE, ...list.map((file) => file.name)]) {
    if (name !== ENTRIES_FILE) archive.file(join(folder, name), name);
  }
  return { rows, manifest: `sha256:${sha256}` };
}

async function put(folder: string, name: string, content: string | Buffer): Promise<ManifestFile> {
  const bytes = Buffer.from(content);
  await writeFile(join(folder, name), bytes, { flag: 'wx', mode: 0o600 });
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
