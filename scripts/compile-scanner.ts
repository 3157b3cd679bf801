import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = 'gateway/selector/wasm/scanner.ts';

/** The compiled scanner, as the gateway loads it. */
export const SCANNER_FILE = join(ROOT, 'gateway/selector/answer-scanner.wasm');

const OPTIONS = [
  // Nothing is allocated, collected or asserted: memory is laid out by hand, and what must not be traps.
  ...['--runtime', 'stub', '--noAssert', '--use', 'abort='],
  // 34 MB of addresses, of which only what is used becomes memory; it never grows (wasm/memory-map.ts).
  ...['--memoryBase', '1024', '--initialMemory', '529', '--maximumMemory', '529'],
  ...['-O3', '--enable', 'simd', '--outFile', 'scanner.wasm'],
];

/** Compiles the scanner; the same source gives the same bytes. Throws an Error with what the compiler has to say. */
export async function compileScanner(): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main([SOURCE, ...OPTIONS], {
    readFile: (name) => readFile(join(ROOT, name), 'utf8').catch(() => null),
    writeFile: (name, contents) => {
      files.set(name, Buffer.from(contents));
    },
    listFiles: () => [],
  });
  const compiled = files.get('scanner.wasm');
  if (error !== null || compiled === undefined) throw new Error(stderr.toString(), { cause: error });
  return compiled;
}

/** `node scripts/compile-scanner.ts` writes the file that stands beside the sources. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await writeFile(SCANNER_FILE, await compileScanner());
