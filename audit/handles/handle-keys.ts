import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { destroyKeyFile, type KeyFile, readKeyFile, replaceKeyFile } from './key-file.ts';
import type { Handles, MonthHandles } from './month-handles.ts';
import { MonthKey } from './month-key.ts';
import { MONTH_FORM, type Month, monthAt, monthNamed } from './months.ts';
import { SeedTree } from './seed-tree.ts';

export interface HandleKeysOptions {
  /** One file for each month. */
  readonly folder: string;
  /** 32 secret bytes, under which the files are encrypted. */
  readonly wrappingKey: Buffer;
  /** Another process may be writing them: they are looked at and nothing else. */
  readonly isReader?: boolean;
}

/** A subject as it stands in the entries of one month. */
export interface MonthHandle {
  readonly month: string;
  readonly handle: string;
}

/**
 * The keys of handles, a random one for each month (UTC). Without its key nobody can tell to which subject a handle
 * belongs. Loses one subject's key for ever where that is asked, and keeps no list of who was erased.
 */
export class HandleKeys implements Handles {
  readonly #folder: string;
  readonly #wrappingKey: Buffer;
  readonly #isReader: boolean;
  readonly #loaded = new Map<string, MonthKey>();

  constructor({ folder, wrappingKey, isReader = false }: HandleKeysOptions) {
    if (wrappingKey.length !== 32) throw new Error('the key that wraps keys has 32 bytes');
    this.#folder = folder;
    this.#wrappingKey = wrappingKey;
    this.#isReader = isReader;
  }

  /** The key of a time's month; made, durable when this returns, where there is none yet. Throws what is in the way. */
  at(time: number): MonthHandles {
    const month = monthAt(time);
    return this.#load(month) ?? this.#make(month);
  }

  /** Months that have a key, oldest first. Throws where the folder cannot be read. */
  months(): readonly string[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const months = new Set(names.map((name) => name.slice(0, 7)).filter((name) => MONTH_FORM.test(name)));
    return [...months].sort();
  }

  /** What a subject is called in each month that can still tell. Throws where a key cannot be read. */
  handlesOf(subject: string): readonly MonthHandle[] {
    return this.months().flatMap((month) => {
      const handle = this.#load(monthNamed(month))?.handleOf(subject);
      return handle === undefined ? [] : [{ month, handle }];
    });
  }

  /**
   * Destroys the key of a subject in every month, on the disk and then in memory; gives the months that had one. Where it
   * throws, what was done so far stays done, and it is to be asked again.
   */
  erase(subject: string): readonly string[] {
    this.#requireWriter();
    const erased: string[] = [];
    for (const month of this.months()) {
      const key = this.#load(monthNamed(month));
      if (key?.handleOf(subject) === undefined) continue;
      replaceKeyFile(this.#fileOf(month), key.without(subject).bytes());
      key.forget(subject);
      erased.push(month);
    }
    return erased;
  }

  /** Destroys the keys of all months that end before a time: of entries that are given up. Gives the months. */
  destroyBefore(time: number): readonly string[] {
    this.#requireWriter();
    const gone = this.months().filter((month) => monthNamed(month).to <= time);
    for (const month of gone) {
      destroyKeyFile(this.#fileOf(month));
      this.#loaded.get(month)?.destroy();
      this.#loaded.delete(month);
    }
    return gone;
  }

  #load(month: Month): MonthKey | undefined {
    const known = this.#loaded.get(month.month);
    if (known !== undefined) return known;
    const bytes = readKeyFile(this.#fileOf(month.month), this.#isReader);
    if (bytes === undefined) return undefined;
    const key = new MonthKey(month, SeedTree.parse(bytes));
    this.#loaded.set(month.month, key);
    return key;
  }

  #make(month: Month): MonthKey {
    this.#requireWriter();
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const before = this.months().findLast((one) => one < month.month) ?? '';
    const key = new MonthKey(month, SeedTree.random(), before);
    replaceKeyFile(this.#fileOf(month.month), key.tree.bytes());
    this.#loaded.set(month.month, key);
    return key;
  }

  #requireWriter(): void {
    if (this.#isReader) throw new Error('keys that are only read are not changed');
  }

  #fileOf(month: string): KeyFile {
    return { path: join(this.#folder, month), name: `handles ${month}`, wrappingKey: this.#wrappingKey };
  }
}
