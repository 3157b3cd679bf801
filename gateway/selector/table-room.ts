import type { ScannerExports, ScannerLayout } from './scanner-module.ts';
import type { SelectionTable } from './selection-table.ts';

/** Room for what one answer may teach its table. */
const LEARNING_BYTES = 512 * 1024;

/** No two copies of one table share the number, whichever scanner holds them. */
let generations = 0;

/**
 * The tables in a scanner's memory. They are put in as they are needed; when there is no more room all are forgotten at
 * once, and those in use come back, having to learn anew. So tables of selectors that nobody holds any more take no room
 * for long, and nothing is ever freed one by one.
 */
export class TableRoom {
  readonly #module: ScannerExports;
  readonly #memory: Buffer;
  readonly #start: number;
  readonly #end: number;
  /** Everything behind is free. */
  #used: number;
  #generation = generations++;

  constructor(module: ScannerExports, memory: Buffer, layout: ScannerLayout) {
    this.#module = module;
    this.#memory = memory;
    this.#start = this.#used = layout.tables;
    this.#end = layout.tablesEnd;
  }

  /** Where the free room starts, for the one table that may grow now. */
  get used(): number {
    return this.#used;
  }

  /** The table that was placed last grew up to here. */
  grownTo(used: number): void {
    this.#used = used;
  }

  /** Where the table lies. Valid until another one is placed. */
  place(table: SelectionTable): number {
    if (this.#used + LEARNING_BYTES > this.#end) this.#forgetAll();
    if (table.generation === this.#generation) return table.address;
    if (this.#used + table.size + LEARNING_BYTES > this.#end) this.#forgetAll();
    const at = this.#used;
    this.#used = this.#copyIn(table, at);
    table.generation = this.#generation;
    table.address = at;
    return at;
  }

  #copyIn(table: SelectionTable, at: number): number {
    if (table.image !== undefined) {
      this.#memory.set(table.image, at);
      return at + table.image.length;
    }
    const end = table.write(this.#module, this.#memory, at, this.#end);
    table.image = Buffer.from(this.#memory.subarray(at, end));
    return end;
  }

  #forgetAll(): void {
    this.#generation = generations++;
    this.#used = this.#start;
  }
}
