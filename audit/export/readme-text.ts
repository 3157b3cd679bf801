import type { Manifest } from './manifest.ts';

export const README_FILE = 'README.txt';
export const VERIFIER_NAME = 'verify.mjs';

/** What whoever opens the archive should know. */
export function readmeText({ origin, created, rows }: Pick<Manifest, 'origin' | 'created' | 'rows'>): string {
  return `Export of the ledger ${origin}, ${created}, ${rows} rows

Check it (Node 20.15 or newer, offline, nothing to install):

    node verify.mjs ARCHIVE.zip --key KEY

KEY is the verifier key of the log, or a file of them. Get it from whoever answers for the gateway, by another way
than this archive; keys.txt in here says what it should be, but whoever could forge the archive could forge that, too.
The exit code is 0 for verified, 1 for wrong, 2 for wrong usage, 3 for unreadable. A person's rows hold no values:
names of fields, counts, and keyed handles.

manifest.json      the question, counts, the checkpoint it rests on, and the SHA-256 of every file
manifest.note      the signature of the manifest by the log's key (C2SP signed-note)
rows.*             the answer; verify.mjs derives CSV and JSON rows again from the proven entries and compares
entries.jsonl      the entries of the rows as they stand in the log, and those needed to read them
proof.bin          hashes of what lies between them: with the entries they lead to the root of the checkpoint
checkpoint         the log's signed tree head (C2SP tlog-checkpoint)
keys.txt           verifier keys of the log, oldest first
verify.mjs         the verifier; readable, one file
`;
}
