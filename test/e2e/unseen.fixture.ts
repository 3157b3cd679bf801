import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StandIn } from '../../examples/stand-in-odoo/start.ts';
import { type RawUpstream, rawUpstream } from '../../gateway/upstreams/raw-upstream.fixture.ts';
import type { Portcullis } from '../../main.ts';
import { type House, openHouse } from './house.fixture.ts';

const DOCUMENTS = fileURLToPath(new URL('unseen', import.meta.url));
const VENDOR_DOCUMENT = new URL('../../../shared/openapi-corpus/amazon-vendor-orders__v1.json', import.meta.url);

const REHEARSAL = '    staging: { url: https://parcel-carrier.example/rehearsal }\n';

type Respond = Parameters<typeof rawUpstream>[0];

/** The running demo company, to which documents of situations that it does not know are added while it runs. */
export interface UnseenHouse {
  readonly house: House;
  readonly odoo: StandIn;
  /** The vendor portal of a retailer: says what `answer` was given last. */
  readonly retailer: RawUpstream;
  answer(respond: Respond): void;
  /** Writes over one added document, as `change` has it, and says what became of it. The text before is put back. */
  tryDocument(
    file: string,
    change: (text: string) => string,
  ): Promise<Awaited<ReturnType<Portcullis['reload']>> & { readonly lineOf: (part: string) => number }>;
  stop(): Promise<void>;
}

export async function openUnseen(environment: 'production' | 'staging' = 'production'): Promise<UnseenHouse> {
  let respond: Respond = (socket) => socket.destroy();
  const house = await openHouse({
    // A gateway does not start where nothing is served.
    edit: { 'systems.yaml': (text) => text.replace('timeoutMs: 5000\n', `timeoutMs: 5000\n${REHEARSAL}`) },
    variables: {
      PORTCULLIS_ENVIRONMENT: environment,
      PORTCULLIS_USERS: join(DOCUMENTS, 'users.yaml'),
      UNSEEN_ODOO_STAGING_KEY: 'stand-in-key-of-the-gateway-bot',
      UNSEEN_RETAILER_KEY: 'retailer key/&=?#',
      UNSEEN_RETAILER_STAGING_KEY: 'rehearsal-password',
      UNSEEN_SECRET_AMAZON_CONNECTOR: 'demo-amazon-connector',
      UNSEEN_SECRET_REHEARSAL: 'demo-rehearsal',
    },
  });
  const retailer = await rawUpstream((...heard) => respond(...heard));
  const stop = async () => {
    await house.stop();
    await retailer.close();
  };
  const { catalogFolder, odoo } = house.company;
  const folder = join(catalogFolder, 'unseen');
  try {
    await addDocuments(folder, odoo.port, retailer.port);
    await inForce(house.portcullis);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    house,
    odoo,
    retailer,
    answer(next) {
      respond = next;
    },
    async tryDocument(file, change) {
      const path = join(folder, file);
      const before = await readFile(path, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`${file} was not changed`);
      await writeFile(path, after);
      try {
        const outcome = await house.portcullis.reload();
        return { ...outcome, lineOf: (part) => after.slice(0, after.indexOf(part)).split('\n').length };
      } finally {
        await writeFile(path, before);
        await inForce(house.portcullis);
      }
    },
    stop,
  };
}

async function addDocuments(folder: string, odooPort: number, retailerPort: number): Promise<void> {
  await cp(join(DOCUMENTS, 'catalog'), folder, { recursive: true });
  await writeFile(join(folder, 'vendor-orders/vendor-orders.json'), await vendorDocument());
  const systems = join(folder, 'systems.yaml');
  const text = await readFile(systems, 'utf8');
  const placed = text.replaceAll('127.0.0.1:8069', `127.0.0.1:${odooPort}`);
  await writeFile(systems, placed.replaceAll('127.0.0.1:8071', `127.0.0.1:${retailerPort}`));
}

/** A watcher may have been quicker: then nothing is left to load. */
async function inForce(portcullis: Portcullis): Promise<void> {
  const outcome = await portcullis.reload();
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.faults, null, 2));
}

/** The OpenAPI document of the retailer's vendor portal; fails with a sentence where it is not there. */
export async function vendorDocument(): Promise<string> {
  try {
    return await readFile(VENDOR_DOCUMENT, 'utf8');
  } catch {
    throw new Error(`This test needs the vendor's document ${VENDOR_DOCUMENT.pathname}, which is not there.`);
  }
}
