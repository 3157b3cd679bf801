import type { Shape } from './contract.ts';

/** A shape and, arrays being transparent to field paths, the shapes of its elements. */
export function throughArrays(shape: Shape): Shape[] {
  const shapes: Shape[] = [];
  const seen = new Set<object>();
  for (let at: Shape | undefined = shape; at !== undefined && !seen.has(at.fields); at = at.items) {
    seen.add(at.fields);
    shapes.push(at);
  }
  return shapes;
}
