import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Who the log is and what it signs with. */
export interface LogKey {
  /** First line of its checkpoints and name of its key: `<name>/<8 hex digits>`, made once. */
  readonly origin: string;
  /** Ed25519 private key, 32 bytes (RFC 8032 §5.1.5). */
  readonly seed: Buffer;
}

/**
 * The key of the log in `path`, made at the first start under an origin that begins with `name` (no spaces, no +).
 * Rejects where the file is not such a key.
 */
export async function openLogKey(path: string, name: string): Promise<LogKey> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return createLogKey(path, name);
  const { origin, seed } = readFields(text);
  const bytes = Buffer.from(seed, 'base64');
  if (origin === '' || bytes.length !== 32) throw new Error(`${path} is not the key of a log: restore it from a copy`);
  return { origin, seed: bytes };
}

async function createLogKey(path: string, name: string): Promise<LogKey> {
  const key = { origin: `${name}/${randomBytes(4).toString('hex')}`, seed: randomBytes(32) };
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = `${path}.new`;
  const file = await open(aside, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ origin: key.origin, seed: key.seed.toString('base64') })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  const names = await open(folder, 'r');
  await names.sync().finally(() => names.close());
  return key;
}

function readFields(text: string): { readonly origin: string; readonly seed: string } {
  try {
    const { origin = '', seed = '' } = JSON.parse(text) as Record<string, unknown>;
    if (typeof origin === 'string' && typeof seed === 'string') return { origin, seed };
  } catch {
    // Said by the caller, without the text: it may hold the key.
  }
  return { origin: '', seed: '' };
}
