import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = 'audit/verify/verify-alone.ts';

/** The verifier that travels with every export. */
export const VERIFIER_FILE = join(ROOT, 'audit/verify/verify.mjs');

const HEADER = `#!/usr/bin/env node
// Verifies a ledger of Portcullis, an export of one, or a proof, offline: node verify.mjs --help
// Needs Node 20.15 or newer and nothing else. Apache-2.0. Put together from audit/verify/ by scripts/compile-verifier.ts.`;

/** Puts the verifier's sources together into one readable file; the same sources give the same text. */
export async function compileVerifier(): Promise<string> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [SOURCE],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    banner: { js: HEADER },
    logLevel: 'silent',
  });
  const outside = Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'));
  const [file] = outputFiles;
  if (file === undefined || outside.length > 0) throw new Error(`the verifier must stand alone, not on ${outside}`);
  return file.text;
}

/** `node scripts/compile-verifier.ts` writes the file that stands beside the sources. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await writeFile(VERIFIER_FILE, await compileVerifier());
