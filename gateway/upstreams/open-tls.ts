import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SystemEnvironment, UpstreamTrust } from '../../catalog/documents.ts';
import type { ReadSecret } from '../secrets.ts';
import type { OpenTls, UpstreamTls } from '../upstream.ts';

/** The texts of an environment's certificates, PEM. */
interface Material {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly ca: string | undefined;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Opens the certificates that environments name. They are read anew with each snapshot: the same texts are the same
 * connections, and with a renewed certificate new ones are opened while calls under way end on the old.
 */
export function openUpstreamTls(readSecret: ReadSecret): OpenTls {
  /** By what names them, so that of renewed ones only the newest are held. */
  const opened = new Map<string, UpstreamTls>();

  return ({ tls }: SystemEnvironment) => {
    if (tls === undefined) return undefined;
    const name = JSON.stringify(tls);
    const material = readMaterial(tls, readSecret);
    const key = createHash('sha256').update(JSON.stringify(material)).digest('hex').slice(0, 16);
    const known = opened.get(name);
    if (known?.key === key) return known;
    const made = { key, secureContext: contextOf(material) };
    opened.set(name, made);
    return made;
  };
}

function readMaterial({ clientCertificate, clientKey, authority }: UpstreamTrust, readSecret: ReadSecret): Material {
  return {
    cert: clientCertificate && readSecret(clientCertificate, 'public'),
    key: clientKey && readSecret(clientKey),
    ca: authority && readSecret(authority, 'public'),
  };
}

function contextOf({ cert, key, ca }: Material) {
  const own = cert === undefined ? undefined : certificatesOf(cert, 'clientCertificate');
  const authorities = ca === undefined ? undefined : certificatesOf(ca, 'authority');
  if (own !== undefined && key !== undefined && !own[0]?.checkPrivateKey(privateKeyOf(key))) {
    throw new Error('the client key of the system does not belong to its client certificate.');
  }
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(authorities === undefined ? {} : { ca: authorities.map(String) }),
  });
}

/** At least one: of a text without any, a connection would trust nobody, and say only that it failed. */
function certificatesOf(text: string, member: string): readonly X509Certificate[] {
  try {
    const found = (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
    if (found.length > 0) return found;
  } catch {
    // Told below: what a parser says of it helps nobody.
  }
  throw new Error(`the ${member} of the system is no certificate in PEM.`);
}

function privateKeyOf(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error('the client key of the system is no private key in PEM without a passphrase.');
  }
}
