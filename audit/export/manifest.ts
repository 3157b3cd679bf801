import { canonicalJson } from '../record/canonical-json.ts';

export const MANIFEST_FILE = 'manifest.json';
/** The manifest's digest, signed by the log's key as a note (C2SP signed-note). */
export const SIGNATURE_FILE = 'manifest.note';
export const ENTRIES_FILE = 'entries.jsonl';
export const HASHES_FILE = 'proof.bin';
export const CHECKPOINT_FILE = 'checkpoint';
export const KEYS_FILE = 'keys.txt';

/** What an export is, in one signed document. */
export interface Manifest {
  readonly format: 1;
  readonly origin: string;
  /** Canonical JSON of the question; subjects as handles. */
  readonly question: string;
  /** ISO 8601. */
  readonly created: string;
  /** Version of the software that wrote it. */
  readonly software: string;
  readonly checkpoint: { readonly size: number /** Base64. */; readonly root: string };
  readonly rows: number;
  /** Entries in `entries.jsonl`: those of the rows, and the epochs and definitions that are needed to read them. */
  readonly entries: number;
  /** Every other file but the signature. */
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export function manifestText(manifest: Manifest): string {
  return `${canonicalJson(manifest)}\n`;
}

/** Note text that is signed for a manifest; no checkpoint can be read from it. */
export function signedManifestText(sha256: string): string {
  return `portcullis export manifest v1\nsha256 ${sha256}\n`;
}

/**
 * What stands before an entry in its line of `entries.jsonl`, and behind it: the entry itself is JSON and stands there as in
 * the log, byte for byte. `support` marks what is no row itself.
 */
export function entryLineStart(index: number, isSupport: boolean): string {
  return isSupport ? `{"index":${index},"support":true,"entry":` : `{"index":${index},"entry":`;
}

export const ENTRY_LINE_END = '}\n';
