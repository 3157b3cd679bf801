const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const TARGET = /^\/[!-~]*$/;

/** Framing and routing belong to the client itself; nobody else sets them. */
const OWN = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Header lines (`name: value` with CRLF after each) of a flat name, value list. Throws an Error that names the header,
 * never its value, for what could split a request or change its framing.
 */
export function headerLines(headers: readonly string[]): string {
  let lines = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    if (!NAME.test(name) || OWN.has(name.toLowerCase()))
      throw new Error(`header ${JSON.stringify(name)} cannot be sent`);
    if (!isHeaderValue(value)) throw new Error(`the value of header ${name} has characters that cannot be sent`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** Whether a text can stand as a header value: Latin-1 without control characters, no space at either end. */
export function isHeaderValue(value: string): boolean {
  return VALUE.test(value) && value === value.trim();
}

/** Whether a text can stand as an origin-form request target (RFC 9112 §3.2.1). */
export function isRequestTarget(path: string): boolean {
  return TARGET.test(path) && !path.includes('#');
}
