import { type NoteKey, parseVerifierKey } from '../tlog/signed-note.ts';
import type { Findings } from './finding.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { MOST_NOTE_BYTES, type SignedHead, signedHead, UnreadableError, utf8 } from './signed-head.ts';

const MOST_COSIGNED = 100;

/** The latest checkpoint. Throws an UnreadableError where there is none. */
export function latestHead(files: LedgerFiles): SignedHead {
  const bytes = files.read('checkpoint', MOST_NOTE_BYTES);
  if (bytes === undefined) throw new UnreadableError(`there is no ledger in ${files.place}: it has no checkpoint`);
  try {
    return signedHead(utf8(bytes), 'the checkpoint');
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : 'the checkpoint cannot be read');
  }
}

/** Index of the first entry that is not pruned. */
export function readMinimum(files: LedgerFiles, size: number): number {
  const text = files.read('minimum', 64)?.toString().trim() ?? '0';
  const minimum = Number(text);
  if (!/^\d{1,16}$/.test(text) || minimum > size)
    throw new UnreadableError(`${files.place}/minimum holds no index within the log`);
  return minimum;
}

/** Verifier keys that lie beside the log. */
export function foundKeys(files: LedgerFiles, findings: Findings): NoteKey[] {
  const keys: NoteKey[] = [];
  for (const line of files.lines('keys.txt', 10_000)) {
    if (line.trim() === '' || keys.length >= 1000) continue;
    try {
      keys.push(parseVerifierKey(line));
    } catch (error) {
      findings.warn('keys-unreadable', error instanceof Error ? error.message : 'a key cannot be read', {
        file: 'keys.txt',
      });
    }
  }
  return keys;
}

/** Checkpoints with the signatures of witnesses. */
export function* cosignedHeads(files: LedgerFiles, findings: Findings): Generator<SignedHead> {
  for (const name of files.list('cosigned').slice(0, MOST_COSIGNED)) {
    const file = `cosigned/${name}`;
    const bytes = files.read(file, MOST_NOTE_BYTES);
    try {
      if (bytes !== undefined) yield signedHead(utf8(bytes), `the cosigned checkpoint ${file}`);
    } catch (error) {
      findings.warn('cosigned-unreadable', error instanceof Error ? error.message : file, { file });
    }
  }
}
