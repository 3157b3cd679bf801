import type { GrantDocument } from '../catalog/documents.ts';
import type { VersionPlan } from '../gateway/plan.ts';
import type { Contract } from '../openapi/contract.ts';
import { filteredFields } from './granted-fields.ts';
import type { DeclaredField, Granted, Landscape } from './landscape.ts';

/** The part of a landscape that a question is about. */
export interface Scope {
  /** Versions with the ids of their fields; `all` fields also stands for what has none, such as actions. */
  readonly versions: ReadonlyMap<VersionPlan, ReadonlySet<string> | 'all'>;
  /** Only what is granted to this consumer, or by this grant. */
  readonly consumer?: string;
  readonly grant?: string;
}

/** What goes through one operation under one grant, of the fields in question. */
export interface Flow {
  readonly granted: Granted;
  readonly reads: readonly DeclaredField[];
  readonly writes: readonly DeclaredField[];
  /** By these the grant decides which records there are. */
  readonly filters: readonly DeclaredField[];
}

/** One at a time, version by version: a scope may hold more flows than fit in memory. */
export function* flowsIn(landscape: Landscape, scope: Scope): Iterable<Flow> {
  const filters = new Map<GrantDocument, ReadonlySet<string>>();
  for (const [version, asked] of scope.versions) {
    const declared = landscape.fieldsOf(version);
    const pick = (ids: Iterable<string>, operation: string): DeclaredField[] => {
      const picked: DeclaredField[] = [];
      for (const id of ids) {
        const field = asked === 'all' || asked.has(id) ? declared.get(id) : undefined;
        if (field?.operations.has(operation) === true) picked.push(field);
      }
      return picked;
    };
    for (const granted of landscape.grantedOf(version)) {
      const { operation, grant, selection, writable } = granted;
      if (scope.consumer !== undefined && granted.consumer.metadata.name !== scope.consumer) continue;
      if (scope.grant !== undefined && grant.metadata.name !== scope.grant) continue;
      const reads = pick(selection?.fields ?? [], operation.id);
      const writes = pick(writable, operation.id);
      const filtered = pick(filtersOf(grant, version.contract, filters), operation.id);
      const hasAny = reads.length + writes.length + filtered.length > 0;
      if (hasAny || asked === 'all') yield { granted, reads, writes, filters: filtered };
    }
    filters.clear();
  }
}

/** Operations of one grant share its filter. */
function filtersOf(
  grant: GrantDocument,
  contract: Contract,
  known: Map<GrantDocument, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = known.get(grant) ?? filteredFields(grant, contract);
  known.set(grant, found);
  return found;
}
