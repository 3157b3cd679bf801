import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import ts from 'typescript';
import { openHouse } from './house.fixture.ts';
import { vendorDocument } from './unseen.fixture.ts';

const ROOT = join(import.meta.dirname, '../..');
const CATALOG = join(ROOT, 'examples/distribution/catalog');

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function portcullis(args: readonly string[], variables: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'main.ts'), ...args],
      { env: { ...process.env, PORTCULLIS_CATALOG: CATALOG, ...variables }, maxBuffer: 16 * 1024 * 1024 },
      (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    );
  });
}

describe('the command line', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-cli-'));
    await cp(CATALOG, join(folder, 'catalog'), { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('check: a sound catalog is a summary and exit 0', async () => {
    const { code, out } = await portcullis(['check', CATALOG]);
    assert.equal(code, 0, out);
    assert.match(out, /^ok: .*7 interfaces.*10 grants/);
  });

  test('check: every fault at once, each at its line and column, exit 1; for machines as JSON', async () => {
    const file = join(folder, 'catalog/customer-master/grants.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace('      - city\n', '      - citty\n').replace('listCustomers, ', 'listCustomer, '),
    );
    const { code, out } = await portcullis(['check', join(folder, 'catalog')]);
    assert.equal(code, 1);
    const line = text.split('\n').indexOf('      - city') + 1;
    assert.match(out, new RegExp(`^customer-master/grants\\.yaml:${line}:9 field-unknown .*city`, 'm'));
    assert.match(out, /^customer-master\/grants\.yaml:\d+:\d+ operation-unknown .*listCustomers/m);
    const machine = JSON.parse((await portcullis(['check', join(folder, 'catalog'), '--json'])).out);
    assert.equal(machine.ok, false);
    assert.ok(machine.faults.length >= 2);
    assert.deepEqual(Object.keys(machine.faults[0].place).sort(), ['column', 'file', 'line']);
  });

  test('explain: allowed and refused, with the rule', async () => {
    const allowed = await portcullis([
      'explain',
      '--consumer',
      'salesforce-crm',
      'GET',
      '/customer-master/v1/customers/10',
    ]);
    assert.equal(allowed.code, 0, allowed.err);
    assert.match(allowed.out, /returns +Customer\.email +confidential +by customer-master\/grants\.yaml:\d+/);
    assert.match(allowed.out, /hides .*Customer\.creditLimit/);
    const refused = await portcullis([
      'explain',
      '--consumer',
      'salesforce-crm',
      'GET',
      '/customer-master/v1/customers?sort=creditLimit',
    ]);
    assert.equal(refused.code, 3);
    assert.match(refused.out, /guard-query-fields +field-not-granted/);
    const claims = await portcullis([
      'explain',
      '--consumer',
      'b2b-portal',
      '--claims',
      '{"commercial_partner_id": 10}',
      'GET',
      '/account-self-service/v1/invoices',
    ]);
    assert.match(claims.out, /records +Invoice: \["accountId","=",10\]/);
  });

  test('explain: a refusal names the fields and their owner, and whether an idempotency key counts', async () => {
    const { code, out } = await portcullis([
      ...['explain', '--consumer', 'salesforce-crm', '--body', '{"creditLimit": 5}'],
      ...['PATCH', '/customer-master/v1/customers/10'],
    ]);
    assert.equal(code, 3);
    assert.match(out, /guard-written-fields +field-not-\w+ .*fields creditLimit +owned by odoo-finance/);
    assert.match(out, /require-idempotency-key +not asked: idempotency key optional/);
  });

  test('explain: networks are asked about when it is said where a call comes from', async () => {
    const from = async (address: string[]) => {
      const call = ['GET', '/payment-status/v1/payments'];
      const { code, out, err } = await portcullis(['explain', '--consumer', 'treasury-report', ...address, ...call]);
      return { code, out, err };
    };
    assert.match((await from([])).out, /restrict-network +not asked: give --from/);
    assert.match((await from(['--from', '10.1.2.3'])).out, /restrict-network +pass/);
    assert.match((await from(['--from', '192.0.2.7'])).out, /restrict-network +network-not-allowed/);
    assert.match((await from(['--from', 'nowhere'])).err, /--from takes an IP address/);
  });

  test("openapi: a consumer's own contract names nothing that is hidden from it", async () => {
    const { code, out, err } = await portcullis(['openapi', '--consumer', 'salesforce-crm', 'customer-master']);
    assert.equal(code, 0, err);
    const document = JSON.parse(out);
    assert.match(document.openapi, /^3\.1/);
    assert.deepEqual(Object.keys(document.paths).sort(), ['/customers', '/customers/{id}']);
    assert.doesNotMatch(
      out,
      /creditLimit|customerRank|bankAccounts|pricelist|x-portcullis|res\.partner|127\.0\.0\.1:8069/i,
    );
  });

  test('openapi: a client of users is told to send them to the login', async () => {
    const { out } = await portcullis(['openapi', '--consumer', 'b2b-portal', 'account-self-service'], {
      PORTCULLIS_ISSUER: 'https://login.example/oauth',
    });
    const { flows } = JSON.parse(out).components.securitySchemes.token;
    assert.deepEqual(Object.keys(flows), ['authorizationCode']);
    assert.equal(flows.authorizationCode.authorizationUrl, 'https://login.example/oauth/auth');
    assert.equal(flows.authorizationCode.tokenUrl, 'https://login.example/oauth/token');
  });

  test("openapi: the gateway's own credential is no parameter of the consumer's", async () => {
    const catalog = join(folder, 'with-credential');
    await cp(CATALOG, catalog, { recursive: true });
    const systems = join(catalog, 'systems.yaml');
    const text = await readFile(systems, 'utf8');
    await writeFile(systems, text.replace('type: header, name: X-Api-Key', 'type: query, name: lang'));
    const { code, out, err } = await portcullis([
      'openapi',
      '--consumer',
      'care-desk',
      '--catalog',
      catalog,
      'parcel-tracking',
    ]);
    assert.equal(code, 0, err);
    assert.doesNotMatch(out, /"lang"/);
    assert.match((await portcullis(['openapi', '--consumer', 'care-desk', 'parcel-tracking'])).out, /"lang"/);
  });

  test('types: the typed client of it compiles', async () => {
    const { code, out, err } = await portcullis(['types', '--consumer', 'salesforce-crm', 'customer-master']);
    assert.equal(code, 0, err);
    assert.match(out, /export interface paths/);
    assert.doesNotMatch(out, /creditLimit/);
    const { diagnostics } = ts.transpileModule(out, {
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.ESNext },
    });
    assert.deepEqual(diagnostics, []);
  });

  test('audit list: the last records, one line each', async () => {
    const house = await openHouse();
    try {
      const token = await house.token('salesforce-crm');
      await house.call('GET', '/customer-master/v1/customers/10', { token });
      await house.call('GET', '/customer-master/v1/customers/10?fields=vat', { token });
      const { code, out } = await portcullis(['audit', 'list', '--last', '2'], { PORTCULLIS_DATA: house.dataFolder });
      assert.equal(code, 0);
      const lines = out.trimEnd().split('\n');
      assert.equal(lines.length, 2);
      assert.match(lines[0] ?? '', /salesforce-crm.*getCustomer.*allowed/);
      assert.match(lines[1] ?? '', /refused field-not-granted.*403/);
    } finally {
      await house.stop();
    }
  });

  test('audit list: where there are no records, that is said in one line', async () => {
    const { code, out, err } = await portcullis(['audit', 'list', '--data', join(folder, 'nowhere')]);
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, /^There are no records at \S+nowhere\S+: [^\n]+\n$/);
  });

  test('names that are not there are told with those that were meant', async () => {
    const contract = (...args: string[]) => portcullis(['openapi', ...args]);
    const cases: readonly (readonly [run: Promise<Run>, code: number, said: RegExp])[] = [
      [
        contract('--consumer', 'salesforce-cmr', 'customer-master'),
        2,
        /no consumer "salesforce-cmr".*"salesforce-crm"/,
      ],
      [
        contract('--consumer', 'salesforce-crm', 'custommer-master'),
        2,
        /no interface "custommer-master".*"customer-master"/,
      ],
      [contract('--consumer', 'salesforce-crm', 'customer-master/v9'), 2, /it may call customer-master\/v1/],
      [contract('--consumer', 'salesforce-crm', '--environment', 'produktion', 'customer-master'), 2, /"production"\?/],
      [portcullis(['explain', '--consumer', 'salesforce-cmr', 'GET', '/x']), 2, /did you mean "salesforce-crm"\?/],
    ];
    for (const [run, expected, said] of cases) {
      const { code, out, err } = await run;
      assert.deepEqual([code, out], [expected, '']);
      assert.match(err, said);
    }
  });

  test('explain: a path that leads nowhere is told with those that there are', async () => {
    const ask = async (method: string, path: string) =>
      (await portcullis(['explain', '--consumer', 'salesforce-crm', method, path])).out;
    assert.match(
      await ask('GET', '/customer-mastr/v1/customers'),
      /^hint +no interface "customer-mastr" .*"customer-master"\?$/m,
    );
    assert.match(
      await ask('GET', '/customer-master/v2/customers'),
      /^hint +"customer-master" is served at \/customer-master\/v1$/m,
    );
    assert.match(
      await ask('GET', '/customer-master/v1/customer'),
      /^hint +below \/customer-master\/v1 there are \/customers, /m,
    );
    assert.match(await ask('PATHC', '/customer-master/v1/customers/10'), /^hint +this path takes GET, HEAD, PATCH$/m);
    assert.match(await ask('GET', 'customer-master/v1/customers'), /^hint +a path begins with a slash/m);
  });

  test('explain: of a faulty catalog a machine gets its faults as JSON', async () => {
    const { code, out } = await portcullis([
      ...['explain', '--catalog', join(folder, 'nowhere'), '--json', '--consumer', 'x'],
      ...['GET', '/'],
    ]);
    assert.equal(code, 1);
    assert.deepEqual(
      JSON.parse(out).faults.map((fault: { code: string }) => fault.code),
      ['folder-missing'],
    );
  });

  test('who reads the output may leave before its end', async () => {
    for (const args of [['check', CATALOG], ['types', '--consumer', 'salesforce-crm', 'customer-master'], ['help']]) {
      const child = spawn(process.execPath, [join(ROOT, 'main.ts'), ...args], {
        env: { ...process.env, PORTCULLIS_CATALOG: CATALOG },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.destroy();
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      const [code] = await once(child, 'close');
      assert.deepEqual([code, said], [0, ''], args.join(' '));
    }
  });

  test('wrong usage is exit 2 with the usage line', async () => {
    for (const args of [
      ['check'],
      ['explain', 'GET'],
      ['explain', '--consumer', 'nobody', 'GET', '/'],
      ['nonsense'],
      ['check', '--unknown', 'x'],
    ]) {
      const { code, err } = await portcullis(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, /usage: portcullis/);
    }
  });

  test('serve without its settings says all that is missing at once', async () => {
    const { code, err } = await portcullis(['serve'], { PORTCULLIS_CATALOG: '', PORTCULLIS_PORT: 'many' });
    assert.equal(code, 1);
    assert.match(err, /PORTCULLIS_CATALOG is not set/);
    assert.match(err, /PORTCULLIS_PORT must be a whole number/);
    const weak = await portcullis(['serve'], {
      PORTCULLIS_DATA: join(folder, 'data'),
      PORTCULLIS_MASTER_SECRET: 'changeme',
      PORTCULLIS_ADMIN_TOKEN: 'x',
    });
    assert.equal(weak.code, 1);
    assert.match(weak.err, /PORTCULLIS_MASTER_SECRET/);
    assert.doesNotMatch(weak.err, /changeme/);
  });
});

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
    ['users that are not there', () => ({ PORTCULLIS_USERS: '/no/users', ...CLIENT_SECRETS }), /^PORTCULLIS_USERS/m],
    ['a client without its secret', () => ({}), /PORTCULLIS_SECRET_SALESFORCE_CRM/],
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
