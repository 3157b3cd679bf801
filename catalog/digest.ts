import { createHash } from 'node:crypto';

/** `sha256:<hex>` of bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * The id of a catalog: `sha256:<hex>` over path and digest of every file that takes part, in path order. Every part is
 * closed by a NUL, which neither a path nor a digest can hold, so that no two catalogs read alike.
 */
export function catalogId(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const path of [...files.keys()].sort()) hash.update(`${path}\0${files.get(path) ?? ''}\0`);
  return `sha256:${hash.digest('hex')}`;
}
