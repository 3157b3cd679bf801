import type { SourceMap } from '../catalog/catalog.ts';
import type { Fault, Place } from '../catalog/fault.ts';
import type { OverlayOrigins } from './overlay-origins.ts';

/** More than this helps nobody: the rest is counted in one closing fault or warning. */
const MOST_TOLD = { error: 200, warning: 100 } as const;

/** Thrown to give up on a document whose size or nesting would cost too much; `pointer` is where it was noticed. */
export class DocumentTooComplex extends Error {
  readonly pointer: string;
  constructor(message: string, pointer: string) {
    super(message);
    this.pointer = pointer;
  }
}

/** Collects the faults of one document; pointers are those of the 3.1 form and are led back to the text as written. */
export class DocumentFaults {
  readonly #source: SourceMap;
  readonly #origins: OverlayOrigins | undefined;
  readonly #faults: Fault[] = [];
  readonly #moved = new Map<string, string>();
  readonly #counts = { error: 0, warning: 0 };

  constructor(source: SourceMap, origins?: OverlayOrigins) {
    this.#source = source;
    this.#origins = origins;
  }

  /** What stands at `to` in the 3.1 form was written at `from`. */
  moved(to: string, from: string): void {
    this.#moved.set(to, this.#asWritten(from));
  }

  add(code: string, message: string, pointer: string, severity: Fault['severity'] = 'error'): void {
    this.#push({ code, message, place: this.locate(pointer), severity });
  }

  #push(fault: Fault): void {
    const { severity } = fault;
    this.#counts[severity] += 1;
    if (this.#counts[severity] <= MOST_TOLD[severity]) this.#faults.push(fault);
  }

  warn(code: string, message: string, pointer: string): void {
    this.add(code, message, pointer, 'warning');
  }

  /** Where it was written; a place in the 3.1 form as in `add`. */
  locate(pointer: string): Place {
    return this.#source.locate(this.#asWritten(pointer));
  }

  /** Adds the fault at the overlay's action that took out what stood at `removed`; false where no overlay did. */
  addAtRemoval(code: string, message: string, removed: string): boolean {
    const place = this.#origins?.removal(this.#asWritten(removed));
    if (place !== undefined) this.#push({ code, message, place, severity: 'error' });
    return place !== undefined;
  }

  has(code: string): boolean {
    return this.#faults.some((fault) => fault.code === code);
  }

  all(): Fault[] {
    const place = this.#source.locate('');
    const rest = (['error', 'warning'] as const).flatMap((severity): Fault[] => {
      const more = this.#counts[severity] - MOST_TOLD[severity];
      const what = severity === 'error' ? 'faults' : 'warnings';
      const message = `the document has ${more} more ${what}; mend the ones listed first`;
      return more > 0 ? [{ code: 'document-invalid', message, place, severity }] : [];
    });
    return [...this.#faults, ...rest];
  }

  #asWritten(pointer: string): string {
    for (let cut = pointer.length; cut >= 0; cut = pointer.lastIndexOf('/', cut - 1)) {
      const from = this.#moved.get(pointer.slice(0, cut));
      if (from !== undefined) return from + pointer.slice(cut);
      if (cut === 0) break;
    }
    return pointer;
  }
}
