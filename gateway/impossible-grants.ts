import type { Sourced } from '../catalog/catalog.ts';
import type { GrantDocument } from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';

/** Operations that one fault names; a cause may concern thousands. */
const MOST_NAMED = 5;

/** What keeps grants from compiling: each cause once per grant, with the operations it concerns. */
export class ImpossibleGrants {
  readonly #causes = new Map<Sourced<GrantDocument>, Map<string, string[]>>();

  add(grant: Sourced<GrantDocument>, cause: string, operation: string): void {
    let causes = this.#causes.get(grant);
    if (causes === undefined) {
      causes = new Map();
      this.#causes.set(grant, causes);
    }
    const operations = causes.get(cause);
    if (operations === undefined) causes.set(cause, [operation]);
    else operations.push(operation);
  }

  faults(): Fault[] {
    return [...this.#causes].flatMap(([grant, causes]) =>
      [...causes].map(([cause, operations]) => ({
        code: 'grant-impossible',
        message: `${named(operations)}: ${cause}`,
        place: grant.source.locate('/spec'),
        severity: 'error' as const,
      })),
    );
  }
}

function named(operations: readonly string[]): string {
  const more = operations.length - MOST_NAMED;
  return `${operations.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
