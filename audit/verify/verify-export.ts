import { createHash } from 'node:crypto';
import {
  CHECKPOINT_FILE,
  ENTRIES_FILE,
  HASHES_FILE,
  KEYS_FILE,
  MANIFEST_FILE,
  type Manifest,
  SIGNATURE_FILE,
  signedManifestText,
} from '../export/manifest.ts';
import { PARQUET_FILE } from '../export/row-files.ts';
import { isSignedBy, type NoteKey, parseNote, parseVerifierKey } from '../tlog/signed-note.ts';
import { type ArchiveFiles, wholeFile } from './archive-files.ts';
import type { Progress } from './derivation.ts';
import { EntryWalk } from './export-entries.ts';
import { Findings } from './finding.ts';
import { parseManifest } from './parse-manifest.ts';
import type { Report } from './report.ts';
import { RowCheck } from './row-check.ts';
import { MOST_NOTE_BYTES, type SignedHead, signedHead, UnreadableError, utf8 } from './signed-head.ts';
import { judgeTrust, type TrustInput, trustedKeys } from './trust.ts';

const MOST_MANIFEST_BYTES = 1 << 20;
const OUTSIDE = new Set([MANIFEST_FILE, SIGNATURE_FILE]);

/**
 * Verifies an export offline, in constant memory: the manifest's signature and digests, the proof that the entries are in the
 * log, and that the readable rows are what the entries say.
 */
export async function verifyExport(files: ArchiveFiles, input: TrustInput, progress: Progress): Promise<Report> {
  const began = performance.now();
  const findings = new Findings();
  const manifestBytes = await needed(files, MANIFEST_FILE, MOST_MANIFEST_BYTES);
  const manifest = parseManifest(utf8(manifestBytes));
  if (manifest === undefined) throw new UnreadableError(`${MANIFEST_FILE} is not the manifest of an export`);
  const head = signedHead(utf8(await needed(files, CHECKPOINT_FILE, MOST_NOTE_BYTES)), 'the checkpoint of the export');
  const isSame = head.origin === manifest.origin && head.size === manifest.checkpoint.size;
  if (!isSame || head.root.toString('base64') !== manifest.checkpoint.root)
    findings.wrong('checkpoint-foreign', 'the checkpoint is not the one that the manifest names', {
      file: CHECKPOINT_FILE,
    });

  const signers = await checkSigners(files, input, head, manifestBytes, findings);
  const rows = new RowCheck(files);
  const walk = new EntryWalk(files, findings);
  const root = await walk.run(head.size, (row) => {
    rows.add(row);
    if (walk.rows % 20_000 === 0) progress(walk.rows, manifest.rows);
  });
  if (root?.equals(head.root) === false)
    findings.wrong(
      'root-wrong',
      'the entries and hashes do not come to the root of the checkpoint: some were changed, added or taken away',
      {
        file: ENTRIES_FILE,
      },
    );
  if (root !== undefined && (walk.rows !== manifest.rows || walk.entries !== manifest.entries))
    findings.wrong(
      'count-wrong',
      `there are ${walk.rows} rows and ${walk.entries} entries, the manifest says ${manifest.rows} and ${manifest.entries}`,
    );
  await checkFiles(files, manifest, rows, findings);
  compareKept(input, head, findings);

  const trust = judgeTrust(input, signers, [head], findings);
  return {
    verdict: findings.isWrong ? 'wrong' : 'verified',
    kind: 'export',
    path: files.place,
    origin: head.origin,
    size: head.size,
    root: head.root.toString('base64'),
    trust,
    findings: findings.list(),
    counts: findings.counts(),
    export: {
      question: manifest.question,
      created: manifest.created,
      software: manifest.software,
      rows: walk.rows,
      entries: walk.entries,
      files: [...files.sizes.keys()].sort(),
    },
    checked: CHECKED,
    unknown: unknown(files, trust.keys),
    seconds: (performance.now() - began) / 1000,
  };
}

async function needed(files: ArchiveFiles, name: string, most: number): Promise<Buffer> {
  const bytes = await wholeFile(files, name, most);
  if (bytes === undefined) throw new UnreadableError(`there is no ${name} in ${files.place}: it is no export`);
  return bytes;
}

/** Who signed manifest and checkpoint: one and the same key of the log. */
async function checkSigners(
  files: ArchiveFiles,
  input: TrustInput,
  head: SignedHead,
  manifest: Buffer,
  findings: Findings,
): Promise<NoteKey[]> {
  const keys = [...trustedKeys(input), ...keysFound(utf8(await needed(files, KEYS_FILE, MOST_NOTE_BYTES)), findings)];
  const own = keys.filter(({ name }) => name === head.origin);
  const signers = own.filter((key) => isSignedBy(head.note, [key]));
  if (signers.length === 0)
    findings.wrong('checkpoint-unsigned', 'the checkpoint is signed by no known key of its log');
  const note = parsedNote(utf8(await needed(files, SIGNATURE_FILE, MOST_NOTE_BYTES)));
  const digest = createHash('sha256').update(manifest).digest('hex');
  const place = { file: SIGNATURE_FILE };
  if (note.text !== signedManifestText(digest))
    findings.wrong('manifest-changed', 'the signature is of another manifest', place);
  else if (!isSignedBy(note, signers))
    findings.wrong('manifest-unsigned', 'the manifest is not signed by the key of the checkpoint', place);
  return signers.slice(0, 1);
}

function parsedNote(text: string) {
  try {
    return parseNote(text);
  } catch {
    throw new UnreadableError(`${SIGNATURE_FILE} is no signature`);
  }
}

function keysFound(text: string, findings: Findings): NoteKey[] {
  const keys: NoteKey[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    try {
      keys.push(parseVerifierKey(line));
    } catch (error) {
      findings.warn('keys-unreadable', error instanceof Error ? error.message : 'a key cannot be read', {
        file: KEYS_FILE,
      });
    }
  }
  return keys;
}

/** Every file is as the manifest says, no other is there, and rows are what their entries make them. */
async function checkFiles(files: ArchiveFiles, manifest: Manifest, rows: RowCheck, findings: Findings): Promise<void> {
  const derived = rows.digests();
  const listed = new Set(manifest.files.map(({ name }) => name));
  for (const name of files.sizes.keys()) {
    if (!listed.has(name) && !OUTSIDE.has(name))
      findings.wrong('file-unlisted', 'the file is not in the manifest', { file: name });
  }
  for (const name of [ENTRIES_FILE, HASHES_FILE, CHECKPOINT_FILE, KEYS_FILE]) {
    if (!listed.has(name)) findings.wrong('file-unlisted', 'the manifest does not list the file', { file: name });
  }
  for (const { name, bytes, sha256 } of manifest.files) {
    const size = files.sizes.get(name);
    if (size === undefined) {
      findings.wrong('file-missing', 'the file is missing', { file: name });
      continue;
    }
    const hash = createHash('sha256');
    for await (const piece of files.chunks(name)) hash.update(piece);
    const digest = hash.digest('hex');
    if (size !== bytes || digest !== sha256)
      findings.wrong('file-changed', 'the file is not what the manifest says', { file: name });
    const right = derived.get(name);
    if (right !== undefined && right !== digest)
      findings.wrong('rows-wrong', 'the rows are not what the proven entries say', { file: name });
  }
}

/** A checkpoint that was kept can be compared where it is of the same size. */
function compareKept({ kept }: TrustInput, head: SignedHead, findings: Findings): void {
  for (const { origin, size, root, what } of kept) {
    if (origin !== head.origin)
      findings.wrong('origin-foreign', `${what} is of the log ${origin}, not of ${head.origin}`);
    else if (size !== head.size)
      findings.warn(
        'checkpoint-unchecked',
        `${what} is of another size: only the ledger itself can tell whether it agrees`,
      );
    else if (!root.equals(head.root)) findings.wrong('checkpoint-inconsistent', `${what} stands for other entries`);
  }
}

const CHECKED = [
  'the manifest and the checkpoint are signed by the same key of the log',
  'every file is the one that the manifest lists',
  'every entry is in the log: with the hashes between them they come to the root of the checkpoint',
  'CSV and JSON rows are, byte for byte, what the proven entries say',
];

function unknown(files: ArchiveFiles, keys: 'given' | 'found'): string[] {
  const limits = ['whether the answer is complete: that needs the ledger, or its owner’s word'];
  if (keys === 'found')
    limits.push('whose key it is: it came with the archive; get it from its owner and give it with --key');
  if (files.sizes.has(PARQUET_FILE))
    limits.push(`whether ${PARQUET_FILE} says the same as the entries: only its digest is checked`);
  return limits;
}
