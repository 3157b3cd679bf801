import type { SourceMap } from '../catalog/catalog.ts';
import type { Fault } from '../catalog/fault.ts';

/** More than this helps nobody: the rest is counted in one closing fault. */
const MAX_FAULTS = 200;

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
  readonly #faults: Fault[] = [];
  readonly #moved = new Map<string, string>();
  #unlisted = 0;

  constructor(source: SourceMap) {
    this.#source = source;
  }

  /** What stands at `to` in the 3.1 form was written at `from`. */
  moved(to: string, from: string): void {
    this.#moved.set(to, from);
  }

  add(code: string, message: string, pointer: string, severity: Fault['severity'] = 'error'): void {
    if (this.#faults.length >= MAX_FAULTS) {
      this.#unlisted += 1;
      return;
    }
    this.#faults.push({ code, message, place: this.#source.locate(this.#asWritten(pointer)), severity });
  }

  warn(code: string, message: string, pointer: string): void {
    this.add(code, message, pointer, 'warning');
  }

  has(code: string): boolean {
    return this.#faults.some((fault) => fault.code === code);
  }

  all(): Fault[] {
    if (this.#unlisted === 0) return this.#faults;
    const message = `The document has ${this.#unlisted} more faults. Mend the ones listed first.`;
    return [...this.#faults, { code: 'document-invalid', message, place: this.#source.locate(''), severity: 'error' }];
  }

  #asWritten(pointer: string): string {
    for (let cut = pointer.length; cut >= 0; cut = pointer.lastIndexOf('/', cut - 1)) {
      const from = this.#moved.get(pointer.slice(0, cut));
      // `from` is shorter or in another part of the document, and is itself never moved again: this ends.
      if (from !== undefined) return from + pointer.slice(cut);
      if (cut === 0) break;
    }
    return pointer;
  }
}
