import { isUtf8 } from 'node:buffer';
import type { Selection, SelectionNode } from '../../openapi/selection.ts';
import { AnswerScanner } from './answer-scanner.ts';
import { KeyTable } from './key-table.ts';
import { compileMask, type MaskContext, type MaskFunction } from './masks.ts';
import { narrowSelection } from './narrow-selection.ts';
import type { SelectionLimits } from './place-scanner.ts';
import { SelectionError } from './selection-error.ts';
import { Utf8Check } from './utf8-check.ts';

export const SELECTION_LIMITS: SelectionLimits = {
  depth: 64,
  keys: 100_000,
  keyBytes: 16_384,
  valueBytes: 65_536,
  identifiers: 1000,
};

/** What went out, for the record of the call. */
export interface SelectionFacts {
  /** JSON array text of the returned field ids in the selection's order, '' for none. Equal sets share one string. */
  readonly returned: string;
  /** Those of them that went out masked. */
  readonly masked: readonly string[];
  /** Objects at record places. */
  readonly recordCount: number;
  /** Identifying values of records, decoded, as they went out; the first 1000. Never stored as they are. */
  readonly recordIds: string[];
  /** Values at granted places that were dropped because nothing of their kind may leave there. */
  readonly unexpected: number;
}

/** One answer on its way through a selector. Throws a SelectionError at the first byte that is wrong; it is over then. */
export interface SelectionRun {
  /** The next bytes of the answer, cut anywhere; gives what may leave of them. The chunk may be reused afterwards. */
  write(chunk: Buffer): Buffer;
  /** The answer is over: gives what is left. */
  end(): Buffer;
  /** To be read once `end` has returned. */
  readonly facts: SelectionFacts;
}

/** A selection compiled for one consumer. */
export interface Selector {
  /** A whole answer at once. Throws a SelectionError. */
  run(body: Buffer): { readonly output: Buffer; readonly facts: SelectionFacts };
  open(): SelectionRun;
  /** The selector for the named contract paths only (relative to the record); see narrowSelection. Cached, bounded. */
  narrow(paths: readonly string[]): Selector;
}

type ReturnedSet = Pick<SelectionFacts, 'returned' | 'masked'>;

const MAX_NARROWED = 32;
const MAX_SETS = 256;
const MAX_FREE = 8;

/** Compiles what may leave under one grant. Throws a TypeError where a mask makes no sense. */
export function compileSelector(
  selection: Selection,
  masks: MaskContext,
  limits: SelectionLimits = SELECTION_LIMITS,
): Selector {
  return new CompiledSelector(selection, masks, limits);
}

class CompiledSelector implements Selector {
  readonly #selection: Selection;
  readonly #masks: MaskContext;
  readonly #limits: SelectionLimits;
  readonly #table: KeyTable;
  readonly #narrowed = new Map<string, Selector>();
  /** Texts of sets of returned fields, by the set's bits. */
  readonly #sets = new Map<string, ReturnedSet>();
  #lastBits = new Uint8Array(0);
  #lastSet: ReturnedSet = { returned: '', masked: [] };

  constructor(selection: Selection, masks: MaskContext, limits: SelectionLimits) {
    this.#selection = selection;
    this.#masks = masks;
    this.#limits = limits;
    this.#table = new KeyTable(selection, compileMasks(selection, masks));
  }

  run(body: Buffer): { output: Buffer; facts: SelectionFacts } {
    if (!isUtf8(body)) throw new SelectionError('json-utf8', 0);
    const scanner = takeScanner(this.#table, this.#selection.fields.length, this.#limits);
    try {
      const output = scanner.feed(body);
      const rest = scanner.finish();
      return { output: rest.length === 0 ? output : Buffer.concat([output, rest]), facts: this.#facts(scanner) };
    } finally {
      giveBack(scanner, this.#limits);
    }
  }

  open(): SelectionRun {
    const utf8 = new Utf8Check();
    const limits = this.#limits;
    const close = (scanner: AnswerScanner) => this.#facts(scanner);
    let scanner: AnswerScanner | undefined = takeScanner(this.#table, this.#selection.fields.length, limits);
    let facts: SelectionFacts | undefined;
    let offset = 0;
    const step = (act: (open: AnswerScanner) => Buffer): Buffer => {
      const open = scanner;
      if (open === undefined) throw new SelectionError('selection-over', offset);
      scanner = undefined;
      const output = act(open);
      scanner = open;
      return output;
    };
    return {
      write: (chunk) =>
        step((open) => {
          if (!utf8.accepts(chunk)) throw new SelectionError('json-utf8', offset);
          offset += chunk.length;
          return open.feed(chunk);
        }),
      end: () => {
        const output = step((open) => {
          if (!utf8.complete) throw new SelectionError('json-utf8', offset);
          const rest = open.finish();
          facts = close(open);
          giveBack(open, limits);
          return rest;
        });
        scanner = undefined;
        return output;
      },
      get facts() {
        if (facts === undefined) throw new SelectionError('selection-over', offset);
        return facts;
      },
    };
  }

  narrow(paths: readonly string[]): Selector {
    const key = [...new Set(paths)].sort().join('\0');
    let narrowed = this.#narrowed.get(key);
    if (narrowed === undefined) {
      narrowed = new CompiledSelector(narrowSelection(this.#selection, paths), this.#masks, this.#limits);
      const oldest = this.#narrowed.keys().next();
      if (this.#narrowed.size >= MAX_NARROWED && !oldest.done) this.#narrowed.delete(oldest.value);
    } else {
      this.#narrowed.delete(key);
    }
    this.#narrowed.set(key, narrowed);
    return narrowed;
  }

  #facts(scanner: AnswerScanner): SelectionFacts {
    const { returned, recordCount, recordIds, unexpected } = scanner.facts();
    // Answers of one operation mostly hold the same fields as the one before.
    if (!sameBits(this.#lastBits, returned)) {
      this.#lastSet = this.#setOf(returned);
      this.#lastBits = returned.slice();
    }
    const { returned: text, masked } = this.#lastSet;
    return { returned: text, masked, recordCount, recordIds, unexpected };
  }

  #setOf(returned: Uint8Array): ReturnedSet {
    const bits = Buffer.from(returned.buffer, 1, returned.length - 1).toString('latin1');
    let set = this.#sets.get(bits);
    if (set === undefined) {
      const fields = this.#selection.fields.filter((_, index) => returned[index + 1] === 1);
      const masked = fields.filter((field) => this.#selection.masked.has(field));
      set = { returned: fields.length === 0 ? '' : JSON.stringify(fields), masked };
      if (this.#sets.size < MAX_SETS) this.#sets.set(bits, set);
    }
    return set;
  }
}

function sameBits(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 1; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function compileMasks(selection: Selection, context: MaskContext): Map<SelectionNode, MaskFunction> {
  const masks = new Map<SelectionNode, MaskFunction>();
  const seen = new Set([selection.root]);
  for (const node of seen) {
    if (node.mask !== undefined) masks.set(node, compileMask(node.mask, node.field, context));
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return masks;
}

/** Scanners are a few kilobytes of arrays each: those with the usual limits are used again. */
const free: AnswerScanner[] = [];

function takeScanner(table: KeyTable, fields: number, limits: SelectionLimits): AnswerScanner {
  const scanner = limits === SELECTION_LIMITS ? free.pop() : undefined;
  if (scanner === undefined) return new AnswerScanner(table, fields, limits);
  scanner.start(table, fields);
  return scanner;
}

function giveBack(scanner: AnswerScanner, limits: SelectionLimits): void {
  scanner.forget();
  if (limits === SELECTION_LIMITS && free.length < MAX_FREE) free.push(scanner);
}
