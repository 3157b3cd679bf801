import { BlockList, isIP } from 'node:net';
import type { UpstreamTls } from '../upstream.ts';

/** Where an upstream listens, as the catalog names it. */
export interface Origin {
  /** `https://api.example.com:443`, and which certificates: the same text for the same place. */
  readonly key: string;
  readonly isTls: boolean;
  /** Name or address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Value of the Host header. */
  readonly authority: string;
  /** Base path without a trailing slash, '' for none. */
  readonly basePath: string;
  /** Certificates of its own. */
  readonly tls: UpstreamTls | undefined;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Addresses that no catalog name may lead to: link-local (where clouds keep instance metadata and credentials), the
 * metadata addresses outside it, "this host", multicast and broadcast. Whoever means one of them writes it as a literal.
 */
const NEVER_BY_NAME = new BlockList();
NEVER_BY_NAME.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER_BY_NAME.addAddress('100.100.100.200', 'ipv4');
NEVER_BY_NAME.addSubnet('0.0.0.0', 8, 'ipv4');
NEVER_BY_NAME.addSubnet('224.0.0.0', 3, 'ipv4');
NEVER_BY_NAME.addSubnet('fe80::', 10, 'ipv6');
NEVER_BY_NAME.addAddress('fd00:ec2::254', 'ipv6');
NEVER_BY_NAME.addAddress('::', 'ipv6');
NEVER_BY_NAME.addSubnet('ff00::', 8, 'ipv6');

/**
 * Reads the address of a system environment. Throws an Error for anything but http and https, for credentials, query
 * or fragment in it, and for plain http to anything but loopback unless `allowPlainHttp` (R-09).
 */
export function parseOrigin(url: string, allowPlainHttp = false, tls?: UpstreamTls): Origin {
  const parsed = new URL(url);
  const isTls = parsed.protocol === 'https:';
  if (!isTls && parsed.protocol !== 'http:') throw new Error('an upstream address begins with https:// or http://');
  if (parsed.username !== '' || parsed.password !== '') throw new Error('an upstream address holds no credentials');
  if (parsed.search !== '' || parsed.hash !== '') throw new Error('an upstream address has no query or fragment');
  if (!isTls && tls !== undefined) throw new Error('plain http knows no certificates: use https');
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  if (!isTls && !allowPlainHttp && !isLoopbackHost(host)) {
    throw new Error('plain http is for loopback only: use https, or say allowPlainHttp in the environment');
  }
  const port = parsed.port === '' ? (isTls ? 443 : 80) : Number(parsed.port);
  return {
    key: `${parsed.protocol}//${parsed.hostname}:${port}${tls === undefined ? '' : ` ${tls.key}`}`,
    isTls,
    host,
    port,
    authority: parsed.host,
    basePath: parsed.pathname.replace(/\/+$/, ''),
    tls,
  };
}

/** Loopback by what is written: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

/** Whether a name written in the catalog may lead to this address; checked at every connect, after resolution. */
export function mayLeadTo(host: string, address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (host === 'localhost') return isLoopbackAddress(address);
  return !NEVER_BY_NAME.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
