/**
 * Parses a JSON object into null-prototype plain data. Throws on anything but an object, on a member name that occurs
 * twice in one object (RFC 7519 §4 lets us refuse it; two parsers would otherwise read two tokens) and beyond 16 levels.
 */
export function parseUniqueObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.assign(Object.create(null), member)
      : member,
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object');
  refuseDuplicates(text);
  return Object.freeze(value) as Readonly<Record<string, unknown>>;
}

const MAXIMUM_DEPTH = 16;

/** Relies on `text` being valid JSON: only strings and brackets need to be told apart. */
function refuseDuplicates(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let nameExpected = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        const names = open.at(-1);
        if (nameExpected && names !== undefined) {
          const name: string = JSON.parse(text.slice(at, end));
          if (names.has(name)) throw new Error('a member name occurs twice');
          names.add(name);
          nameExpected = false;
        }
        at = end - 1;
        break;
      }
      case 0x7b:
        open.push(new Set());
        nameExpected = true;
        break;
      case 0x5b:
        open.push(undefined);
        nameExpected = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        nameExpected = false;
        break;
      case 0x2c:
        nameExpected = open.at(-1) !== undefined;
        break;
    }
    if (open.length > MAXIMUM_DEPTH) throw new Error('too deeply nested');
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at + 1;
}
