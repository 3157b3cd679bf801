import type { AuditLog } from '../log.ts';
import type { RareEntry, Recorder } from './recorder.ts';

/** Puts entries on record; resolves once all are durable, rejects where one cannot be. */
export function noteDurably(
  log: Pick<AuditLog, 'whenDurable'>,
  recorder: Pick<Recorder, 'note'>,
  ...entries: readonly RareEntry[]
): Promise<void> {
  const tickets = entries.map((entry) => recorder.note(entry));
  return Promise.all(
    tickets.map(
      (ticket) =>
        new Promise<void>((done, fail) => {
          log.whenDurable(ticket, (error) => (error === undefined ? done() : fail(error)));
        }),
    ),
  ).then(() => undefined);
}
