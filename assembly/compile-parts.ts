import { grantedRecordPlace } from '../gateway/audit-journal.ts';
import type { CompileDependencies } from '../gateway/compile.ts';
import { createContractCache } from '../gateway/contract-cache.ts';
import type { KeyRing, ReadSecret } from '../gateway/secrets.ts';
import type { OpenTls } from '../gateway/upstream.ts';
import type { HttpClient } from '../gateway/upstreams/http-client.ts';
import { httpUpstream } from '../gateway/upstreams/http-upstream.ts';
import type { Upstreams } from '../gateway/upstreams/layers.ts';
import { createTransport } from '../gateway/upstreams/transport.ts';
import { clientPool } from '../odoo/client-pool.ts';
import { odooFront } from '../odoo/front/prepare-front.ts';
import { odooUpstream } from '../odoo/odoo-upstream.ts';
import { odooMasks } from '../policies/odoo-masks.ts';
import { type PolicyDependencies, policyTable } from '../policies/table.ts';

/** What a catalog is compiled with; the parts that need no running process. */
export interface CompileParts extends Omit<PolicyDependencies, 'maskKey'> {
  readonly environment: string;
  readonly keys: KeyRing;
  readonly readSecret: ReadSecret;
  readonly openTls: OpenTls;
  readonly client: HttpClient;
  readonly upstreams: Upstreams;
  /** Whether clients reach the gateway over TLS. */
  readonly isSecure: () => boolean;
}

/** The policies and the adapters, as a catalog is compiled against them: the same for what serves and for what only checks. */
export function compileDependencies(parts: CompileParts): CompileDependencies {
  const { environment, keys, readSecret, openTls, client, upstreams, isSecure, ...forPolicies } = parts;
  const maskKey = keys.key('masks');
  const clients = clientPool({ transport: createTransport(client), readSecret, openTls, paceOf: upstreams.paceOf });
  return {
    environment,
    policies: policyTable({ ...forPolicies, maskKey }),
    upstreams: {
      http: httpUpstream({ client, readSecret, openTls }),
      odoo: odooUpstream({ clients, keys }),
    },
    wrap: (place, send) => upstreams.wrap(place, send),
    recordPlace: (place) => grantedRecordPlace(place, environment),
    contracts: createContractCache(),
    front: odooFront({ clients, keys, readSecret, isSecure, masksOf: (consumer) => odooMasks(maskKey, consumer) }),
  };
}
