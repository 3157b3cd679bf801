import type { Field, Shape } from './contract.ts';
import { throughArrays } from './through-arrays.ts';

/** The fields on the way to a path, the last is the one named; or where the way ends, with the names that exist there. */
export type FoundField =
  | { readonly fields: readonly Field[] }
  | {
      readonly fields?: undefined;
      readonly within: string;
      readonly unknown: string;
      readonly candidates: readonly string[];
    };

/**
 * Follows a contract path (`address.city`, `labels.*`) from a shape, through arrays and references. Property names may
 * hold dots themselves: the longest names are tried first.
 */
export function findField(shape: Shape, path: string): FoundField {
  let furthest: FoundField = {
    within: '',
    unknown: path.split('.')[0] ?? '',
    candidates: namesOf(throughArrays(shape)),
  };
  let depth = -1;
  const walk = (at: Shape, rest: string, way: readonly Field[], within: string): readonly Field[] | undefined => {
    const shapes = throughArrays(at);
    const steps = shapes.flatMap(({ fields, entries }) => [
      ...fields.values(),
      ...(entries === undefined ? [] : [entries]),
    ]);
    for (const field of steps.sort((a, b) => b.name.length - a.name.length)) {
      if (rest === field.name) return [...way, field];
      if (!rest.startsWith(`${field.name}.`)) continue;
      const below = within === '' ? field.name : `${within}.${field.name}`;
      const found = walk(field.shape, rest.slice(field.name.length + 1), [...way, field], below);
      if (found !== undefined) return found;
    }
    if (way.length > depth) {
      depth = way.length;
      furthest = { within, unknown: rest.split('.')[0] ?? '', candidates: namesOf(shapes) };
    }
    return undefined;
  };
  const fields = path.length > 1000 ? undefined : walk(shape, path, [], '');
  return fields === undefined ? furthest : { fields };
}

function namesOf(shapes: readonly Shape[]): string[] {
  return shapes.flatMap(({ fields, entries }) => [...fields.keys(), ...(entries === undefined ? [] : ['*'])]);
}
