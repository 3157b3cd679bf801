import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import ts from 'typescript';
import { openHouse } from './house.fixture.ts';
import { CATALOG, portcullis, ROOT, type Run } from './run-command.fixture.ts';

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
