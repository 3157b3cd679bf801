/**
 * Decides whether a request path is in its one canonical form, so that what is matched, checked, logged and forwarded
 * is the same path. Refused: empty segments, dot segments, encoded separators or controls, encoded unreserved
 * characters (`%61` is another way to write `a`, RFC 3986 §6.2.2.2), double encoding, path parameters (`;`),
 * backslashes and anything outside RFC 3986 pchar.
 */
export function isCanonicalPath(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return false;
  let segmentStart = 1;
  for (let at = 1; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === SLASH) {
      if (!isCanonicalSegment(path, segmentStart, at)) return false;
      segmentStart = at + 1;
    } else if (code === PERCENT) {
      const octet = hexValue(path.charCodeAt(at + 1)) * 16 + hexValue(path.charCodeAt(at + 2));
      if (!(octet >= 0x20) || octet === 0x7f || octet > 0xff) return false;
      if (octet === SLASH || octet === BACKSLASH || octet === PERCENT || octet === SEMICOLON || isUnreserved(octet)) {
        return false;
      }
      at += 2;
    } else if (code >= 128 || PCHAR[code] === 0) {
      return false;
    }
  }
  // The last segment may be empty only in the root path; a trailing slash is a different path, which no route has.
  return isCanonicalSegment(path, segmentStart, path.length) || segmentStart === path.length;
}

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const SEMICOLON = 0x3b;
const DOT = 0x2e;

/** pchar of RFC 3986 §3.3 without `;` (path parameters are read differently by different servers) and without `%`. */
const PCHAR = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@") {
  PCHAR[character.charCodeAt(0)] = 1;
}

function isUnreserved(code: number): boolean {
  return (
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === DOT ||
    code === 0x5f ||
    code === 0x7e
  );
}

function isCanonicalSegment(path: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return false;
  if (path.charCodeAt(start) !== DOT) return true;
  return !(length === 1 || (length === 2 && path.charCodeAt(start + 1) === DOT));
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return Number.NaN;
}
