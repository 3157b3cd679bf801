import type { UpstreamCredential } from '../../catalog/documents.ts';
import type { ReadSecret } from '../secrets.ts';
import { headerLines, isHeaderValue } from './request-head.ts';

/** A credential in the form in which it is sent. Never logged, never part of an error. */
export interface SentCredential {
  /** Header line with CRLF, '' for none. */
  readonly headerLines: string;
  /** Lower-case name of the header it uses, '' for none. */
  readonly headerName: string;
  /** `name=secret`, encoded, '' for none. */
  readonly query: string;
}

const NONE: SentCredential = { headerLines: '', headerName: '', query: '' };

/** Resolves how the gateway proves itself to an upstream. Throws an Error that says what is wrong and never the secret. */
export function resolveCredential(credential: UpstreamCredential | undefined, readSecret: ReadSecret): SentCredential {
  if (credential === undefined) return NONE;
  const secret = readSecret(credential.secret);
  switch (credential.type) {
    case 'bearer':
      return inHeader('authorization', `Bearer ${secret}`);
    case 'basic': {
      const { username } = credential;
      if (username.includes(':')) throw new Error('the user name of the system holds a colon.');
      return inHeader('authorization', `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`);
    }
    case 'header':
      return inHeader(credential.name, secret);
    case 'query':
      return { ...NONE, query: `${encodeURIComponent(credential.name)}=${encodeURIComponent(secret)}` };
  }
}

function inHeader(name: string, value: string): SentCredential {
  if (!isHeaderValue(value)) throw new Error(`the credential of the system cannot be sent in header ${name}.`);
  return { headerLines: headerLines([name, value]), headerName: name.toLowerCase(), query: '' };
}
