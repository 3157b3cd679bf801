import type { Mask } from '../catalog/documents.ts';
import type { OdooName } from './contract.ts';

/** Of which record a value tells. */
export interface RecordKind {
  /** The schema of that record, else the one that the value stands in. */
  readonly schema: string;
  /** Odoo model that it is bound to. */
  readonly model?: OdooName;
  /** The record itself, or another one that it links to. */
  readonly role: 'self' | 'link';
}

/**
 * What may leave at one place of an answer. Arrays are transparent: a node applies to every element.
 * A scalar leaves only at a leaf, an object only where keys (or entries) are named; everything else is dropped.
 * The graph is finite; recursive schemas make cycles.
 */
export interface SelectionNode {
  /** Field id of this place (`Customer.email`), '' at the root. */
  readonly field: string;
  readonly leaf: boolean;
  readonly mask?: Mask;
  /** Set where the value identifies a record. */
  readonly identifies?: RecordKind;
  readonly keys: ReadonlyMap<string, SelectionNode>;
  /** For maps: applies to every key that is not in `keys`. */
  readonly entries?: SelectionNode;
  /** Keys whose values say which record it is, though they may not leave. */
  readonly silent?: ReadonlyMap<string, RecordKind>;
  /** One JSON object of the schema that the record filter and the record count speak of. */
  readonly record: boolean;
}

export interface Selection {
  readonly root: SelectionNode;
  /** Every field id that occurs, in order; the index is the field's bit in the set of returned fields. */
  readonly fields: readonly string[];
  readonly masked: ReadonlySet<string>;
}
