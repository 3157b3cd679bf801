import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { type Note, parseNote } from '../tlog/signed-note.ts';

/** What should be verified cannot be read, see the message. */
export class UnreadableError extends Error {}

/** A checkpoint as it was found somewhere, read but not yet verified. */
export interface SignedHead extends Checkpoint {
  readonly note: Note;
  /** Names it in messages. */
  readonly what: string;
}

export const MOST_NOTE_BYTES = 1 << 20;

/** Reads a checkpoint; throws an Error that names it where it is none. */
export function signedHead(text: string, what: string): SignedHead {
  try {
    const note = parseNote(text);
    const checkpoint = parseCheckpoint(note.text);
    return { ...checkpoint, note, what: `${what} (size ${checkpoint.size})` };
  } catch (error) {
    throw new Error(`${what} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** Text of bytes that must be UTF-8. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
