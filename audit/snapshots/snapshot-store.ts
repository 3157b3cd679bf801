import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../storage/replace-file.ts';

/** What was in force at a time: its documents by `Kind/name`, each by the digest of its content. */
export interface KeptSnapshot {
  readonly id: string;
  readonly documents: Readonly<Record<string, string>>;
}

const LATEST = 'latest';
const DIGEST = /^sha256:([0-9a-f]{64})$/;

/**
 * Snapshots of the catalog as they were in force, in a folder: every document once, by its digest, however many snapshots
 * hold it. What was written is durable when a method resolves.
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
  async keep(snapshot: KeptSnapshot, texts: ReadonlyMap<string, string>): Promise<void> {
    for (const [digest, text] of texts) await this.#write(this.#pathOf('documents', digest), text, true);
    await this.#write(this.#pathOf('catalogs', snapshot.id), JSON.stringify(snapshot), true);
  }

  /** Says which one is in force. */
  async name(id: string): Promise<void> {
    await this.#write(join(this.#folder, LATEST), `${id}\n`, false);
  }

  #pathOf(kind: string, digest: string): string {
    const [, hex] = DIGEST.exec(digest) ?? [];
    if (hex === undefined) throw new Error('a snapshot or document is named by its digest');
    return join(this.#folder, kind, hex);
  }

  async #write(path: string, text: string, isForEver: boolean): Promise<void> {
    if (isForEver && existsSync(path)) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, text);
  }
}
