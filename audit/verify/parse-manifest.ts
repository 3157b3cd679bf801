import type { Manifest, ManifestFile } from '../export/manifest.ts';
import { FILE_NAME } from './archive-files.ts';
import { parseCanonical } from './parse-canonical.ts';

/** Reads a manifest; undefined where it is none. */
export function parseManifest(text: string): Manifest | undefined {
  const value = text.endsWith('\n') ? parseCanonical(text.slice(0, -1)) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, origin, question, created, software, checkpoint, rows, entries, files } = value as Partial<Manifest>;
  const isRight =
    format === 1 &&
    [origin, question, created, software, checkpoint?.root].every((member) => typeof member === 'string') &&
    [rows, entries, checkpoint?.size].every(isCount) &&
    Array.isArray(files) &&
    files.every(isFile) &&
    new Set(files.map(({ name }) => name)).size === files.length;
  return isRight ? (value as Manifest) : undefined;
}

function isFile(value: unknown): value is ManifestFile {
  if (typeof value !== 'object' || value === null) return false;
  const { name, bytes, sha256 } = value as Partial<ManifestFile>;
  return typeof name === 'string' && FILE_NAME.test(name) && isCount(bytes) && /^[0-9a-f]{64}$/.test(String(sha256));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
