/** Options of a command line as they were read. */
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What is asked of the ledger: the body of its route in the admin API. */
export interface Order {
  readonly question: Readonly<Record<string, unknown>>;
  readonly limit?: number;
  readonly after?: object;
  readonly unusedDays?: number;
}
