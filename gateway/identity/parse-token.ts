import { parseUniqueObject } from './unique-json.ts';

/** A compact JWS taken apart (RFC 7515 §7.1). Nothing in it is verified yet. */
export interface ParsedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** `header.payload` as it was signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Longest token that is looked at, characters. */
export const MAXIMUM_TOKEN_LENGTH = 8192;

const SHAPE = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** Takes a token apart, or says (for the record only) what is wrong with its form. Never throws. */
export function parseToken(token: string): ParsedToken | string {
  if (token.length > MAXIMUM_TOKEN_LENGTH) return 'longer than allowed';
  const parts = SHAPE.exec(token);
  const [, header, payload, mac] = parts ?? [];
  if (header === undefined || payload === undefined || mac === undefined) return 'not a signed compact token';
  const signature = decode(mac);
  const headerBytes = decode(header);
  const payloadBytes = decode(payload);
  if (signature === undefined || headerBytes === undefined || payloadBytes === undefined)
    return 'not canonical base64url';
  try {
    return {
      header: parseUniqueObject(text(headerBytes)),
      claims: parseUniqueObject(text(payloadBytes)),
      signed: `${header}.${payload}`,
      signature,
    };
  } catch {
    return 'header or claims are not one JSON object with unique names';
  }
}

/** Refuses what decodes to the same bytes as another text: one token has one spelling. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Buffer): string {
  return utf8.decode(bytes);
}
