/** Why an answer cannot be selected from. Stable: they stand in records. */
export type SelectionErrorCode =
  | 'json-empty'
  | 'json-bom'
  | 'json-syntax'
  | 'json-number'
  | 'json-control-character'
  | 'json-escape'
  | 'json-lone-surrogate'
  | 'json-truncated'
  | 'json-trailing'
  | 'json-duplicate-key'
  | 'json-utf8'
  | 'json-too-deep'
  | 'json-too-many-keys'
  | 'json-key-too-long'
  | 'json-value-too-long'
  | 'selection-over';

/** Thrown by a selection; says what and where (byte offset in the answer), never content. */
export class SelectionError extends Error {
  readonly code: SelectionErrorCode;
  readonly offset: number;
  constructor(code: SelectionErrorCode, offset: number) {
    super(`${code} at byte ${offset}`);
    this.name = 'SelectionError';
    this.code = code;
    this.offset = offset;
  }
}
