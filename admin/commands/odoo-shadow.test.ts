import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEMO_API_KEY, DEMO_LOGIN, demoData, demoUsers } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import { startStandInOdoo } from '../../examples/stand-in-odoo/start.ts';
import { Refused, type Tell, TOLD_KEY, tellDatabase } from '../../odoo/import/told-database.fixture.ts';
import { type CommandRun, runCommand } from './command-run.fixture.ts';

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** Users 7 (bot), 8 (a person), 9 (an integration that nobody knows), 10 (a consumer of the catalog). */
const USERS = [
  { id: 7, login: 'bot', name: 'Bot', active: true, login_date: `${YESTERDAY} 01:00:00` },
  { id: 8, login: 'ann', name: 'Ann', active: true, login_date: `${YESTERDAY} 02:00:00` },
  { id: 9, login: 'excel-export', name: 'Excel\u001b[31m', active: true, login_date: '2020-01-01 00:00:00' },
  { id: 10, login: 'old-shop', name: 'Shop', active: true, login_date: false },
];
const KEYS = [
  { id: 1, name: 'gateway', user_id: [7, 'Bot'], scope: 'rpc', create_date: '2026-01-01 00:00:00' },
  { id: 2, name: 'a second one', user_id: [7, 'Bot'], scope: 'rpc', create_date: '2026-02-01 00:00:00' },
  { id: 3, name: 'pivot', user_id: [9, 'Excel'], scope: false, create_date: '2026-03-01 00:00:00' },
  { id: 4, name: 'shop', user_id: [9, 'Excel'], scope: 'rpc', create_date: '2026-04-01 00:00:00' },
];

/** `may` says which of the sources the user may read. */
function traces(may: { readonly administers: boolean; readonly keys: boolean; readonly log: boolean }): Tell {
  return (model, method, args) => {
    if (method === 'fields_get') return { id: { type: 'integer' } };
    if (model === 'ir.config_parameter' && may.administers) return 0;
    if (model === 'res.users.apikeys' && may.keys) return KEYS;
    if (model === 'res.users') return USERS;
    if (model === 'res.users.log' && may.log)
      return [{ create_uid: [9, 'Excel'], create_date: `${YESTERDAY} 03:00:00` }];
    if (model === 'sale.order' && method === 'formatted_read_group') {
      const [field = ''] = Array.isArray(args.groupby) ? args.groupby : [];
      const own = field === 'write_uid' ? [{ write_uid: [9, 'Excel'], __count: 12 }] : [];
      return [{ [field]: [1, 'OdooBot'], __count: 3 }, { [field]: [7, 'Bot'], __count: 5 }, ...own];
    }
    if (model === 'res.partner' && method === 'search_read')
      return [{ id: 5, write_uid: [10, 'Shop'], create_uid: false }];
    if (model === 'res.partner') throw new Refused('KeyError');
    throw new Refused('AccessError');
  };
}

function catalogFor(url: string, login: string): string {
  return `
apiVersion: portcullis/v1
kind: Team
metadata: { name: office }
spec: { members: [ann] }
---
apiVersion: portcullis/v1
kind: System
metadata: { name: erp }
spec:
  type: odoo
  owner: office
  environments:
    production:
      url: ${url}
      odoo: { version: 19, protocol: json2, database: told${login} }
      credential: { type: bearer, secret: { env: KEY } }
---
apiVersion: portcullis/v1
kind: Consumer
metadata: { name: shop, labels: { odoo-login: old-shop } }
spec:
  owner: office
  environment: production
  clients: [{ id: shop, authentication: { method: client_secret, secret: { env: SHOP } } }]
`;
}

async function shadow(context: TestContext, tell: Tell, login: string, ...more: string[]): Promise<CommandRun> {
  const told = await tellDatabase(19, tell);
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-shadow-'));
  context.after(async () => {
    await told.close();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'company.yaml'), catalogFor(told.url, login));
  const live = ['--url', told.url, '--database', 'told', '--key-env', 'KEY', '--catalog', folder];
  return runCommand(['odoo', 'shadow', ...live, '--models', 'sale.order,res.partner', ...more], { KEY: TOLD_KEY });
}

const EVERYTHING = { administers: true, keys: true, log: true };

test('keys, logins and writers are explained by bindings, consumers and teams; the rest are findings', async (context) => {
  const { code, out } = await shadow(context, traces(EVERYTHING), ', login: bot');
  assert.equal(code, 1);
  const lines = out.replace(/since [\d :-]+$/gm, 'since then').split('\n');
  assert.deepEqual(lines, [
    'API keys',
    'user          key           scope  created              explained by',
    'bot           gateway       rpc    2026-01-01 00:00:00  system erp (production)',
    'bot           a second one  rpc    2026-02-01 00:00:00  NOTHING',
    'excel-export  pivot         any    2026-03-01 00:00:00  NOTHING',
    'excel-export  shop          rpc    2026-04-01 00:00:00  consumer shop',
    '',
    'Logins since then',
    'user          name        last login           explained by',
    `ann           Ann         ${YESTERDAY} 02:00:00  member of team office`,
    `bot           Bot         ${YESTERDAY} 01:00:00  system erp (production)`,
    `excel-export  Excel?[31m  ${YESTERDAY} 03:00:00  NOTHING`,
    '',
    'Writers since then',
    'user          model        created  changed  explained by',
    'bot           sale.order         5        5  system erp (production)',
    'excel-export  sale.order         0       12  NOTHING',
    'old-shop      res.partner        0        1  consumer shop',
    'user 1        sale.order         3        3  Odoo itself',
    '',
    '4 findings: nothing in the catalog explains them.',
    '',
  ]);
});

test('what may not be read is said, and not taken for nothing', async (context) => {
  const { code, out } = await shadow(
    context,
    traces({ administers: false, keys: true, log: false }),
    ', login: bot',
    '--json',
  );
  const report = JSON.parse(out);
  assert.equal(code, 1);
  assert.deepEqual(report.sources, {
    keys: 'own',
    users: 'all',
    logins: 'denied',
    'writers of sale.order': 'all',
    'writers of res.partner': 'all',
  });
  assert.deepEqual(report.notes, [
    'keys: this user administers nothing and sees its own only: there may be others.',
    'logins: this user may not read them: nothing is known of them.',
  ]);
  const nothing = await shadow(context, traces({ administers: false, keys: false, log: false }), ', login: bot');
  assert.match(nothing.out, /^API keys: none\n/);
  assert.match(nothing.out, /\nkeys: this user may not read them: nothing is known of them\.\n/);
});

test('nothing that is unexplained ends well, but says so where something could not be read', async (context) => {
  const quiet: Tell = (_, method) => (method === 'fields_get' ? {} : []);
  const { code, out } = await shadow(context, quiet, ', login: bot');
  assert.deepEqual([code, out.trimEnd().split('\n').at(-1)], [0, 'Everything is explained.']);
  const denied: Tell = (model, method, args) => {
    if (model === 'res.users.apikeys') throw new Refused('AccessError');
    return quiet(model, method, args);
  };
  const partly = await shadow(context, denied, ', login: bot');
  assert.deepEqual(
    [partly.code, partly.out.trimEnd().split('\n').at(-1)],
    [0, 'Everything that could be read is explained.'],
  );
});

test('a binding that names no bot user explains nothing, and that is said', async (context) => {
  const { out } = await shadow(context, traces(EVERYTHING), '');
  assert.match(out, /\nbot +gateway +rpc .* NOTHING\n/);
  assert.match(out, /\nsystem erp \(production\) does not name its bot user, .*add odoo\.login to it\.\n/);
});

test('writers are counted over JSON-RPC too, by groups or record by record', async (context) => {
  const odoo = await startStandInOdoo({ version: 18, data: demoData(18), users: demoUsers() });
  context.after(() => odoo.close());
  const live = ['--url', odoo.url, '--database', odoo.database, '--login', DEMO_LOGIN, '--key-env', 'KEY'];
  const { out } = await runCommand(
    [
      'odoo',
      'shadow',
      ...live,
      '--catalog',
      join(import.meta.dirname, '../../examples/distribution/catalog'),
      '--days',
      '3650',
      '--models',
      'sale.order',
      '--json',
    ],
    { KEY: DEMO_API_KEY },
  );
  const report = JSON.parse(out);
  assert.equal(report.sources['writers of sale.order'], 'all');
  assert.ok(
    report.writers.some(({ changed }: { changed: number }) => changed > 0),
    out,
  );
});
