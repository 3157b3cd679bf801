/** What a Content-Type header says, as far as it matters here. */
export interface MediaType {
  /** Without parameters, lower case; '' when the header is absent. */
  readonly name: string;
  /** No charset is named, or UTF-8 is; US-ASCII is part of UTF-8. */
  readonly isUtf8: boolean;
}

const ABSENT: MediaType = { name: '', isUtf8: true };
const FORM = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*((?:;[^"\\]*)?)$/;

/** Reads a Content-Type value (RFC 9110 §8.3.1); undefined when it cannot be told what it says. */
export function parseMediaType(value: string | undefined): MediaType | undefined {
  if (value === undefined) return ABSENT;
  const unquoted = value.replace(/="([!#$%&'*+\-.^_`|~0-9A-Za-z]*)"/g, '=$1');
  const match = FORM.exec(unquoted);
  if (match === null) return undefined;
  const [, name = '', parameters = ''] = match;
  let isUtf8 = true;
  let charsets = 0;
  for (const parameter of parameters.split(';')) {
    const [key = '', text = ''] = parameter.trim().toLowerCase().split('=', 2);
    if (key.trim() !== 'charset') continue;
    if (++charsets > 1) return undefined;
    isUtf8 = text === 'utf-8' || text === 'utf8' || text === 'us-ascii';
  }
  return { name: name.toLowerCase(), isUtf8 };
}

/** `application/json` or a `+json` type (RFC 6839 §3.1). */
export function isJsonType(name: string): boolean {
  return name === 'application/json' || (name.startsWith('application/') && name.endsWith('+json'));
}
