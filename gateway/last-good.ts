import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { catalogId, digestOf } from '../catalog/digest.ts';
import { replaceFile } from '../storage/replace-file.ts';

/** A catalog as it was in force: the bytes of all its files by path, and their id. */
export interface KeptCatalog {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly keptAt: number;
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * The last catalog that was in force, on the gateway's own disk: what it starts from when the catalog folder cannot be
 * served. Documents name secrets by reference, so none stands in the copy.
 */
export interface LastGood {
  /** Where the copy lies, for people. */
  readonly path: string;
  /** Whole or not at all: the copy before stays until this one is on the disk. */
  keep(catalog: KeptCatalog): Promise<void>;
  /** Undefined: none was kept. Rejects with an Error that says why when the copy cannot be trusted. */
  read(): Promise<KeptCatalog | undefined>;
}

const FORMAT = 'portcullis-last-good/1';

/** `key` seals the copy: whoever may only write to the disk must not be able to decide who sees what. */
export function lastGoodFile(path: string, key: Buffer): LastGood {
  return {
    path,
    async keep(catalog) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await replaceFile(path, written(catalog, key));
    },
    async read() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new Error('it cannot be read');
      }
      return parsed(text, key);
    },
  };
}

/** One line for people and programs, then the content that the seal is about. */
function written({ id, keptAt, files }: KeptCatalog, key: Buffer): string {
  const texts = [...files].map(([path, bytes]) => [path, bytes.toString('utf8')]);
  const content = JSON.stringify({ format: FORMAT, id, keptAt, files: Object.fromEntries(texts) });
  return `${seal(content, key)}\n${content}\n`;
}

function parsed(text: string, key: Buffer): KeptCatalog {
  const end = text.indexOf('\n');
  const content = text.slice(end + 1, -1);
  if (end < 0 || !text.endsWith('\n')) throw new Error('it is cut off');
  if (!sameText(text.slice(0, end), seal(content, key))) {
    throw new Error('it is damaged, or was kept under another master secret');
  }
  // What bears the seal was written by us; only a later format can differ.
  const { format, id, keptAt, files } = JSON.parse(content) as {
    format: string;
    id: string;
    keptAt: number;
    files: Record<string, string>;
  };
  if (format !== FORMAT) throw new Error('it is of another version of Portcullis');
  const bytes = new Map(Object.entries(files).map(([path, one]) => [path, Buffer.from(one)]));
  const digests = new Map([...bytes].map(([path, one]) => [path, digestOf(one)]));
  if (catalogId(digests) !== id) throw new Error('its files are not those of its snapshot');
  return { id, keptAt, files: bytes };
}

function seal(content: string, key: Buffer): string {
  return `hmac-sha256:${createHmac('sha256', key).update(content).digest('hex')}`;
}

function sameText(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}
