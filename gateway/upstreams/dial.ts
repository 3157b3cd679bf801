import { lookup as systemLookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { mayLeadTo, type Origin } from './origin.ts';

/** How sockets to upstreams are opened. */
export interface DialOptions {
  /** Trust for TLS where an origin has none of its own; undefined: the certificate authorities of this process. Verification itself has no switch. */
  readonly secureContext?: SecureContext | undefined;
  /** Replaces the system's name resolution. */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * Opens a socket to an origin; it emits `connect` or, for TLS, `secureConnect` when requests may be sent. Names are
 * resolved once per connect and every address is checked, so that a name cannot lead to where it must not (DNS rebinding).
 */
export function dial(origin: Origin, onread: OnReadOpts, options: DialOptions): Socket {
  const place = {
    host: origin.host,
    port: origin.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    onread,
    lookup: checkedLookup(options.lookup ?? systemLookup),
  };
  if (!origin.isTls) return connectTcp(place);
  const secureContext = origin.tls?.secureContext ?? options.secureContext;
  return connectTls({
    ...place,
    ...(isIP(origin.host) === 0 ? { servername: origin.host } : {}),
    ...(secureContext === undefined ? {} : { secureContext }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Said out loud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot change it.
    rejectUnauthorized: true,
  });
}

/** True when what was negotiated is what this client speaks. */
export function speaksHttp1(socket: Socket): boolean {
  const { alpnProtocol } = socket as Partial<TLSSocket>;
  return typeof alpnProtocol !== 'string' || alpnProtocol === 'http/1.1';
}

function checkedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error === null || error === undefined) {
        const addresses = typeof address === 'string' ? [address] : address.map((entry) => entry.address);
        const stray = addresses.find((candidate) => !mayLeadTo(hostname, candidate));
        if (stray !== undefined || addresses.length === 0) {
          callback(
            new Error(`${hostname} leads to an address that is never called: ${stray ?? 'none'}`),
            address,
            family,
          );
          return;
        }
      }
      callback(error, address, family);
    });
  };
}
