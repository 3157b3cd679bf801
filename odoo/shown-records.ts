/** As many as one entry of the ledger lists. */
const MOST = 1000;

/**
 * Records whose data one answer shows, or one call writes, for the record of the call: those that were asked for and
 * those that they link to come before the lists behind them, where there are too many for all. Bounded.
 */
export class ShownRecords {
  readonly #first = new Set<string>();
  readonly #behind = new Set<string>();

  /** A record that was asked for or written, or that one of them links to. */
  add(model: string, id: number): void {
    if (this.#first.size < MOST) this.#first.add(`${model} ${id}`);
  }

  /** A record in a list of another one: an order's line, a customer's category. */
  addBehind(model: string, id: number): void {
    if (this.#behind.size < MOST) this.#behind.add(`${model} ${id}`);
  }

  /** `<system>/<model> <id>`, as the ledger knows them; at most a thousand. */
  subjects(system: string): string[] {
    const all = new Set([...this.#first, ...this.#behind]);
    return [...all].slice(0, MOST).map((record) => `${system}/${record}`);
  }
}
