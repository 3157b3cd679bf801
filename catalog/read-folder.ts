import { constants, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Fault } from './fault.ts';
import { SOURCE_NAME } from './parse-source.ts';
import { quoted } from './quoted.ts';

const MAX_FILES = 5_000;
const MAX_ENTRIES = 50_000;
const MAX_FOLDER_DEPTH = 16;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
const MAX_JSON_BYTES = 20 * 1024 * 1024;
/** YAML is slower to parse by far: this keeps even a hostile file below a minute. */
const MAX_YAML_BYTES = 5 * 1024 * 1024;

/** The readable files of a folder by path (relative, `/`-separated, in order), and what could not be read. */
export interface FolderFiles {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly faults: readonly Fault[];
}

/**
 * Reads all YAML and JSON files below a folder; passes over dot files and node_modules. Nothing outside is ever read:
 * a symbolic link may lead to another file of the folder, never out of it.
 */
export async function readFolder(folder: string): Promise<FolderFiles> {
  const reader = new FolderReader();
  let root: string;
  try {
    root = await realpath(folder);
  } catch {
    return { files: new Map(), faults: [fault('folder-missing', 'the folder is not there; check its path', '.')] };
  }
  await reader.readBelow(root, '', 1);
  return {
    files: new Map([...reader.files].sort(([left], [right]) => (left < right ? -1 : 1))),
    faults: reader.faults,
  };
}

class FolderReader {
  readonly files = new Map<string, Buffer>();
  readonly faults: Fault[] = [];
  #root: string | undefined;
  #entries = 0;
  #bytes = 0;
  #full = false;

  async readBelow(absolute: string, path: string, depth: number): Promise<void> {
    this.#root ??= absolute;
    let entries: Dirent[];
    try {
      entries = await readdir(absolute, { withFileTypes: true });
    } catch (error) {
      const isFile = error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
      const message = isFile
        ? 'this is a file; name the folder that holds it'
        : 'the folder cannot be read; check its rights';
      this.#refuse('folder-missing', message, path);
      return;
    }
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      this.#entries += 1;
      if (this.#entries > MAX_ENTRIES || this.files.size >= MAX_FILES) this.#stop(`more than ${MAX_FILES} files`);
      if (this.#full) return;
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < MAX_FOLDER_DEPTH) await this.readBelow(join(absolute, entry.name), child, depth + 1);
        else this.#refuse('folder-too-deep', `folders are nested deeper than ${MAX_FOLDER_DEPTH}; flatten them`, child);
      } else if (entry.isSymbolicLink()) await this.#readLink(join(absolute, entry.name), child);
      else if (SOURCE_NAME.test(entry.name)) await this.#readFile(join(absolute, entry.name), child);
    }
  }

  async #readLink(absolute: string, path: string): Promise<void> {
    const target = await realpath(absolute).catch(() => undefined);
    const inside = relative(this.#root ?? '', target ?? '');
    if (target === undefined) {
      this.#refuse(
        'link-leaves-folder',
        'the symbolic link leads nowhere or in a circle; put a file in its place',
        path,
      );
    } else if (inside === '..' || inside.startsWith('../') || isAbsolute(inside)) {
      this.#refuse('link-leaves-folder', 'the symbolic link leads out of the folder; put the file in its place', path);
    } else if (SOURCE_NAME.test(path)) await this.#readFile(target, path);
    else if ((await stat(target).catch(() => undefined))?.isDirectory()) {
      this.#refuse('link-to-folder', 'a symbolic link to a folder is not followed; put the files in its place', path);
    }
  }

  async #readFile(absolute: string, path: string): Promise<void> {
    if (/[\u0000-\u001f\u007f]/.test(path)) {
      this.#refuse('file-name-invalid', 'the file name has control characters; rename it', quoted(path));
      return;
    }
    const limit = /\.json$/i.test(path) ? MAX_JSON_BYTES : MAX_YAML_BYTES;
    // Not to follow a link that took the place of the file meanwhile, nor to wait for the other end of a pipe.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(absolute, flags).catch(() => undefined);
    if (handle === undefined) {
      this.#refuse('file-unreadable', 'the file cannot be opened; check its rights', path);
      return;
    }
    try {
      const status = await handle.stat();
      if (!status.isFile()) this.#refuse('file-unreadable', 'this is no regular file; delete it', path);
      else if (status.size > limit) {
        this.#refuse('file-too-large', `the file is larger than ${limit / 1024 / 1024} MB; split it`, path);
      } else if (this.#bytes + status.size > MAX_TOTAL_BYTES) this.#stop('too many bytes');
      else {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(status.size), 0, status.size, 0);
        this.#bytes += bytesRead;
        this.files.set(path, buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }

  #stop(what: string): void {
    if (!this.#full) this.#refuse('folder-too-large', `the folder holds ${what}; keep only the catalog in it`, '.');
    this.#full = true;
  }

  #refuse(code: string, message: string, path: string): void {
    this.faults.push(fault(code, message, path === '' ? '.' : path));
  }
}

function fault(code: string, message: string, file: string): Fault {
  return { code, message, place: { file, line: 1, column: 1 }, severity: 'error' };
}
