import { DUPLICATE_KEY, fail, KEY_TOO_LONG, TOO_MANY_KEYS } from './failures.ts';
import { hashKey } from './key-hash.ts';
import { addToSet, DUPLICATE, FULL } from './key-set.ts';
import { DECODED_KEY, decodeKey, writeKeyText } from './key-text.ts';
import { GATHERED, INPUT, KEY_TEXT } from './memory-map.ts';
import { AFTER_KEY, Frame, frameOf, run } from './run-state.ts';
import { Node, Place, Slot, Table } from './table.ts';
import { find, learn } from './table-growth.ts';
import { scanString } from './tokens.ts';

/**
 * The place that a decoded key leads to; refuses a key that the object has shown before. `isPlain`: it is written without
 * escapes and stands between quotes. `at` is where the key began in the answer.
 */
export function resolveKey(frame: Frame, key: usize, length: i32, isPlain: bool, at: usize): Place {
  const table = run.table;
  const owner = changetype<Node>(table + frame.node);
  const hash = hashKey(key, length);
  let found = find(owner, hash, key, length);
  if (found === 0 && isPlain) found = learn(owner, key, length);
  if (found === 0) {
    const added = addToSet(frame.mark, hash, key, length, changetype<Table>(table).keys);
    if (added === DUPLICATE) fail(DUPLICATE_KEY, at);
    if (added === FULL) fail(TOO_MANY_KEYS, at);
    return changetype<Place>(table + owner.entries);
  }
  const slot = changetype<Slot>(found);
  frame.see(slot, at);
  store<i32>(frame.link, <i32>(found - table));
  frame.link = slot.link();
  return slot;
}

export function checkKeyLength(length: i32, at: usize): void {
  if (length > changetype<Table>(run.table).keyBytes) fail(KEY_TOO_LONG, at);
}

/** Scans a key from behind its opening quote, or on from the piece's start; at its end says where it leads. */
export function scanKey(from: usize, end: usize): usize {
  const isCut = run.gatheredLength > 0 || run.tokenStart < 0;
  const after = scanString(from, end);
  const stop = run.isComplete !== 0 ? after - 1 : after;
  const length = <i32>(stop - from);
  const start = INPUT + run.tokenStart;
  checkKeyLength(length + run.gatheredLength, start);
  if (run.isComplete === 0 || isCut) {
    memory.copy(GATHERED + run.gatheredLength, from, length);
    run.gatheredLength += length;
    if (run.isComplete !== 0) resolveWritten(GATHERED, run.gatheredLength, start);
  } else {
    resolveWritten(from, length, start);
  }
  return after;
}

function resolveWritten(written: usize, length: i32, at: usize): void {
  const keyLength = decodeKey(written, length);
  const textLength = writeKeyText(DECODED_KEY, keyLength);
  const place = resolveKey(frameOf(run.frame), DECODED_KEY, keyLength, textLength === keyLength + 2, at);
  run.place = changetype<usize>(place);
  run.prefix = KEY_TEXT;
  run.prefixLength = textLength;
  run.gatheredLength = 0;
  run.state = AFTER_KEY;
}
