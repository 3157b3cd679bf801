const LINE_FEED = 0x0a;
const QUOTE = 0x22;
/** Up to so many bytes are decoded here: quicker than a call of Node. */
const FEW_BYTES = 24;

/**
 * Adds to `identifiers` the identifying values that the scanner laid by in `memory[start, end)`, decoded: each is ended by
 * a line feed, and a string stands between quotes only where it holds escapes.
 */
export function addIdentifiers(identifiers: string[], memory: Buffer, start: number, end: number): void {
  if (end - start <= FEW_BYTES && isPlain(memory, start, end)) {
    addPlain(identifiers, memory, start, end);
    return;
  }
  for (const text of memory.toString('utf8', start, end - 1).split('\n')) {
    identifiers.push(text.startsWith('"') ? JSON.parse(text) : text);
  }
}

function isPlain(memory: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = memory[at] as number;
    if (byte >= 0x80 || byte === QUOTE) return false;
  }
  return true;
}

function addPlain(identifiers: string[], memory: Buffer, start: number, end: number): void {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = memory[at] as number;
    if (byte !== LINE_FEED) {
      text += String.fromCharCode(byte);
    } else {
      identifiers.push(text);
      text = '';
    }
  }
}
