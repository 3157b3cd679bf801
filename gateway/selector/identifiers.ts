import { kindNumber } from './subject-kinds.ts';

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
/** Up to so many bytes are decoded here: quicker than a call of Node. */
const FEW_BYTES = 24;
const CODE_BYTES = 2;

/**
 * Adds to `subjects` the identifying values that the scanner laid by in `memory[start, end)`, decoded and behind the prefix
 * of their kind: each begins with the two bytes of its kind's code and is ended by a line feed, and a string stands
 * between quotes only where it holds escapes.
 */
export function addSubjects(
  subjects: string[],
  prefixes: readonly string[],
  memory: Buffer,
  start: number,
  end: number,
): void {
  if (end - start <= FEW_BYTES && isPlain(memory, start, end)) {
    addPlain(subjects, prefixes, memory, start, end);
    return;
  }
  for (const line of memory.toString('utf8', start, end - 1).split('\n')) {
    const prefix = prefixes[kindNumber(line.charCodeAt(0), line.charCodeAt(1))] ?? '';
    const text = line.slice(CODE_BYTES);
    subjects.push(prefix + (text.startsWith('"') ? JSON.parse(text) : text));
  }
}

function isPlain(memory: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = memory[at] as number;
    if (byte >= 0x80 || byte === QUOTE) return false;
  }
  return true;
}

function addPlain(subjects: string[], prefixes: readonly string[], memory: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    let text = prefixes[kindNumber(memory[at] as number, memory[at + 1] as number)] ?? '';
    for (at += CODE_BYTES; memory[at] !== LINE_FEED; at++) text += String.fromCharCode(memory[at] as number);
    subjects.push(text);
  }
}
