import { isUtf8 } from 'node:buffer';
import type { Selection } from '../../openapi/selection.ts';
import type { PassedAnswer, StreamedAnswer } from './answer-scanner.ts';
import { narrowSelection } from './narrow-selection.ts';
import { endAnswer, passAnswer, writeAnswer } from './pass-answer.ts';
import { SelectionError } from './selection-error.ts';
import { checkLimits, SELECTION_LIMITS, type SelectionLimits } from './selection-limits.ts';
import { SelectionTable } from './selection-table.ts';
import type { SelectorContext } from './subject-kinds.ts';
import { Utf8Check } from './utf8-check.ts';

export { SELECTION_LIMITS };

/** What went out, for the record of the call. */
export interface SelectionFacts {
  /** JSON array text of the returned field ids in the selection's order, '' for none. Equal sets share one string. */
  readonly returned: string;
  /** Those of them that went out masked. */
  readonly masked: readonly string[];
  /** Objects at record places. */
  readonly recordCount: number;
  /** Records that went out and those they link to, as `<system>/<kind> <identifier>`; the first 1000. */
  readonly subjects: string[];
  /** Values at granted places that were dropped because nothing of their kind may leave there. */
  readonly unexpected: number;
}

/** One answer on its way through a selector. Throws a SelectionError at the first byte that is wrong; it is over then. */
export interface SelectionRun {
  /** The next bytes of the answer, cut anywhere; gives what may leave of them. The chunk may be reused afterwards. */
  write(chunk: Buffer): Buffer;
  /** The answer is over: gives what is left. */
  end(): Buffer;
  /** Of what has left so far; of all once `end` has returned. */
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

/**
 * Compiles what may leave under one grant; most of the work is done when the first answer comes. Throws a TypeError where
 * a mask makes no sense, a RangeError where the selection or a limit is too large.
 */
export function compileSelector(
  selection: Selection,
  context: SelectorContext,
  limits: SelectionLimits = SELECTION_LIMITS,
): Selector {
  checkLimits(limits);
  return new CompiledSelector(selection, context, limits);
}

class CompiledSelector implements Selector {
  readonly #selection: Selection;
  readonly #context: SelectorContext;
  readonly #limits: SelectionLimits;
  readonly #table: SelectionTable;
  readonly #narrowed = new Map<string, Selector>();
  /** Texts of sets of returned fields, by the set's bytes. */
  readonly #sets = new Map<string, ReturnedSet>();
  /** The set of the last whole answer. */
  #lastSet: ReturnedSet = { returned: '', masked: [] };

  constructor(selection: Selection, context: SelectorContext, limits: SelectionLimits) {
    this.#selection = selection;
    this.#context = context;
    this.#limits = limits;
    this.#table = new SelectionTable(selection, context, limits);
  }

  run(body: Buffer): { output: Buffer; facts: SelectionFacts } {
    if (!isUtf8(body)) throw new SelectionError('json-utf8', 0);
    const passed = passAnswer(this.#table, body);
    // Answers of one operation mostly hold the same fields as the one before.
    if (passed.returned !== undefined) this.#lastSet = this.#setOf(passed.returned);
    return { output: passed.output, facts: factsOf(passed, this.#lastSet) };
  }

  open(): SelectionRun {
    const utf8 = new Utf8Check();
    const setOf = (returned: Buffer): ReturnedSet => this.#setOf(returned);
    const answer: StreamedAnswer = {
      table: this.#table,
      subjects: [],
      offset: 0,
      isBegun: false,
      regions: [],
      returned: Buffer.alloc(0),
      recordCount: 0,
      unexpected: 0,
    };
    let facts: SelectionFacts | undefined;
    let isOver = false;
    let offset = 0;
    // Over until the step has succeeded: a refused answer stays refused.
    const begin = (isWellFormed: () => boolean): void => {
      if (isOver) throw new SelectionError('selection-over', offset);
      isOver = true;
      if (!isWellFormed()) throw new SelectionError('json-utf8', offset);
    };
    return {
      write: (chunk) => {
        begin(() => utf8.accepts(chunk));
        offset += chunk.length;
        const output = writeAnswer(answer, chunk);
        isOver = false;
        return output;
      },
      end: () => {
        begin(() => utf8.complete);
        const passed = endAnswer(answer);
        facts = factsOf(passed, setOf(passed.returned ?? Buffer.alloc(0)));
        return passed.output;
      },
      get facts() {
        return facts ?? factsOf(answer, setOf(answer.returned));
      },
    };
  }

  narrow(paths: readonly string[]): Selector {
    const key = [...new Set(paths)].sort().join('\0');
    let narrowed = this.#narrowed.get(key);
    if (narrowed === undefined) {
      narrowed = new CompiledSelector(narrowSelection(this.#selection, paths), this.#context, this.#limits);
      const oldest = this.#narrowed.keys().next();
      if (this.#narrowed.size >= MAX_NARROWED && !oldest.done) this.#narrowed.delete(oldest.value);
    } else {
      this.#narrowed.delete(key);
    }
    this.#narrowed.set(key, narrowed);
    return narrowed;
  }

  #setOf(returned: Buffer): ReturnedSet {
    const bits = returned.toString('latin1', 1);
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

function factsOf(
  { recordCount, subjects, unexpected }: Pick<PassedAnswer, 'recordCount' | 'subjects' | 'unexpected'>,
  { returned, masked }: ReturnedSet,
): SelectionFacts {
  return { returned, masked, recordCount, subjects, unexpected };
}
