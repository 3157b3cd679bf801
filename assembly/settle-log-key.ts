import { type LogKey, settleLogKey } from '../audit/keys/log-key.ts';
import type { Ledger } from '../audit/ledger.ts';
import type { Recorder } from '../audit/record/recorder.ts';
import { noteSigner } from '../audit/tlog/signed-note.ts';

const LOOK_MS = 100;

/**
 * Puts a change of the log's key on record, and forgets the key before once a checkpoint that both have signed covers
 * that entry: from then on whoever trusted the old key can trust the new one.
 */
export function settleRotation(
  { ledger, recorder }: { readonly ledger: Ledger; readonly recorder: Recorder },
  path: string,
  key: LogKey,
  onFault: (error: unknown) => void,
): void {
  if (key.previous === undefined) return;
  const from = noteSigner(key.origin, key.previous).verifierKey;
  const time = new Date().toISOString();
  const ticket = recorder.note({ type: 'key-rotation', of: 'log', from, to: ledger.verifierKey, time });
  // Where it does not come so far, the next start does all of it again.
  ledger.whenDurable(ticket, (error) => {
    if (error !== undefined) return;
    const { entries } = ledger;
    const look = setInterval(() => {
      if (ledger.checkpointed < entries) return;
      clearInterval(look);
      settleLogKey(path, key).catch(onFault);
    }, LOOK_MS);
    look.unref();
  });
}
