import type { OdooObject, OdooValue } from '../wire/value.ts';

/** A call of a model's method with its arguments under their names, as yet unchecked. */
export interface BoundCall {
  readonly model: string;
  readonly method: string;
  /** Records it works on, as sent; undefined for methods of the model itself. */
  readonly ids: OdooValue | undefined;
  readonly args: OdooObject;
  readonly context: OdooObject | undefined;
  /** `create` was given one record, not a list: its answer is one id. */
  readonly single: boolean;
  /** Further positional arguments of a method whose parameters nobody knows: an action. */
  readonly positional?: readonly OdooValue[];
}
