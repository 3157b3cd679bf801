import type { GuardRun } from './access.ts';
import { isFilterable } from './field-path.ts';
import { hidesItsLinks } from './hidden-links.ts';
import { behindScope, type Scope } from './scope.ts';

/** A record may be named by others, and these by others again. */
const DEEPEST = 4;

/** Whether Odoo's own search by name looks only into what may be seen here, and that is known. */
export function canSearchByName(run: GuardRun, scope: Scope, depth = 0): boolean {
  const names = scope.knowledge?.searchNames;
  return (
    depth < DEEPEST && names !== undefined && names.length > 0 && names.every((path) => isSeen(run, scope, path, depth))
  );
}

function isSeen(run: GuardRun, from: Scope, path: string, depth: number): boolean {
  let scope: Scope | undefined = from;
  for (const name of path.split('.')) {
    const field = scope?.field(name);
    // The name of a record that is made up of others' is looked up in yet more fields.
    if (scope === undefined || field === undefined || name === 'display_name') return false;
    if (!isFilterable(run, scope, field) || hidesItsLinks(run, scope, field)) return false;
    scope = behindScope(run, field);
    if (scope !== undefined && scope.rule.length > 0) return false;
  }
  // A path that ends at a relation is looked up by the names of the records behind it.
  return scope === undefined || canSearchByName(run, scope, depth + 1);
}
