import type { Sourced } from '../catalog/catalog.ts';
import type { GrantDocument } from '../catalog/documents.ts';
import type { Fault, Place } from '../catalog/fault.ts';
import { causesOf, ImpossibleGrant, type MendedDocument, messageOf } from '../catalog/impossible-grant.ts';
import { childPointer } from '../openapi/json-pointer.ts';

/** Operations that one fault names; a cause may concern thousands. */
const MOST_NAMED = 5;

/** Finds a place in a document beside the grant; undefined where that is not in the catalog. */
export type Locate = (mended: Exclude<MendedDocument, 'grant'>, pointer: string) => Place | undefined;

interface Cause {
  readonly message: string;
  readonly place: Place;
  /** Names of operations, and of grants where the cause does not stand in one. */
  readonly operations: Set<string>;
  readonly grants: Set<string>;
}

/** What keeps grants from compiling: each cause once, where it is mended, with the operations and grants it concerns. */
export class ImpossibleGrants {
  readonly #locate: Locate;
  readonly #causes = new Map<string, Cause>();

  constructor(locate: Locate) {
    this.#locate = locate;
  }

  /** Adds all that was thrown while the grant was compiled for one operation; of causes at one place the first. */
  add(grant: Sourced<GrantDocument>, thrown: unknown, operation: string): void {
    const told = new Set<string>();
    for (const error of causesOf(thrown)) {
      const { place, isInGrant } = this.#placeOf(grant, error, operation);
      const at = `${place.file}:${place.line}:${place.column}`;
      if (told.has(at)) continue;
      told.add(at);
      const message = messageOf(error);
      const key = `${at} ${message}`;
      const cause = this.#causes.get(key) ?? { message, place, operations: new Set(), grants: new Set() };
      this.#causes.set(key, cause);
      cause.operations.add(operation);
      if (!isInGrant) cause.grants.add(grant.document.metadata.name);
    }
  }

  #placeOf(grant: Sourced<GrantDocument>, error: unknown, operation: string): { place: Place; isInGrant: boolean } {
    if (error instanceof ImpossibleGrant) {
      if (error.mended === 'grant') return { place: grant.source.locate(error.pointer), isInGrant: true };
      const place = this.#locate(error.mended, error.pointer);
      if (place !== undefined) return { place, isInGrant: false };
    }
    const index = grant.document.spec.operations.indexOf(operation);
    return { place: grant.source.locate(childPointer('/spec/operations', index)), isInGrant: true };
  }

  faults(): Fault[] {
    return [...this.#causes.values()].map(({ message, place, operations, grants }) => {
      const by = grants.size === 0 ? '' : `, granted by ${named(grants)}`;
      return { code: 'grant-impossible', message: `${named(operations)}${by}: ${message}`, place, severity: 'error' };
    });
  }
}

function named(names: ReadonlySet<string>): string {
  const more = names.size - MOST_NAMED;
  return `${[...names].slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
