import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCatalog } from '../../catalog/load-folder.ts';
import { DEMO_API_KEY, demoData, demoUsers } from '../stand-in-odoo/demo-data/demo-data.ts';
import { type StandIn, startStandInOdoo } from '../stand-in-odoo/start.ts';
import { type StandInCarrier, startStandInCarrier } from './stand-in-carrier.ts';

const CATALOG = join(import.meta.dirname, 'catalog');

export interface CompanyOptions {
  /** 0: any free port, for tests. Other ports than those in the documents give a copy of them with the ports put in. */
  readonly odooPort: number;
  readonly carrierPort: number;
  readonly odooVersion: 16 | 17 | 18 | 19;
  /** Where a changed copy of the catalog may stand. */
  readonly workFolder: string;
}

/** The systems around the gateway, and the environment variables that Portcullis needs to serve the company. */
export interface Company {
  readonly odoo: StandIn;
  readonly carrier: StandInCarrier;
  readonly catalogFolder: string;
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the stand-ins of the distribution company. Every secret is a well-known one: good for a demo and for nothing else. */
export async function startCompany(options: CompanyOptions): Promise<Company> {
  const odoo = await startStandInOdoo({
    port: options.odooPort,
    version: options.odooVersion,
    database: 'distribution',
    data: demoData(options.odooVersion),
    users: demoUsers(DEMO_API_KEY),
  });
  const carrier = await startStandInCarrier({ port: options.carrierPort, key: 'demo-carrier-key' });
  const asWritten = odoo.port === 8069 && carrier.port === 8070 && options.odooVersion === 19;
  const catalogFolder = asWritten ? CATALOG : await copyCatalog(options, odoo.port, carrier.port);
  return {
    odoo,
    carrier,
    catalogFolder,
    variables: {
      PORTCULLIS_DEMO: 'yes',
      PORTCULLIS_CATALOG: catalogFolder,
      PORTCULLIS_MASTER_SECRET: 'demo master secret, known to everybody who reads this',
      PORTCULLIS_ADMIN_TOKEN: 'demo-admin-token-known-to-everybody',
      PORTCULLIS_USERS: join(import.meta.dirname, 'users.yaml'),
      PORTCULLIS_AUDITORS: join(import.meta.dirname, 'auditors.yaml'),
      PORTCULLIS_ODOO_KEY: DEMO_API_KEY,
      PORTCULLIS_CARRIER_KEY: 'demo-carrier-key',
      ...(await clientSecrets(catalogFolder)),
    },
    async close() {
      await odoo.close();
      await carrier.close();
    },
  };
}

/** `demo-<client id>` for every client whose secret stands in an environment variable. */
async function clientSecrets(catalogFolder: string): Promise<Record<string, string>> {
  const { catalog } = await loadCatalog(catalogFolder);
  const secrets: Record<string, string> = {};
  for (const { document } of catalog.consumers.values()) {
    for (const { id, authentication } of document.spec.clients) {
      const isSecret = authentication?.method === 'client_secret' || authentication?.method === 'api_key';
      if (isSecret && 'env' in authentication.secret) {
        secrets[authentication.secret.env] = `demo-${id}`;
      }
    }
  }
  return secrets;
}

/** The same documents with the addresses and the Odoo version of this run: what another environment would be. */
async function copyCatalog(
  { workFolder, odooVersion }: CompanyOptions,
  odooPort: number,
  carrierPort: number,
): Promise<string> {
  const folder = join(workFolder, 'catalog');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(CATALOG, folder, { recursive: true });
  if (odooVersion !== 19) {
    const models = join(import.meta.dirname, 'other-versions', `odoo-models-${odooVersion}.yaml`);
    await cp(models, join(folder, 'odoo-models.yaml'));
  }
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('.yaml')) continue;
    const path = join(folder, entry);
    const text = await readFile(path, 'utf8');
    const protocol = odooVersion >= 19 ? 'protocol: json2' : 'protocol: jsonrpc, login: gateway-bot';
    const changed = text
      .replaceAll('http://127.0.0.1:8069', `http://127.0.0.1:${odooPort}`)
      .replaceAll('http://127.0.0.1:8070', `http://127.0.0.1:${carrierPort}`)
      .replaceAll('version: 19, protocol: json2', `version: ${odooVersion}, ${protocol}`);
    if (changed !== text) await writeFile(path, changed);
  }
  return folder;
}
