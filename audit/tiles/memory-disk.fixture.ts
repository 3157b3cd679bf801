import fs from 'node:fs';
import { dirname } from 'node:path';
import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';

interface Inode {
  data: Buffer;
  /** What a loss of power leaves of it, at least. */
  durable: Buffer;
  readonly isFolder: boolean;
}

/** A change of names that is not yet durable: it is once its folder is synced. */
interface NameChange {
  readonly folder: string;
  apply(names: Map<string, Inode>): void;
}

/** Thrown by every operation behind the one at which the power went. */
export class PowerLoss extends Error {}

const { O_CREAT, O_DSYNC, O_TRUNC } = fs.constants;

/**
 * A disk in memory that forgets, when the power goes, what was not synced: bytes of a file (some may have reached it),
 * and names of a folder (they become durable in order, as in a journalling file system).
 */
export class MemoryDisk {
  readonly #names = new Map<string, Inode>();
  readonly #durableNames: Map<string, Inode>;
  #pending: NameChange[] = [];
  readonly #open = new Map<number, { readonly path: string; readonly inode: Inode; readonly isSynced: boolean }>();
  #nextFd = 3;
  /** Operations until the power goes. */
  #left: number;
  operations = 0;

  constructor(left = Infinity, durableNames = new Map<string, Inode>()) {
    this.#left = left;
    this.#durableNames = durableNames;
    for (const [path, inode] of durableNames) this.#names.set(path, inode);
    if (!this.#names.has('/')) this.#names.set('/', folder());
    this.#durableNames.set('/', this.#names.get('/') as Inode);
  }

  get isWithoutPower(): boolean {
    return this.#left <= 0;
  }

  /** What a restart finds. `random` gives numbers from 0 to 1 and decides what else has reached the disk. */
  afterPowerLoss(random: () => number, left = Infinity): MemoryDisk {
    const names = new Map(this.#durableNames);
    for (const change of this.#pending.slice(0, Math.floor(random() * (this.#pending.length + 1)))) change.apply(names);
    const kept = new Map<string, Inode>();
    for (const [path, inode] of names) {
      if (!isReachable(path, names)) continue;
      const data = inode.isFolder ? inode.data : remains(inode, random);
      kept.set(path, { data, durable: data, isFolder: inode.isFolder });
    }
    return new MemoryDisk(left, kept);
  }

  /** What another process finds where only the last one was killed: all that was written, synced or not. */
  afterKill(left = Infinity): MemoryDisk {
    this.#open.clear();
    this.#left = left;
    return this;
  }

  /** With the flag for durable writes, or with a sync of its own behind each. */
  system(withDurableWrites: boolean): LedgerFileSystem {
    const change = (path: string, apply: NameChange['apply']): void => {
      apply(this.#names);
      this.#pending.push({ folder: dirname(path), apply });
    };
    const sync = (fd: number): void => {
      const { path, inode } = this.#file(fd);
      if (!inode.isFolder) {
        inode.durable = Buffer.from(inode.data);
        return;
      }
      const isOf = (pending: NameChange): boolean => pending.folder === path;
      for (const pending of this.#pending.filter(isOf)) pending.apply(this.#durableNames);
      this.#pending = this.#pending.filter((pending) => !isOf(pending));
    };
    const write = (fd: number, bytes: Buffer, position: number): number => {
      const { inode, isSynced } = this.#file(fd);
      const data = Buffer.alloc(Math.max(inode.data.length, position + bytes.length));
      inode.data.copy(data);
      bytes.copy(data, position);
      inode.data = data;
      if (isSynced) inode.durable = Buffer.from(data);
      return bytes.length;
    };
    const later = (done: (error: Error | null, count?: number) => void, act: () => number): void => {
      setImmediate(() => {
        let count: number;
        try {
          this.#step();
          count = act();
        } catch (error) {
          // A process without power calls nobody back.
          if (!(error instanceof PowerLoss)) done(error as Error);
          return;
        }
        done(null, count);
      });
    };
    const step = <A extends readonly unknown[], R>(act: (...args: A) => R): ((...args: A) => R) => {
      return (...args) => {
        this.#step();
        return act(...args);
      };
    };
    return {
      durableWrites: withDurableWrites ? O_DSYNC : undefined,
      openSync: step((path, flags) => {
        let inode = this.#names.get(path);
        if (inode === undefined) {
          if ((flags & O_CREAT) === 0 || !this.#names.has(dirname(path))) throw missing(path);
          const made: Inode = { data: Buffer.alloc(0), durable: Buffer.alloc(0), isFolder: false };
          inode = made;
          change(path, (names) => names.set(path, made));
        }
        if ((flags & O_TRUNC) !== 0) inode.data = Buffer.alloc(0);
        const isSynced = O_DSYNC !== undefined && (flags & O_DSYNC) === O_DSYNC;
        this.#open.set(this.#nextFd, { path, inode, isSynced });
        return this.#nextFd++;
      }),
      closeSync: (fd) => void this.#open.delete(fd),
      fstatSync: (fd) => ({ size: this.#file(fd).inode.data.length }),
      readSync: (fd, buffer, offset, length, position) =>
        this.#file(fd).inode.data.copy(buffer, offset, position, position + length),
      writeSync: step((fd, buffer, offset, length, position) =>
        write(fd, buffer.subarray(offset, offset + length), position),
      ),
      ftruncateSync: step((fd, length) => {
        const { inode } = this.#file(fd);
        inode.data = Buffer.from(inode.data.subarray(0, length));
      }),
      fdatasyncSync: step(sync),
      fsyncSync: step(sync),
      mkdirSync: step((path) => {
        const above: string[] = [];
        for (let at = path; !this.#names.has(at); at = dirname(at)) above.unshift(at);
        for (const at of above) {
          const made = folder();
          change(at, (names) => names.set(at, made));
        }
        return undefined;
      }),
      readdirSync: (path) => {
        const children = [...this.#names.keys()].filter((name) => name !== '/' && dirname(name) === path);
        return children.map((name) => name.slice(path.length + 1));
      },
      renameSync: step((from, to) => {
        const inode = this.#names.get(from);
        if (inode === undefined) throw missing(from);
        change(to, (names) => {
          names.delete(from);
          names.set(to, inode);
        });
      }),
      unlinkSync: step((path) => {
        if (!this.#names.has(path)) throw missing(path);
        change(path, (names) => void names.delete(path));
      }),
      rmSync: step((path) => {
        change(path, (names) => {
          for (const name of names.keys()) if (name === path || name.startsWith(`${path}/`)) names.delete(name);
        });
      }),
      writev: (fd, buffers, position, done) =>
        later(done, () => {
          const all = Buffer.concat(buffers);
          // A write that is not one call of the disk may be torn anywhere by a loss of power.
          if (this.#left === 0) write(fd, all.subarray(0, all.length >> 1), position);
          return write(fd, all, position);
        }),
      fdatasync: (fd, done) =>
        later(done, () => {
          sync(fd);
          return 0;
        }),
    };
  }

  #file(fd: number) {
    const file = this.#open.get(fd);
    if (file === undefined) throw new Error(`no open file ${fd}`);
    return file;
  }

  #step(): void {
    if (this.#left <= 0) throw new PowerLoss('the power is gone');
    this.#left--;
    this.operations++;
  }
}

function folder(): Inode {
  return { data: Buffer.alloc(0), durable: Buffer.alloc(0), isFolder: true };
}

function isReachable(path: string, names: ReadonlyMap<string, Inode>): boolean {
  return path === '/' || (names.has(dirname(path)) && isReachable(dirname(path), names));
}

/** Of bytes that were not synced none, all, or a part have reached the disk; in their place zeros may stand. */
function remains({ data, durable }: Inode, random: () => number): Buffer {
  const fate = random();
  if (fate < 0.4 || data.equals(durable)) return Buffer.from(durable);
  if (fate < 0.6) return Buffer.from(data);
  const cut = Math.floor(random() * data.length);
  const part = Buffer.alloc(fate < 0.8 ? cut : data.length);
  data.copy(part, 0, 0, cut);
  // What was synced and has not been written since stays.
  durable.copy(part, 0, 0, Math.min(sameBytes(data, durable), part.length));
  return part.length < sameBytes(data, durable) ? Buffer.from(durable) : part;
}

function sameBytes(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function missing(path: string): Error {
  return Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
}
