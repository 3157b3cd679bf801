import type { Group, Grouping } from './group-by.ts';
import { valueError } from './odoo-error.ts';
import { PythonFloat } from './python-float.ts';
import { compareScalars } from './scalar-test.ts';

/** Groups in the order asked for: by groupings and aggregates; otherwise they stay as they are. */
export function orderGroups(
  groups: readonly Group[],
  groupings: readonly Grouping[],
  order: unknown,
  aggregateOf: (group: Group, name: string) => unknown,
): Group[] {
  if (typeof order !== 'string' || order.trim() === '') return [...groups];
  const terms = order.split(',').map((term) => {
    const [name = '', direction = 'asc'] = term.trim().split(/\s+/);
    const index = groupings.findIndex(({ spec, field }) => spec === name || field === name);
    const known = index >= 0 || groups.every((group) => aggregateOf(group, name) !== undefined);
    if (!known) throw valueError(`Order term '${name}' is not a valid aggregate nor valid groupby`);
    return { name, index, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  const plain = (value: unknown) => (value instanceof PythonFloat ? value.value : value);
  return groups.toSorted((left, right) => {
    for (const { name, index, sign } of terms) {
      const result =
        index >= 0
          ? (groupings[index]?.compare(left.keys[index], right.keys[index]) ?? 0)
          : compareScalars(plain(aggregateOf(left, name)), plain(aggregateOf(right, name)));
      if (result !== 0) return sign * result;
    }
    return 0;
  });
}
