import type { Findings } from './finding.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { MOST_NOTE_BYTES, type SignedHead, signedHead } from './signed-head.ts';

export const HISTORY = 'checkpoints.jsonl';

/**
 * The history of checkpoints, one at a time, in order of size: what is out of order is told and passed over, for a log
 * never signs less than it had.
 */
export function* pastHeads(files: LedgerFiles, findings: Findings): Generator<SignedHead> {
  let line = 0;
  let size = 0;
  let time = '';
  for (const text of files.lines(HISTORY, 2 * MOST_NOTE_BYTES)) {
    line++;
    const past = parseLine(text);
    const what = `line ${line} of ${HISTORY}`;
    if (past === undefined) {
      findings.wrong('history-unreadable', `${what} is no checkpoint`, { file: HISTORY });
      continue;
    }
    let head: SignedHead;
    try {
      head = signedHead(past.note, `the checkpoint of ${past.time}, ${what}`);
    } catch (error) {
      findings.wrong('history-unreadable', error instanceof Error ? error.message : what, { file: HISTORY });
      continue;
    }
    if (past.time < time) findings.warn('history-times', `${what} is older than the one before it`, { file: HISTORY });
    time = past.time;
    if (head.size < size) {
      findings.wrong('history-wound-back', `${what}: the log signed ${head.size} entries after it had signed ${size}`, {
        index: head.size,
        file: HISTORY,
      });
      continue;
    }
    size = head.size;
    yield head;
  }
}

function parseLine(text: string): { readonly time: string; readonly note: string } | undefined {
  try {
    const { time, note } = JSON.parse(text) as Record<string, unknown>;
    return typeof time === 'string' && typeof note === 'string' ? { time, note } : undefined;
  } catch {
    return undefined;
  }
}
