import type { Findings } from './finding.ts';
import type { KeyChain } from './key-chain.ts';
import type { SignedHead } from './signed-head.ts';

/**
 * Holds every checkpoint that is known against the tree at its size, while the tree is being derived: the history and the
 * latest one, which must also be signed by the key of their time, and others.
 */
export class HeadChecks {
  readonly #origin: string;
  readonly #findings: Findings;
  readonly #keys: KeyChain;
  readonly #own: Iterator<SignedHead, undefined>;
  readonly #loose: SignedHead[];
  #next: SignedHead | undefined;
  /** What the log's own checkpoints, and those of others, tell of where entries were changed. */
  readonly #ownSpan: Span = { right: 0, wrongAt: undefined };
  readonly #looseSpan: Span = { right: 0, wrongAt: undefined };
  checked = 0;
  belowMinimum = 0;
  /** Those of `loose` that the tree agrees with. */
  readonly agreed: SignedHead[] = [];

  /** `own` is the history and the latest checkpoint, in order of size. */
  constructor(
    origin: string,
    own: Iterator<SignedHead, undefined>,
    loose: readonly SignedHead[],
    keys: KeyChain,
    findings: Findings,
  ) {
    this.#origin = origin;
    this.#own = own;
    this.#loose = loose.toSorted((a, b) => a.size - b.size);
    this.#keys = keys;
    this.#findings = findings;
    this.#advance();
  }

  /** Size of the next checkpoint that waits for the tree to have it. */
  get nextSize(): number {
    return Math.min(this.#next?.size ?? Number.POSITIVE_INFINITY, this.#loose[0]?.size ?? Number.POSITIVE_INFINITY);
  }

  /** Where the entries must have been changed, as far as checkpoints tell: between the last right and the first wrong one. */
  get doubt(): { readonly index: number; readonly end: number } | undefined {
    const { right, wrongAt } = this.#ownSpan;
    return wrongAt === undefined ? undefined : { index: right, end: wrongAt };
  }

  /** Takes those whose tree is smaller than what is left of the log: only their signatures can be checked. */
  skipBelow(start: number): void {
    while (this.#next !== undefined && this.#next.size < start) {
      this.belowMinimum++;
      const { note, what } = this.#next;
      this.#isOurs(this.#next);
      if (!this.#keys.mayHaveSigned(note))
        this.#findings.wrong('checkpoint-unsigned', `${what} is signed by no known key of the log`);
      this.#advance();
    }
    while ((this.#loose[0]?.size ?? start) < start) {
      const head = this.#loose.shift() as SignedHead;
      this.#findings.warn(
        'checkpoint-below-minimum',
        `${head.what} is from before what is left of the log: it cannot be compared`,
      );
    }
  }

  /** Checks all checkpoints of this size against the root of the tree. */
  at(size: number, root: Buffer): void {
    while (this.#next?.size === size) {
      const head = this.#next;
      this.checked++;
      if (this.#isOurs(head)) {
        this.#keys.accept(head.note, size, head.what);
        this.#compare(head, root, this.#ownSpan);
      }
      this.#advance();
    }
    while (this.#loose[0]?.size === size) {
      const head = this.#loose.shift() as SignedHead;
      if (this.#isOurs(head) && this.#compare(head, root, this.#looseSpan)) this.agreed.push(head);
    }
  }

  /** Tells of what is larger than the tree of `size` entries: some were taken away. It was derived up to `reached`. */
  end(reached: number, size: number): void {
    for (; this.#next !== undefined; this.#advance()) this.#beyond(this.#next, reached, size);
    for (const head of this.#loose) this.#beyond(head, reached, size);
    this.#loose.length = 0;
  }

  #advance(): void {
    const next = this.#own.next();
    this.#next = next.done === true ? undefined : next.value;
  }

  #isOurs({ origin, what }: SignedHead): boolean {
    if (origin === this.#origin) return true;
    this.#findings.wrong('origin-foreign', `${what} is of the log ${origin}, not of ${this.#origin}`);
    return false;
  }

  #compare({ root: signed, what, size }: SignedHead, root: Buffer, span: Span): boolean {
    if (signed.equals(root)) {
      if (span.wrongAt === undefined) span.right = size;
      return true;
    }
    span.wrongAt ??= size;
    const place = { index: span.right, end: span.wrongAt };
    const message = `${what} stands for other entries than those that are here`;
    this.#findings.wrong('checkpoint-inconsistent', message, place);
    return false;
  }

  #beyond(head: SignedHead, reached: number, size: number): void {
    if (!this.#isOurs(head)) return;
    if (head.size <= size) {
      this.#findings.warn('checkpoint-unchecked', `${head.what} could not be compared`, { index: reached });
      return;
    }
    const message = `${head.what} stands for more entries than the log has (${size}): some were taken away`;
    this.#findings.wrong('log-truncated', message, { index: size, end: head.size });
  }
}

/** Largest size at which a checkpoint was right, and smallest at which one was not. */
interface Span {
  right: number;
  wrongAt: number | undefined;
}
