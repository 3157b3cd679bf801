import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { zipFiles } from '../../audit/verify/zip-files.ts';
import type { Sink } from './canaries.fixture.ts';

/** Every file below a folder; of archives what is in them, too. */
export async function filesBelow(folder: string): Promise<Sink[]> {
  const sinks: Sink[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A draft may be gone by now, or a partial tile.
    const content = await readFile(path).catch(() => undefined);
    if (content === undefined) continue;
    const name = relative(folder, path);
    sinks.push({ name, content }, ...(await filesIn(name, path, content)));
  }
  return sinks;
}

async function filesIn(name: string, path: string, content: Buffer): Promise<Sink[]> {
  if (content.toString('latin1', 0, 4) !== 'PK\x03\x04') return [];
  const archive = zipFiles(path);
  return Promise.all(
    [...archive.sizes.keys()].map(async (file) => {
      const chunks: Buffer[] = [];
      for await (const chunk of archive.chunks(file)) chunks.push(Buffer.from(chunk));
      return { name: `${name}: ${file}`, content: Buffer.concat(chunks) };
    }),
  );
}

/** What a URL answers, head and body. */
export async function answerOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Sink> {
  const response = await fetch(url, { headers });
  const head = [...response.headers].map(([header, value]) => `${header}: ${value}\n`).join('');
  const body = Buffer.from(await response.arrayBuffer());
  return { name: `${response.status} ${url}`, content: Buffer.concat([Buffer.from(head), body]) };
}
