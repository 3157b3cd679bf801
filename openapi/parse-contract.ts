import type { ReferencedFile, SourceMap } from '../catalog/catalog.ts';
import type { Fault, Place } from '../catalog/fault.ts';
import { quoted } from '../catalog/quoted.ts';
import { ShapeBuilder } from './build-shapes.ts';
import { contentDigest } from './canonical-json.ts';
import type { Contract, Field, Operation, Shape } from './contract.ts';
import { DocumentFaults, DocumentTooComplex } from './document-faults.ts';
import { checkLimits } from './document-limits.ts';
import { childPointer } from './json-pointer.ts';
import { listOperations, successContents } from './list-operations.ts';
import { normalForm } from './normal-form.ts';
import { applyOverlays } from './overlay.ts';
import { patternFault } from './pattern.ts';
import { emptyObject, isList, member, type PlainObject } from './plain-data.ts';
import { recogniseDocument } from './spec-version.ts';
import { fromSwagger2 } from './swagger2.ts';

/** `contract` is there whenever the document could be read at all, so that later rules can add their faults. */
export interface ParsedContract {
  readonly contract: Contract | undefined;
  readonly faults: readonly Fault[];
  /** Where a place of the contract's document was written, in the document itself or an overlay. */
  readonly locate: (pointer: string) => Place;
}

/**
 * Reads an API description (Swagger 2.0, OpenAPI 3.0, 3.1, 3.2) with its overlays applied in order. Nothing is fetched
 * or opened: a reference out of the document is a fault. Time and memory are bounded whatever the document holds.
 */
export function parseContract(
  content: unknown,
  source: SourceMap,
  overlays: readonly ReferencedFile[] = [],
): ParsedContract {
  let faults = new DocumentFaults(source);
  let overlayFaults: readonly Fault[] = [];
  const locate = (pointer: string): Place => faults.locate(pointer);
  try {
    checkLimits(content);
    let whole = content;
    if (overlays.length > 0) {
      const overlaid = applyOverlays(content, source, overlays);
      faults = new DocumentFaults(overlaid.origins, overlaid.origins);
      overlayFaults = overlaid.faults;
      whole = overlaid.document;
      checkLimits(whole);
    }
    const read = readContract(whole, faults);
    // A document with loose ends is not whole: what its operations mean is not known.
    const isLoose = ['ref-remote', 'ref-missing', 'ref-circular'].some((code) => faults.has(code));
    const contract = isLoose ? undefined : read;
    return { contract, faults: [...faults.all(), ...overlayFaults], locate };
  } catch (error) {
    if (!(error instanceof DocumentTooComplex)) throw error;
    const mend = 'split it into interfaces of a manageable size';
    faults.add('document-too-complex', `${error.message} It is refused; ${mend}`, error.pointer);
    return { contract: undefined, faults: [...faults.all(), ...overlayFaults], locate };
  }
}

function readContract(content: unknown, faults: DocumentFaults): Contract | undefined {
  const recognised = recogniseDocument(content);
  if ('code' in recognised) {
    faults.add(recognised.code, recognised.message, recognised.pointer);
    return undefined;
  }
  const { document: written, family, stated } = recognised;
  const converted = family === '2.0' ? fromSwagger2(written, faults) : written;
  const older = family === '2.0' || family === '3.0';
  const { document, patterns } = normalForm(converted, older, faults);
  for (const { pattern, pointer } of patterns) {
    const wrong = patternFault(pattern);
    if (wrong !== undefined) faults.add(wrong.code, wrong.message, pointer, wrong.severity);
  }
  const title = member(member(document, 'info'), 'title');
  if (typeof title !== 'string' || title === '')
    faults.add('document-invalid', 'info.title is missing; add it', '/info/title');
  const shapes = new ShapeBuilder(document);
  const operations = listOperations(document, shapes, faults);
  if (operations.size === 0) {
    const message = 'the document describes no operation that can be called; give one with paths';
    faults.add('no-operations', message, '/paths');
    return undefined;
  }
  const versioned: Record<string, unknown> = Object.assign(emptyObject(), document);
  if (family !== '3.2') versioned.openapi = '3.1.1';
  return {
    title: typeof title === 'string' ? title : '',
    specVersion: stated,
    digest: contentDigest(written),
    serverPath: serverPath(document, faults),
    operations,
    shapes: shapes.namedShapes(),
    fieldIds: reachableFields(operations, faults),
    document: Object.freeze(versioned),
  };
}

/** Ids of the fields of request bodies and answers of success; a fault where two fields would share an id. */
function reachableFields(operations: ReadonlyMap<string, Operation>, faults: DocumentFaults): Set<string> {
  const byId = new Map<string, Field>();
  const seen = new Set<ReadonlyMap<string, Field>>();
  const visit = (start: Shape, pointer: string): void => {
    const waiting = [start];
    for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
      if (seen.has(shape.fields)) continue;
      seen.add(shape.fields);
      if (shape.items !== undefined) waiting.push(shape.items);
      for (const field of [...shape.fields.values(), ...(shape.entries === undefined ? [] : [shape.entries])]) {
        const other = byId.get(field.id);
        if (other !== undefined && other !== field) {
          const message = `two different fields would both be called ${quoted(field.id)}; rename a schema or property`;
          faults.add('field-ambiguous', message, pointer);
        }
        byId.set(field.id, field);
        waiting.push(field.shape);
      }
    }
  };
  for (const operation of operations.values()) {
    if (operation.requestBody !== undefined) visit(operation.requestBody.content.shape, operation.pointer);
    for (const content of successContents(operation)) visit(content.shape, operation.pointer);
  }
  return new Set(byId.keys());
}

/** Path of the first server with its variables' defaults (OpenAPI 3.1 §4.8.5), without a slash at its end. */
function serverPath(document: PlainObject, faults: DocumentFaults): string {
  const servers = member(document, 'servers');
  const server = isList(servers) ? servers[0] : undefined;
  const url = member(server, 'url');
  if (typeof url !== 'string') return '';
  const filled = url.replaceAll(/\{([^{}]*)\}/g, (_whole, name: string) => {
    const value = member(member(member(server, 'variables'), name), 'default');
    return typeof value === 'string' ? value : '';
  });
  const path = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*([^?#]*)/i.exec(filled)?.[1] ?? filled.replace(/[?#].*$/s, '');
  const canonical = `/${path}`.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
  if (/\/\.{1,2}(?:\/|$)|[\u0000-\u0020\\]|%(?![0-9a-f]{2})/i.test(canonical)) {
    const message = `the path of the server ${quoted(url)} is not in canonical form; remove dots, blanks and backslashes`;
    faults.add('server-invalid', message, childPointer(childPointer('/servers', 0), 'url'));
    return '';
  }
  return canonical;
}
