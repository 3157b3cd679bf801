import { COLON, COMMA } from './characters.ts';
import { frameOf, run } from './run-state.ts';

/** Copies and gives the place after the copy. Writes up to 32 bytes beyond it: room for that is kept everywhere. */
export function copied(out: usize, from: usize, length: i32): usize {
  v128.store(out, v128.load(from));
  v128.store(out, v128.load(from, 16), 16);
  if (length > 32) copyRest(out, from, length);
  return out + length;
}

function copyRest(out: usize, from: usize, length: i32): void {
  if (length > 512) {
    memory.copy(out, from, length);
    return;
  }
  for (let done: i32 = 32; done < length; done += 16) v128.store(out + done, v128.load(from + done));
}

export function emitByte(byte: i32): void {
  store<u8>(run.out, byte);
  run.out++;
}

export function emit(from: usize, length: i32): void {
  run.out = copied(run.out, from, length);
}

/** Writes what comes before a value that leaves: a comma where one is needed, and the key of a member. */
export function emitPrefix(): void {
  const frame = frameOf(run.frame);
  if (frame.isFilled !== 0) emitByte(COMMA);
  frame.isFilled = 1;
  if (frame.isArray !== 0) return;
  emit(run.prefix, run.prefixLength);
  emitByte(COLON);
}
