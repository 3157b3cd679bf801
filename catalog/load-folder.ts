import { resolve } from 'node:path';
import type { Catalog, LoadedCatalog, ReferencedFile, Sourced, SourceMap } from './catalog.ts';
import { catalogId, digestOf } from './digest.ts';
import type { CatalogDocument, InterfaceDocument, Kind } from './documents.ts';
import { byPlace, type Fault } from './fault.ts';
import { suggestion } from './nearest-name.ts';
import { type ParsedDocument, parseDocuments, parseSource } from './parse-source.ts';
import { quoted } from './quoted.ts';
import { readFolder } from './read-folder.ts';
import { holdsMoreThan, isCatalogContent, isUtf16, mayBeCatalogFile, namesPortcullis } from './recognise-file.ts';
import { resolveReference } from './referenced-file.ts';
import { checkRules } from './rules.ts';
import { validateDocument } from './validate-document.ts';

/**
 * Reads a catalog folder: documents of `apiVersion: portcullis/v1`, and the files that interface versions refer to.
 * Tells every fault at once, in the order of files and lines; never throws for what stands in the folder. Nothing is
 * fetched, nothing outside the folder is read. `today` (ISO date, default: now in UTC) decides which grants have ended.
 */
export async function loadCatalog(
  folder: string,
  today: string = new Date().toISOString().slice(0, 10),
): Promise<LoadedCatalog> {
  const { files, faults } = await readFolder(folder);
  return loadFiles(files, faults, folder, today);
}

/** The same for files that were read before, by path relative to the folder they are of. */
export function loadCatalogFiles(
  files: ReadonlyMap<string, Buffer>,
  folder: string,
  today: string = new Date().toISOString().slice(0, 10),
): LoadedCatalog {
  return loadFiles(files, [], folder, today);
}

function loadFiles(
  files: ReadonlyMap<string, Buffer>,
  readFaults: readonly Fault[],
  folder: string,
  today: string,
): LoadedCatalog {
  const loader = new CatalogLoader(files);
  loader.readDocuments();
  loader.readReferences();
  loader.warnOfUnused();
  // Where files could not be read, their own faults say why nothing is there.
  if (readFaults.length === 0) loader.refuseEmpty();
  const catalog = loader.catalog(resolve(folder));
  const faults = [...readFaults, ...loader.faults(), ...checkRules({ catalog, today })];
  return { catalog, faults: faults.sort(byPlace), sources: loader.sources() };
}

/** Every one of them is held against a schema; a grant over a thousand fields has some thousand. */
const MAX_DOCUMENT_VALUES = 100_000;
/** All models of a large Odoo: some 20 000 fields. */
const MAX_MODELS_VALUES = 400_000;

class CatalogLoader {
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #documents: Record<Kind, Map<string, Sourced<CatalogDocument>>> = {
    System: new Map(),
    Team: new Map(),
    Interface: new Map(),
    Consumer: new Map(),
    Grant: new Map(),
    Plan: new Map(),
    OdooModels: new Map(),
  };
  readonly #referenced = new Map<string, ReferencedFile>();
  readonly #documentFiles = new Set<string>();
  readonly #faults: Fault[] = [];
  /** Keyed by file, so that a file that is parsed twice tells its faults once. */
  readonly #parseFaults = new Map<string, readonly Fault[]>();

  constructor(files: ReadonlyMap<string, Buffer>) {
    this.#files = files;
  }

  readDocuments(): void {
    for (const [file, bytes] of this.#files) {
      // Large files of others are parsed only when an interface refers to them.
      if (!mayBeCatalogFile(bytes)) continue;
      const { documents, faults } = parseDocuments(file, this.#text(file, bytes));
      const isCatalogFile = documents.some(({ content }) => isCatalogContent(content));
      if (isCatalogFile) this.#documentFiles.add(file);
      const isBroken = documents.every(({ content }) => content === undefined);
      if (isCatalogFile || (isBroken && namesPortcullis(bytes))) this.#parseFaults.set(file, faults);
      if (isCatalogFile) for (const document of documents) this.#addDocument(document);
    }
  }

  #addDocument({ content, source }: ParsedDocument): void {
    if (content === undefined) return;
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      const message = Array.isArray(content)
        ? 'a list is no catalog document; write the documents one after another, with --- between them'
        : 'a catalog document is an object with apiVersion, kind, metadata and spec; write it as one';
      this.#fault('document-invalid', message, source, '');
      return;
    }
    const most = 'kind' in content && content.kind === 'OdooModels' ? MAX_MODELS_VALUES : MAX_DOCUMENT_VALUES;
    if (holdsMoreThan(most, content)) {
      const message = `a catalog document of this kind holds at most ${most} values; leave out what nobody needs, or split it`;
      this.#fault('file-too-large', message, source, '');
      return;
    }
    const { document, faults } = validateDocument(content, source);
    this.#faults.push(...faults);
    if (document === undefined) return;
    const { kind, metadata } = document;
    const earlier = this.#documents[kind].get(metadata.name);
    if (earlier === undefined) this.#documents[kind].set(metadata.name, { document, source });
    else {
      const { file, line } = earlier.source.locate('/metadata/name');
      const message = `the ${kind} ${quoted(metadata.name)} exists already at ${file}:${line}; choose another name`;
      this.#fault('name-taken', message, source, '/metadata/name');
    }
  }

  readReferences(): void {
    for (const { document, source } of this.#documents.Interface.values()) {
      if (document.kind !== 'Interface') continue;
      for (const [pointer, reference] of references(document)) this.#readReference(reference, source, pointer);
    }
  }

  #readReference(reference: string, source: SourceMap, pointer: string): void {
    if (reference === '') return;
    const resolved = resolveReference(reference, source.file);
    if ('wrong' in resolved) {
      this.#fault('reference-invalid', `${quoted(reference)} ${resolved.wrong}`, source, pointer);
      return;
    }
    const { path } = resolved;
    const bytes = this.#files.get(path);
    if (bytes === undefined) {
      const others = [...this.#files.keys()].filter((file) => !this.#documentFiles.has(file));
      const hint = suggestion(path, others) || '; correct the path or add the file';
      const message = `there is no readable YAML or JSON file ${quoted(path)} in the folder${hint}`;
      this.#fault('file-missing', message, source, pointer);
    } else if (this.#documentFiles.has(path)) {
      this.#fault(
        'reference-invalid',
        `${quoted(reference)} is a catalog document; name an OpenAPI file`,
        source,
        pointer,
      );
    } else if (!this.#referenced.has(path)) {
      const parsed = parseSource(path, this.#text(path, bytes));
      this.#parseFaults.set(path, parsed.faults);
      this.#referenced.set(path, { path, content: parsed.content, source: parsed.source, digest: digestOf(bytes) });
    }
  }

  warnOfUnused(): void {
    for (const [file, bytes] of this.#files) {
      if (this.#documentFiles.has(file) || this.#referenced.has(file) || this.#parseFaults.has(file)) continue;
      const place = { file, line: 1, column: 1 };
      if (isUtf16(bytes)) {
        const message = 'the file is UTF-16; save it as UTF-8';
        this.#faults.push({ code: 'file-invalid', message, place, severity: 'error' });
        continue;
      }
      const what = bytes.length === 0 ? 'the file is empty' : 'the file is no catalog document';
      const message = `${what} and no interface refers to it; refer to it or move it away`;
      this.#faults.push({ code: 'file-unused', message, place, severity: 'warning' });
    }
  }

  /** A folder without documents is the wrong one: nobody means to serve nothing. */
  refuseEmpty(): void {
    if (this.#documentFiles.size > 0 || this.#parseFaults.size > 0 || this.#faults.some(isError)) return;
    const message =
      'no catalog document stands in the folder; check its path, or write one (apiVersion: portcullis/v1)';
    this.#faults.push({ code: 'folder-empty', message, place: { file: '.', line: 1, column: 1 }, severity: 'error' });
  }

  catalog(folder: string): Catalog {
    const digests = new Map([...this.#referenced].map(([path, { digest }]) => [path, digest]));
    for (const file of this.#documentFiles) digests.set(file, digestOf(this.#files.get(file) ?? Buffer.of()));
    const { System, Team, Interface, Consumer, Grant, Plan, OdooModels } = this.#documents;
    return Object.freeze({
      id: catalogId(digests),
      folder,
      systems: ofKind(System, 'System'),
      teams: ofKind(Team, 'Team'),
      interfaces: ofKind(Interface, 'Interface'),
      consumers: ofKind(Consumer, 'Consumer'),
      grants: ofKind(Grant, 'Grant'),
      plans: ofKind(Plan, 'Plan'),
      odooModels: ofKind(OdooModels, 'OdooModels'),
      files: this.#referenced,
    });
  }

  /** What takes part in the catalog and so in its id. */
  sources(): ReadonlyMap<string, Buffer> {
    const taking = [...this.#files].filter(([path]) => this.#documentFiles.has(path) || this.#referenced.has(path));
    return new Map(taking);
  }

  faults(): readonly Fault[] {
    return [...this.#faults, ...[...this.#parseFaults.values()].flat()];
  }

  #text(file: string, bytes: Buffer): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      const message = 'the file is not UTF-8; save it as UTF-8';
      this.#faults.push({ code: 'file-invalid', message, place: { file, line: 1, column: 1 }, severity: 'error' });
      return '';
    }
  }

  #fault(code: string, message: string, source: SourceMap, pointer: string): void {
    this.#faults.push({ code, message, place: source.locate(pointer), severity: 'error' });
  }
}

function isError({ severity }: Fault): boolean {
  return severity === 'error';
}

function* references(document: InterfaceDocument): Iterable<readonly [pointer: string, reference: string]> {
  for (const [index, version] of document.spec.versions.entries()) {
    yield [`/spec/versions/${index}/document`, version.document];
    for (const [place, overlay] of (version.overlays ?? []).entries()) {
      yield [`/spec/versions/${index}/overlays/${place}`, overlay];
    }
  }
}

type DocumentOf<K extends Kind> = Extract<CatalogDocument, { readonly kind: K }>;

function ofKind<K extends Kind>(
  documents: ReadonlyMap<string, Sourced<CatalogDocument>>,
  kind: K,
): ReadonlyMap<string, Sourced<DocumentOf<K>>> {
  const chosen = new Map<string, Sourced<DocumentOf<K>>>();
  for (const [name, { document, source }] of documents) {
    if (isOfKind(document, kind)) chosen.set(name, { document, source });
  }
  return chosen;
}

function isOfKind<K extends Kind>(document: CatalogDocument, kind: K): document is DocumentOf<K> {
  return document.kind === kind;
}
