/** How one field was used by one consumer in one operation, over a stretch of time. */
export interface FieldUsage {
  readonly consumer: string;
  readonly grant: string;
  readonly interface: string;
  readonly version: string;
  readonly operation: string;
  /** `Schema.path`, as grants and records name it. */
  readonly field: string;
  readonly kind: 'returned' | 'masked' | 'refused' | 'written';
  readonly exchanges: number;
  readonly records: number;
  /** Times of the first and the last of these exchanges, ISO 8601. */
  readonly first: string;
  readonly last: string;
}

/** Answers from the index of the ledger what was really used. */
export interface UsageSource {
  /** `from` included, `to` not, ISO 8601; what is left out does not narrow. */
  usage(filter: {
    readonly interface?: string;
    readonly consumer?: string;
    readonly field?: string;
    readonly from?: string;
    readonly to?: string;
  }): Promise<readonly FieldUsage[]>;
}
