/** Something that was found: `wrong` fails the verification, `warning` should be looked at, `note` is good to know. */
export interface Finding {
  readonly severity: 'wrong' | 'warning' | 'note';
  /** Stable, noun-state, such as `entry-changed`. */
  readonly code: string;
  readonly message: string;
  /** First entry that is concerned, where that can be known. */
  readonly index?: number;
  /** Entry behind the last one that is concerned; absent where it is one entry, or not known. */
  readonly end?: number;
  /** File below what was verified. */
  readonly file?: string;
}

/** Of one kind of finding so many are told, the others are counted. */
const MOST_OF_A_KIND = 20;

/** Gathers findings in bounded memory. */
export class Findings {
  readonly #list: Finding[] = [];
  readonly #counts = new Map<string, number>();
  #wrong = 0;

  add(finding: Finding): void {
    if (finding.severity === 'wrong') this.#wrong++;
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= MOST_OF_A_KIND) this.#list.push(finding);
  }

  wrong(code: string, message: string, place: Pick<Finding, 'index' | 'end' | 'file'> = {}): void {
    this.add({ severity: 'wrong', code, message, ...place });
  }

  warn(code: string, message: string, place: Pick<Finding, 'index' | 'end' | 'file'> = {}): void {
    this.add({ severity: 'warning', code, message, ...place });
  }

  note(code: string, message: string, place: Pick<Finding, 'index' | 'end' | 'file'> = {}): void {
    this.add({ severity: 'note', code, message, ...place });
  }

  has(code: string): boolean {
    return this.#counts.has(code);
  }

  get isWrong(): boolean {
    return this.#wrong > 0;
  }

  /** What was found, the wrong first, each kind in the order it was found. */
  list(): readonly Finding[] {
    const order = ['wrong', 'warning', 'note'];
    return this.#list.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  }

  /** How many of each code, those that are not listed included. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
