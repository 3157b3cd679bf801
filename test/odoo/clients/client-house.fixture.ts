import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Data } from '../../../examples/stand-in-odoo/database.ts';
import { recordedData } from '../../../examples/stand-in-odoo/recorded-data.fixture.ts';
import { type StandIn, startStandInOdoo } from '../../../examples/stand-in-odoo/start.ts';
import { startPortcullis } from '../../../main.ts';
import { readSettings } from '../../../settings.ts';

/** An Odoo, and how the gateway speaks to it. */
export interface Behind {
  readonly version: 16 | 17 | 18 | 19;
  readonly protocol: 'json2' | 'jsonrpc' | 'xmlrpc';
}

export const DATABASE = 'office';
export const LOGIN = 'integration';
/** What an integration has in the place of a password. */
export const KEY = '2f9d7c5b3a1e8f6d4c2b0a9e7d5c3b1a0f8e6d4c';
const BOT_KEY = 'a7c1e5d9b3f7082c4e6a8d0b2f4c6e8a0d2b4f6c';
/** What no integration may see. */
export const HIDDEN = 'BE0477472701';
const ORDER = 40;
const FILES = ['company.yaml', 'models.yaml'];

/** Has the records that the recorded clients name, and something to hide in one of them. */
function dataOf(version: number): Data {
  const data = recordedData({ version, person: 60, order: ORDER, category: 20 });
  const partners = data['res.partner']?.map((row) => (row.id === 1 ? { ...row, vat: HIDDEN } : row));
  return partners === undefined ? data : { ...data, 'res.partner': partners };
}

/** What another house has in the place of this one's. */
export interface HouseChanges {
  readonly data?: Data;
  /** Changes to documents of the catalog, by file. */
  readonly edit?: Readonly<Record<string, (text: string) => string>>;
}

/** A gateway on a free port of loopback before a stand-in Odoo, with one integration that its grants let in. */
export interface ClientHouse {
  readonly url: string;
  readonly odoo: StandIn;
  stop(): Promise<void>;
}

export async function openClientHouse(
  { version, protocol }: Behind,
  { data = dataOf(version), edit = {} }: HouseChanges = {},
): Promise<ClientHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-clients-'));
  const bot = { uid: 7, login: 'gateway-bot', password: 'password of the bot', apiKeys: [BOT_KEY] };
  const odoo = await startStandInOdoo({ version, database: DATABASE, data, users: [bot] });
  const close = async (): Promise<void> => {
    await odoo.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const catalog = join(folder, 'catalog');
    await cp(join(import.meta.dirname, 'catalog'), catalog, { recursive: true });
    for (const file of FILES) {
      const text = await readFile(join(catalog, file), 'utf8');
      const login = protocol === 'json2' ? ', login: gateway-bot' : '';
      const changed = text
        .replace(login, '')
        .replace('URL', odoo.url)
        .replace('VERSION', String(version))
        .replace('PROTOCOL', protocol)
        // What Odoo up to 16 calls it.
        .replaceAll('complete_name', version === 16 ? 'display_name' : 'complete_name');
      await writeFile(join(catalog, file), edit[file]?.(changed) ?? changed);
    }
    const variables = {
      PORTCULLIS_CATALOG: catalog,
      PORTCULLIS_DATA: join(folder, 'data'),
      PORTCULLIS_PORT: '0',
      PORTCULLIS_ADMIN_PORT: '0',
      PORTCULLIS_MASTER_SECRET: '8b1f0d3c5a7e92b4d6f8a0c1e3b5d7f9081a2c4e',
      PORTCULLIS_ADMIN_TOKEN: '0c2e4a6b8d1f3957b1d3f5a7c9e0b2d4f6a8c0e1',
      PORTCULLIS_LOG_LEVEL: 'silent',
      PORTCULLIS_DRAIN_MS: '1000',
      PORTCULLIS_COMMIT_MS: '0',
      BOT_KEY,
      INTEGRATION_KEY: KEY,
    };
    const portcullis = await startPortcullis(readSettings(variables), variables);
    return {
      url: portcullis.gatewayUrl,
      odoo,
      async stop() {
        await portcullis.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
