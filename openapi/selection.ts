import type { Mask } from '../catalog/documents.ts';

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
  /** True where the value identifies the record. */
  readonly identifier: boolean;
  readonly keys: ReadonlyMap<string, SelectionNode>;
  /** For maps: applies to every key that is not in `keys`. */
  readonly entries?: SelectionNode;
  /** One JSON object of the schema that the record filter and the record count speak of. */
  readonly record: boolean;
}

export interface Selection {
  readonly root: SelectionNode;
  /** Every field id that occurs, in order; the index is the field's bit in the set of returned fields. */
  readonly fields: readonly string[];
  readonly masked: ReadonlySet<string>;
}
