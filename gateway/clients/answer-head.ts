import { STATUS_CODES } from 'node:http';

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Names that were found right: there are a few dozen in all. */
const knownNames = new Set<string>();
const MOST_KNOWN = 200;

const statusLines = new Map<number, string>();
let dateSecond = Number.NaN;
let dateText = '';

/**
 * Header lines (`name: value` with CRLF after each) of a flat name, value list. Throws an Error for what could split an
 * answer: it must not leave.
 */
export function answerLines(headers: readonly string[]): string {
  let lines = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    if (!knownNames.has(name)) learnName(name);
    if (NOT_IN_VALUE.test(value)) throw new Error(`the value of header ${name} has characters that cannot be sent`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function learnName(name: string): void {
  if (!NAME.test(name)) throw new Error(`header ${JSON.stringify(name)} cannot be sent`);
  if (knownNames.size < MOST_KNOWN) knownNames.add(name);
}

/** Status line and Date (RFC 9110 §6.6.1), the start of every answer. `now` in milliseconds since the epoch. */
export function answerStart(status: number, now: number): string {
  let line = statusLines.get(status);
  if (line === undefined) {
    line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\ndate: `;
    if (status >= 100 && status <= 599) statusLines.set(status, line);
  }
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return line + dateText;
}
