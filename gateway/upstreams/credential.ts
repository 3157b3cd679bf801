import type { UpstreamCredential } from '../../catalog/documents.ts';
import type { Parameter } from '../../openapi/contract.ts';
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
  /** Lower-case name of the query parameter it uses, '' for none. */
  readonly queryName: string;
}

const NONE: SentCredential = { headerLines: '', headerName: '', query: '', queryName: '' };

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
      return {
        ...NONE,
        query: `${encodeURIComponent(credential.name)}=${encodeURIComponent(secret)}`,
        queryName: credential.name.toLowerCase(),
      };
  }
}

/**
 * Is this declared parameter the place where the gateway's own credential goes? Vendors declare theirs as one; what a
 * client says there is never sent. Names are compared without case: many frameworks read them so.
 */
export function isCredentialParameter(
  credential: UpstreamCredential | undefined,
  parameter: Pick<Parameter, 'in' | 'name'>,
): boolean {
  if (credential === undefined || (credential.type !== 'query' && credential.type !== 'header')) return false;
  return credential.type === parameter.in && credential.name.toLowerCase() === parameter.name.toLowerCase();
}

function inHeader(name: string, value: string): SentCredential {
  if (!isHeaderValue(value)) throw new Error(`the credential of the system cannot be sent in header ${name}.`);
  return { headerLines: headerLines([name, value]), headerName: name.toLowerCase(), query: '', queryName: '' };
}
