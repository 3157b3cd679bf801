import type { Granted, Landscape } from '../landscape.ts';
import type { Place } from '../place.ts';

/** A dataset of OpenLineage: where it is, and what it is called there. */
export interface DatasetName {
  readonly namespace: string;
  readonly name: string;
}

/** What data sets are called. An answer and a body of one operation are two. */
export interface Naming {
  /** Of the system behind the interface, as one operation reaches it. */
  source(place: Place, granted: Granted): DatasetName;
  /** Of what one consumer gets from, or puts into, one operation. */
  view(granted: Granted, part: 'answer' | 'body'): DatasetName;
}

/**
 * `roles`: systems by their names in the catalog, and every consumer's view of an operation as a data set of its own
 * (`api://gateway`, `customer-master.v1/GET/customers/{id}#consumer=crm`): masks differ from consumer to consumer.
 * `addresses`: by host and path, as OpenLineage's proposal 4360 names web APIs and its rules name databases; consumers then
 * share a data set and are told apart by their jobs.
 */
export type NamingStyle = 'roles' | 'addresses';

export function namingOf(style: NamingStyle, landscape: Landscape, publicUrl: string): Naming {
  return style === 'roles' ? roleNaming(landscape, publicUrl) : addressNaming(landscape, publicUrl);
}

function roleNaming({ environment, catalog }: Landscape, publicUrl: string): Naming {
  return {
    source({ system, dataset }) {
      const scheme = catalog.systems.get(system)?.document.spec.type === 'odoo' ? 'odoo' : 'api';
      return { namespace: `${scheme}://${system}.${environment}`, name: dataset };
    },
    view({ version, operation, consumer }, part) {
      const path = `${version.interface.metadata.name}.v${version.major}/${operation.method}${operation.path}`;
      const name = `${path}#consumer=${consumer.metadata.name}${part === 'body' ? ';body' : ''}`;
      return { namespace: `api://${hostOf(publicUrl)}`, name };
    },
  };
}

function addressNaming({ environment, catalog }: Landscape, publicUrl: string): Naming {
  return {
    source({ system, dataset }, { operation, version }) {
      const held = catalog.systems.get(system)?.document.spec.environments[environment];
      const url = held?.url ?? '';
      if (held?.odoo !== undefined) {
        return { namespace: `odoo://${hostOf(url)}`, name: `${held.odoo.database}.${dataset}` };
      }
      const { origin, pathname } = URL.parse(url) ?? { origin: url, pathname: '' };
      // As calls are passed on: where the address has no path of its own, the document's server says it.
      const prefix = (pathname === '' || pathname === '/' ? version.contract.serverPath : pathname).replace(/\/+$/, '');
      return { namespace: origin, name: `${prefix}${operation.path}` };
    },
    view({ version, operation }) {
      return { namespace: URL.parse(publicUrl)?.origin ?? publicUrl, name: `${version.basePath}${operation.path}` };
    },
  };
}

/** Host and port of an address; what is none stays as it is. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
