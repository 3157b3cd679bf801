import type {
  ConsumerDocument,
  GrantDocument,
  InterfaceDocument,
  OdooModelsDocument,
  PlanDocument,
  SystemDocument,
  TeamDocument,
} from './documents.ts';
import type { Fault, Place } from './fault.ts';

/** Finds where a value stands in its source text; `pointer` is an RFC 6901 JSON Pointer ('' for the root). */
export interface SourceMap {
  readonly file: string;
  /** Place of the value at `pointer`, or of its nearest existing parent. */
  locate(pointer: string): Place;
}

/** A catalog document with the way back to its text. */
export interface Sourced<D> {
  readonly document: D;
  readonly source: SourceMap;
}

/** A file that a document refers to (an OpenAPI document, an Overlay): parsed to plain JSON, never followed further. */
export interface ReferencedFile {
  readonly path: string;
  readonly content: unknown;
  readonly source: SourceMap;
  /** `sha256:<hex>` of the file's bytes. */
  readonly digest: string;
}

/**
 * Everything a catalog folder holds, by kind and name. Content is null-prototype plain data, deeply frozen.
 * `id` is `sha256:<hex>` over the content of all files in path order: same content, same id.
 */
export interface Catalog {
  readonly id: string;
  readonly folder: string;
  readonly systems: ReadonlyMap<string, Sourced<SystemDocument>>;
  readonly teams: ReadonlyMap<string, Sourced<TeamDocument>>;
  readonly interfaces: ReadonlyMap<string, Sourced<InterfaceDocument>>;
  readonly consumers: ReadonlyMap<string, Sourced<ConsumerDocument>>;
  readonly grants: ReadonlyMap<string, Sourced<GrantDocument>>;
  readonly plans: ReadonlyMap<string, Sourced<PlanDocument>>;
  readonly odooModels: ReadonlyMap<string, Sourced<OdooModelsDocument>>;
  /** Keyed by path relative to the folder, `/`-separated. */
  readonly files: ReadonlyMap<string, ReferencedFile>;
}

/** A catalog with what is wrong in it; `catalog` holds whatever could be read, so that later rules can add their faults. */
export interface LoadedCatalog {
  readonly catalog: Catalog;
  readonly faults: readonly Fault[];
  /** The bytes of every file that takes part, by path: what `catalog.id` is the digest of. */
  readonly sources: ReadonlyMap<string, Buffer>;
}
