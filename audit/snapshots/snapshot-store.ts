import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What was in force at a time: its documents by `Kind/name`, each by the digest of its content. */
export interface KeptSnapshot {
  readonly id: string;
  readonly documents: Readonly<Record<string, string>>;
}

const LATEST = 'latest';
const DIGEST = /^sha256:([0-9a-f]{64})$/;

/**
 * Snapshots of the catalog as they were in force, in a folder: every document once, by its digest, however many snapshots
 * hold it. What was written is durable when a method returns.
 */
export class SnapshotStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The one that was named last; undefined where none was, or where it cannot be read any more. */
  latest(): KeptSnapshot | undefined {
    try {
      return this.read(readFileSync(join(this.#folder, LATEST), 'utf8').trim());
    } catch {
      return undefined;
    }
  }

  /** Throws where there is no such snapshot. */
  read(id: string): KeptSnapshot {
    return JSON.parse(readFileSync(this.#pathOf('catalogs', id), 'utf8')) as KeptSnapshot;
  }

  /** Canonical JSON of a document. Throws where there is no such document. */
  document(digest: string): string {
    return readFileSync(this.#pathOf('documents', digest), 'utf8');
  }

  /** `texts`: canonical JSON by digest. */
  keep(snapshot: KeptSnapshot, texts: ReadonlyMap<string, string>): void {
    for (const [digest, text] of texts) this.#write(this.#pathOf('documents', digest), text, true);
    this.#write(this.#pathOf('catalogs', snapshot.id), JSON.stringify(snapshot), true);
  }

  /** Says which one is in force. */
  name(id: string): void {
    this.#write(join(this.#folder, LATEST), `${id}\n`, false);
  }

  #pathOf(kind: string, digest: string): string {
    const [, hex] = DIGEST.exec(digest) ?? [];
    if (hex === undefined) throw new Error('a snapshot or document is named by its digest');
    return join(this.#folder, kind, hex);
  }

  #write(path: string, text: string, isForEver: boolean): void {
    if (isForEver && existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.new`;
    const fd = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
    syncFolder(dirname(path));
  }
}

/** A name is durable only once its folder is. Windows opens no folders, and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
