import type { DeclaredField } from './landscape.ts';
import type { Standing } from './standings.ts';

/** Where a system keeps what is written. Of Odoo: nothing is written behind a relation, and no record is given its id. */
export function storedAt({ standings, version }: DeclaredField, operation: string): Standing[] {
  const isOdoo = version.environment.odoo !== undefined;
  return standings.filter(({ place, through, transforms, operations }) => {
    if (!operations.has(operation)) return false;
    return !isOdoo || (through.length === 0 && place.field !== 'id' && !transforms.includes('label'));
  });
}
