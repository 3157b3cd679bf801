import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../../storage/replace-file.ts';

/** Who the log is and what it signs with: Ed25519 private keys of 32 bytes (RFC 8032 §5.1.5). */
export interface LogKey {
  /** First line of its checkpoints and name of its keys: `<name>/<8 hex digits>`, made once. */
  readonly origin: string;
  readonly seed: Buffer;
  /** The key before, while both must sign: until a checkpoint covers the entry of the rotation. */
  readonly previous?: Buffer;
}

const SEED_BYTES = 32;

/**
 * The key of the log in `path`, made at the first start under an origin that begins with `name` (no spaces, no +).
 * Rejects where the file is not such a key.
 */
export async function openLogKey(path: string, name: string): Promise<LogKey> {
  const known = await readLogKey(path);
  if (known !== undefined) return known;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const made = { origin: `${name}/${randomBytes(4).toString('hex')}`, seed: randomBytes(SEED_BYTES) };
  await writeLogKey(path, made);
  return made;
}

/** The key in `path`; undefined where there is none yet. */
export async function readLogKey(path: string): Promise<LogKey | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = parseLogKey(text);
  if (key === undefined) throw new Error(`${path} is not the key of a log: restore it from a copy`);
  return key;
}

/** Makes the next key of the log; it and the one before sign together from the next start on. Nobody may be writing. */
export async function rotateLogKey(path: string, { origin, seed }: LogKey): Promise<LogKey> {
  const next = { origin, seed: randomBytes(SEED_BYTES), previous: seed };
  await writeLogKey(path, next);
  return next;
}

/** Forgets the key before: its last checkpoint has been signed. */
export async function settleLogKey(path: string, { origin, seed }: LogKey): Promise<void> {
  await writeLogKey(path, { origin, seed });
}

/** Either the old content or the new one is there, always; the old one is overwritten in place before it is let go. */
async function writeLogKey(path: string, { origin, seed, previous }: LogKey): Promise<void> {
  const fields = { origin, seed: seed.toString('base64'), previous: previous?.toString('base64') };
  const old = await open(path, 'r+').catch(() => undefined);
  await replaceFile(path, `${JSON.stringify(fields)}\n`);
  if (old === undefined) return;
  const { size } = await old.stat();
  await old.write(Buffer.alloc(size), 0, size, 0);
  await old.sync().finally(() => old.close());
}

function parseLogKey(text: string): LogKey | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Said by the caller, without the text: it may hold the key.
    return undefined;
  }
  const { origin, seed, previous } = fields;
  if (typeof origin !== 'string' || origin === '') return undefined;
  const [key, before] = [seed, previous].map(seedOf);
  if (key === undefined || (previous !== undefined && before === undefined)) return undefined;
  return before === undefined ? { origin, seed: key } : { origin, seed: key, previous: before };
}

function seedOf(text: unknown): Buffer | undefined {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
  return bytes?.length === SEED_BYTES ? bytes : undefined;
}
