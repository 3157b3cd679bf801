import type { SourceMap } from './catalog.ts';
import type { Fault } from './fault.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';
import { DocumentSource, type ParsedText, SourceText } from './source-text.ts';

/** Files of these names are read; all others are passed over. */
export const SOURCE_NAME = /\.(?:ya?ml|json)$/i;

/** One parsed document with the way back to its text; `content` is undefined where the text could not be parsed. */
export interface ParsedDocument {
  readonly content: unknown;
  readonly source: DocumentSource;
}

/**
 * Parses a file that holds one document: JSON by the name `*.json`, YAML otherwise. Content is deeply frozen
 * null-prototype plain data, undefined after a syntax error. More than one document is a fault.
 */
export function parseSource(
  file: string,
  text: string,
): { readonly content: unknown; readonly source: SourceMap; readonly faults: readonly Fault[] } {
  const { documents, faults } = parseDocuments(file, text, true);
  const [first, second] = documents;
  const source = first?.source ?? new DocumentSource(new SourceText(file, text), NOTHING);
  if (first === undefined) {
    if (faults.length > 0) return { content: undefined, source, faults };
    return {
      content: undefined,
      source,
      faults: [fault('file-invalid', 'the file is empty; write the document', source)],
    };
  }
  if (second === undefined) return { content: first.content, source, faults };
  const extra = fault('file-invalid', 'one document per file is allowed here; move this one away', second.source);
  return { content: first.content, source, faults: [...faults, extra] };
}

/** Parses all documents of a file (YAML may hold several), in order. A vendor's slips are let pass with a warning. */
export function parseDocuments(
  file: string,
  text: string,
  vendor = false,
): { readonly documents: readonly ParsedDocument[]; readonly faults: readonly Fault[] } {
  // A byte order mark is no part of the first line, to parsers and to those who count columns.
  const readable = text.replace(/^\uFEFF/, '');
  const source = new SourceText(file, readable);
  const parsed = /\.json$/i.test(file) ? [parseJson(readable)] : parseYaml(readable, vendor);
  const documents = parsed.map((one) => ({ content: one.content, source: new DocumentSource(source, one) }));
  const faults = parsed.flatMap(({ problems }) =>
    problems.map(({ code, message, offset, severity }): Fault => {
      return { code, message, place: source.placeAt(offset), severity: severity ?? 'error' };
    }),
  );
  return { documents, faults };
}

const NOTHING: ParsedText = { content: undefined, start: 0, members: new Map(), problems: [] };

function fault(code: string, message: string, source: SourceMap): Fault {
  return { code, message, place: source.locate(''), severity: 'error' };
}
