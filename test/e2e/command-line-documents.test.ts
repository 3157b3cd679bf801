import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CATALOG, portcullis, type Run } from './run-command.fixture.ts';
import { vendorDocument } from './unseen.fixture.ts';

describe('the command line about documents that the example does not know', () => {
  let folder: string;
  let catalog: string;
  const edit = async (file: string, change: (text: string) => string): Promise<() => Promise<void>> => {
    const path = join(catalog, 'unseen', file);
    const text = await readFile(path, 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text, file);
    await writeFile(path, changed);
    return () => writeFile(path, text);
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-cli-'));
    catalog = join(folder, 'catalog');
    await cp(CATALOG, catalog, { recursive: true });
    await cp(join(import.meta.dirname, 'unseen/catalog'), join(catalog, 'unseen'), { recursive: true });
    await writeFile(join(catalog, 'unseen/vendor-orders/vendor-orders.json'), await vendorDocument());
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const delivery = (target: string): Promise<Run> =>
    portcullis([
      ...['explain', '--catalog', catalog, '--consumer', 'b2b-portal', '--claims', '{"supplier_id": 5}', '--json'],
      ...['GET', `/supplier-deliveries/v1/deliveries${target}`],
    ]);

  test('explain: fields within fields have their class, mask and rule, and the hidden ones are named', async () => {
    const { read, hidden } = JSON.parse((await delivery('/4')).out);
    const vat = read.find(({ field }: { field: string }) => field === 'Delivery.supplier.vat');
    const line = (await readFile(join(catalog, 'unseen/supplier-deliveries/grants.yaml'), 'utf8'))
      .split('\n')
      .indexOf('      - supplier.vat');
    const rule = `unseen/supplier-deliveries/grants.yaml:${line + 1}`;
    assert.deepEqual(vat, { field: 'Delivery.supplier.vat', class: 'restricted', mask: 'last-4', rule });
    assert.deepEqual(hidden, ['Delivery.supplierId', 'Delivery.supplier.creditLimit']);
  });

  test('explain: of what was asked for, only that, and the way to it', async () => {
    const { read } = JSON.parse((await delivery('?fields=id,supplier.name')).out);
    assert.deepEqual(
      read.map(({ field }: { field: string }) => field),
      [
        ...['listDeliveries.response.items', 'listDeliveries.response.next'],
        ...['Delivery.id', 'Delivery.supplier', 'Delivery.supplier.name'],
      ],
    );
  });

  test('explain: a mask and a rule that lead through a reference', async () => {
    const { code, out, err } = await portcullis([
      ...['explain', '--catalog', catalog, '--consumer', 'care-desk'],
      ...['GET', '/vendor-orders/v1/vendor/orders/v1/purchaseOrders/12'],
    ]);
    assert.equal(code, 0, err);
    const id = 'TaxRegistrationDetails\\.taxRegistrationNumber';
    const rule = 'unseen/vendor-orders/grants\\.yaml:17';
    assert.match(out, new RegExp(`^returns +${id} +restricted, masked: last-4 +by ${rule}$`, 'm'));
    assert.match(out, /^hides .*PartyIdentification\.address.* TaxRegistrationDetails\.taxRegistrationType/m);
  });

  test("openapi: what the record filter fills is in no consumer's document; explain asks of networks when told from where", async () => {
    const own = await portcullis(['openapi', '--catalog', catalog, '--consumer', 'b2b-portal', 'price-lists']);
    assert.equal(own.code, 0, own.err);
    assert.deepEqual(
      JSON.parse(own.out).paths['/prices'].get.parameters.map(({ name }: { name: string }) => name),
      ['skus'],
    );
    const put = await edit('consumers.yaml', (text) =>
      text.replace('  environment: production\n', '  environment: production\n  networks: [192.0.2.0/24]\n'),
    );
    const ask = (...from: string[]) =>
      portcullis([
        ...['explain', '--catalog', catalog, '--consumer', 'amazon-connector', ...from],
        ...['GET', '/marketplace-status/v1/orders'],
      ]);
    try {
      assert.match((await ask()).out, /^policy +restrict-network +not asked: give --from[\s\S]*^allowed$/m);
      assert.match((await ask('--from', '192.0.2.7')).out, /^policy +restrict-network +pass$/m);
      assert.match((await ask('--from', '10.0.0.1')).out, /^refused by restrict-network$/m);
      assert.match((await ask('--from', 'here')).err, /^--from takes an IP address/);
    } finally {
      await put();
    }
  });

  test('check: every environment that a system knows, each fault once', async () => {
    const sound = JSON.parse((await portcullis(['check', catalog, '--json'])).out);
    assert.deepEqual(sound.environments, ['production', 'staging']);
    const staging = JSON.parse((await portcullis(['check', catalog, '--json', '--environment', 'staging'])).out);
    const production = JSON.parse((await portcullis(['check', catalog, '--json', '--environment', 'production'])).out);
    assert.ok(staging.counts.operations > 0);
    assert.equal(sound.counts.operations, staging.counts.operations + production.counts.operations);

    const undo = [
      await edit('order-submission/order-submission-1.0.yaml', (text) =>
        text.replace('call: get, model: sale.order', 'call: get, model: { "18": sale.order }'),
      ),
      await edit('systems.yaml', (text) =>
        text.replace(
          /(staging:\s+url: \S+\s+odoo: \{ )version: 19, protocol: json2/,
          '$1version: 17, protocol: jsonrpc, login: bot',
        ),
      ),
    ];
    try {
      const { code, out } = await portcullis(['check', catalog]);
      assert.equal(code, 1, out);
      const lines = out.trimEnd().split('\n');
      assert.equal(new Set(lines).size, lines.length, 'a fault stands twice');
      assert.match(
        out,
        /^unseen\/order-submission\/order-submission-1\.0\.yaml:\d+:\d+ grant-impossible getOrder, granted by rehearsal-order-submission-v1: .* no model in Odoo 17; /m,
      );
      assert.equal((await portcullis(['check', catalog, '--environment', 'production'])).code, 0);
    } finally {
      for (const put of undo) await put();
    }
  });

  test('check: an environment that no system knows is wrong usage', async () => {
    const { code, err } = await portcullis(['check', catalog, '--environment', 'prod']);
    assert.equal(code, 2);
    assert.match(err, /^No system has an environment "prod"; the systems know production, staging\.$/m);
  });

  test('check: a document that cannot be read is one fault, not one more for each grant on it', async () => {
    const put = await edit('supplier-deliveries/supplier-deliveries-1.0.yaml', (text) =>
      text.replace('call: list, model: stock.picking', 'call: list'),
    );
    try {
      const { faults } = JSON.parse((await portcullis(['check', catalog, '--json'])).out);
      assert.deepEqual(
        faults.map(({ code }: { code: string }) => code),
        ['annotation-invalid'],
      );
    } finally {
      await put();
    }
  });
});

describe('serve refuses to start, in one line that names the setting', () => {
  let folder: string;
  const good = {
    PORTCULLIS_PORT: '0',
    PORTCULLIS_ADMIN_PORT: '0',
    PORTCULLIS_DEMO: 'yes',
    PORTCULLIS_MASTER_SECRET: 'a secret of the test',
    PORTCULLIS_ADMIN_TOKEN: 'a token of the test',
    PORTCULLIS_ODOO_KEY: 'k',
    PORTCULLIS_CARRIER_KEY: 'k',
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-serve-'));
    await writeFile(
      join(folder, 'issuers.json'),
      JSON.stringify([{ url: 'https://issuer.example', enviromentRequired: true }]),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const cases: readonly (readonly [name: string, variables: () => Record<string, string>, said: RegExp])[] = [
    [
      'an environment in which nothing is served',
      () => ({ PORTCULLIS_ENVIRONMENT: 'produktion' }),
      /^PORTCULLIS_ENVIRONMENT is "produktion".*production/m,
    ],
    [
      'a misspelt member of an issuer',
      () => ({ PORTCULLIS_EXTERNAL_ISSUERS: join(folder, 'issuers.json') }),
      /^PORTCULLIS_EXTERNAL_ISSUERS .*"enviromentRequired"/,
    ],
    [
      'a secret that is not set, where the system names it',
      () => ({ PORTCULLIS_DEMO: 'yes', PORTCULLIS_ODOO_KEY: '' }),
      /^systems\.yaml:\d+:\d+ grant-impossible .*the secret in environment variable PORTCULLIS_ODOO_KEY is empty; set it$/m,
    ],
    [
      'a certificate that is not there',
      () => ({ PORTCULLIS_TLS_CERT: '/no/cert', PORTCULLIS_TLS_KEY: '/no/key' }),
      /^PORTCULLIS_TLS_CERT names \/no\/cert/,
    ],
    [
      'a client authority without TLS',
      () => ({ PORTCULLIS_TLS_CLIENT_CA: '/no/ca' }),
      /^PORTCULLIS_TLS_CLIENT_CA needs/,
    ],
    [
      'users that are not there',
      () => ({
        PORTCULLIS_USERS: '/no/users',
        PORTCULLIS_SECRET_LEGACY_ORDER_DESK: 'key of the old order desk',
        ...CLIENT_SECRETS,
      }),
      /^PORTCULLIS_USERS/m,
    ],
    [
      'a client without its secret',
      () => ({ PORTCULLIS_SECRET_LEGACY_ORDER_DESK: 'key of the old order desk' }),
      /PORTCULLIS_SECRET_SALESFORCE_CRM/,
    ],
    [
      'a catalog with a fault',
      () => ({ PORTCULLIS_CATALOG: join(folder, 'none') }),
      /folder-missing|folder-unreadable/,
    ],
  ];
  for (const [name, variables, said] of cases) {
    test(name, async () => {
      const { code, out, err } = await portcullis(['serve'], {
        ...good,
        PORTCULLIS_DATA: join(folder, 'data'),
        ...variables(),
      });
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, said);
      assert.doesNotMatch(err, / at .*\.ts:\d+/);
    });
  }
});

const CLIENT_SECRETS = Object.fromEntries(
  [
    'SALESFORCE_CRM',
    'SHOPIFY_STOREFRONT',
    'COUNTER_DISPLAY',
    'WMS_ACME',
    'CARRIER_HUB',
    'TREASURY_REPORT',
    'CARE_DESK',
  ].map((name) => [`PORTCULLIS_SECRET_${name}`, `demo-${name}`]),
);
