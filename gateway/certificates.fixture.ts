// What @peculiar/x509 wants to find before it is loaded.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its key, PEM; made anew by every test process, so that no key stands in the repository. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A private certificate authority. */
export interface TestAuthority {
  readonly cert: string;
  /** For these names and addresses; of a client, whatever it is called. */
  issue(...names: string[]): Promise<TestCertificate>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR_MS = 365 * 86_400_000;

/** A certificate that vouches for itself. */
export async function selfSigned(...names: string[]): Promise<TestCertificate> {
  const keys = await keyPair();
  const issuer = { name: subjectOf(names), key: keys.privateKey };
  return { cert: await certificate(names, keys.publicKey, issuer, [namesOf(names)]), key: pemOf(keys.privateKey) };
}

export async function testAuthority(name: string): Promise<TestAuthority> {
  const keys = await keyPair();
  const issuer = { name: subjectOf([name]), key: keys.privateKey };
  const signs = new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true);
  return {
    cert: await certificate([name], keys.publicKey, issuer, [new BasicConstraintsExtension(true, 0, true), signs]),
    async issue(...names) {
      const own = await keyPair();
      return { cert: await certificate(names, own.publicKey, issuer, [namesOf(names)]), key: pemOf(own.privateKey) };
    },
  };
}

async function certificate(
  names: readonly string[],
  publicKey: webcrypto.CryptoKey,
  issuer: { readonly name: string; readonly key: webcrypto.CryptoKey },
  extensions: Extension[],
): Promise<string> {
  const now = Date.now();
  const made = await X509CertificateGenerator.create({
    subject: subjectOf(names),
    issuer: issuer.name,
    publicKey,
    signingKey: issuer.key,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + YEAR_MS),
    extensions,
  });
  return made.toString('pem');
}

function subjectOf([name = 'test']: readonly string[]): string {
  return `CN=${name}`;
}

function namesOf(names: readonly string[]): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension(
    names.map((name) => (isIP(name) === 0 ? { type: 'dns', value: name } : { type: 'ip', value: name })),
  );
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
