import type { ResolvedEntry } from '../record/entry-reader.ts';

/** How a field was used in an exchange. */
export type FieldUse = 'returned' | 'masked' | 'refused' | 'written';

/** A field of one interface, or of whichever has one of that name. */
export interface AskedField {
  readonly interface?: string;
  /** `Schema.path`. */
  readonly field: string;
}

/** What is asked of a ledger: all members that are there must hold; of a list one of its members. */
export interface Question {
  readonly consumer?: string;
  readonly client?: string;
  readonly grant?: string;
  readonly interface?: string;
  readonly version?: string;
  readonly operation?: string;
  readonly fields?: readonly AskedField[];
  /** How the fields must have been used; absent: returned or masked. Without `fields`: that any field was. */
  readonly fieldUse?: readonly FieldUse[];
  /** Handles of records (16 hex digits). */
  readonly handles?: readonly string[];
  /** Handles of token subjects. */
  readonly subjects?: readonly string[];
  readonly decision?: 'allowed' | 'refused' | 'failed';
  readonly code?: string;
  readonly purpose?: string;
  /** Types of entries; absent: all. */
  readonly types?: readonly string[];
  /** ISO 8601; `from` included, `to` not. */
  readonly from?: string;
  readonly to?: string;
  readonly exchange?: string;
  readonly trace?: string;
}

/** One entry of an answer, spelt out. */
export type AnswerRow = ResolvedEntry;
