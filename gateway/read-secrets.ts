import { readFileSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretReference } from '../catalog/documents.ts';
import { type ReadSecret, UnusableSecret } from './secrets.ts';

export interface ReadSecretsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that relative file references start from. */
  readonly folder: string;
  /** The demo may run on short and well-known secrets; nothing else may. */
  readonly demo: boolean;
}

const MINIMUM_LENGTH = 16;
const MAXIMUM_BYTES = 65_536;
/** Compared without case, digits at the end and separators. */
const WELL_KNOWN =
  /^(?:demo|example|sample|placeholder|dummy|todo|fixme|xxx|your|insert|replace|portcullis$|(?:(?:change|me|it|this|my|the|very|super|top|secret|password|passwd|passphrase|admin|administrator|root|default|test|testing|letmein|welcome|token|key|client|qwerty|abc|value|please)+$))/;

/**
 * Reads secrets from environment variables and files. Outside the demo a secret that is empty, shorter than 16
 * characters or well known is an Error, and so is a file that everybody on the machine can read; the Error names the
 * reference and the mend, never the value. What is public may be all of that, but not empty.
 */
export function readSecrets(options: ReadSecretsOptions): ReadSecret {
  return (reference, use = 'secret') => {
    const isOpen = options.demo || use === 'public';
    const value =
      'env' in reference ? fromEnvironment(reference, options) : fromFile(reference, options.folder, isOpen);
    if (value === '') throw fault(reference, 'is empty; set it');
    if (isOpen) return value;
    const weakness = weaknessOf(value);
    if (weakness !== undefined) throw fault(reference, `${weakness}; put a random one there (openssl rand -hex 32)`);
    return value;
  };
}

function fromEnvironment(reference: { readonly env: string }, { environment }: ReadSecretsOptions): string {
  const value = Object.hasOwn(environment, reference.env) ? environment[reference.env] : undefined;
  if (value === undefined) throw fault(reference, 'is not set; set it');
  return value;
}

function fromFile(reference: { readonly file: string }, folder: string, isOpen: boolean): string {
  const path = resolve(folder, reference.file);
  let status: Stats;
  try {
    status = statSync(path);
  } catch {
    throw fault(reference, 'cannot be found; create it');
  }
  if (!status.isFile() || status.size > MAXIMUM_BYTES)
    throw fault(reference, 'is not a small file; name the right one');
  if (!isOpen && (status.mode & 0o007) !== 0)
    throw fault(reference, 'is open to everybody on this machine; chmod 600 it');
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw fault(reference, 'cannot be read; give it to the user that runs the gateway');
  }
}

function weaknessOf(value: string): string | undefined {
  if (value.length < MINIMUM_LENGTH) return `is shorter than ${MINIMUM_LENGTH} characters`;
  const plain = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (WELL_KNOWN.test(plain.replace(/\d+$/, ''))) return 'is a well-known default';
  if (new Set(plain).size < 5) return 'repeats a few characters';
  return undefined;
}

function fault(reference: SecretReference, what: string): Error {
  const name = 'env' in reference ? `environment variable ${reference.env}` : `file ${reference.file}`;
  return new UnusableSecret(`the secret in ${name} ${what}`, reference);
}
