import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEMO_API_KEY, DEMO_LOGIN, demoData, demoUsers } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import { type StandIn, startStandInOdoo } from '../../examples/stand-in-odoo/start.ts';
import { runCommand } from './command-run.fixture.ts';

const MODELS = 'res.partner,sale.order,sale.order.line,product.product';

const COMPANY = (version: number, url: string) => `
apiVersion: portcullis/v1
kind: Team
metadata: { name: sales }
spec: {}
---
apiVersion: portcullis/v1
kind: System
metadata: { name: erp }
spec:
  type: odoo
  owner: sales
  environments:
    production:
      url: ${url}
      odoo: { version: ${version}, protocol: jsonrpc, database: odoo${version}, login: ${DEMO_LOGIN} }
      credential: { type: bearer, secret: { env: ERP_KEY } }
`;

for (const version of [16, 19] as const) {
  describe(`odoo import from Odoo ${version}`, () => {
    let odoo: StandIn;
    let folder: string;
    const variables = { ERP_KEY: DEMO_API_KEY, WRONG: 'another-key', EMPTY: '' };
    const run = (...args: string[]) => runCommand(['odoo', 'import', ...args], variables);
    const to = (out: string, ...more: string[]) =>
      run(
        '--url',
        odoo.url,
        '--database',
        odoo.database,
        '--login',
        DEMO_LOGIN,
        '--key-env',
        'ERP_KEY',
        '--out',
        out,
        ...more,
      );

    before(async () => {
      odoo = await startStandInOdoo({ version, data: demoData(version), users: demoUsers() });
      folder = await mkdtemp(join(tmpdir(), 'portcullis-import-'));
    });
    after(async () => {
      await odoo.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('writes documents that check loads once the placeholders are filled in, and not before', async () => {
      const { code, out, err } = await to(folder, '--models', MODELS, '--system', 'erp');
      assert.equal(code, 0, err);
      assert.match(
        out,
        new RegExp(`^Odoo ${version}, database odoo${version}, over ${version === 19 ? 'json2' : 'jsonrpc'}\n`),
      );
      assert.match(out, /\nres\.partner +partners /);
      assert.match(err, /reading sale\.order \(3 of 4\)/);
      assert.ok(!out.includes(DEMO_API_KEY) && !err.includes(DEMO_API_KEY));
      await writeFile(join(folder, 'company.yaml'), COMPANY(version, odoo.url));

      const left = await runCommand(['check', folder]);
      assert.equal(left.code, 1);
      for (const said of [
        'partners/interface.yaml:7:15 team-unknown there is no team "fill-in-business-owner"',
        'partners/interface.yaml:10:23 document-invalid spec.support.contact is empty; write it (whom to call)',
        'partners/interface.yaml:12:12 document-invalid spec.runbook is empty',
        'partners/interface.yaml:13:16 document-invalid spec.criticality must be one of low, medium, high, critical',
      ]) {
        assert.ok(left.out.includes(said), said);
      }

      await fillIn(folder);
      const { out: checked } = await runCommand(['check', folder]);
      assert.deepEqual(faultsOf(checked), []);
    });

    it('overwrites nothing unless it is told to', async () => {
      const path = join(folder, 'partners/interface.yaml');
      const before = await readFile(path, 'utf8');
      const refused = await to(folder, '--models', MODELS, '--system', 'erp');
      assert.equal(refused.code, 1);
      assert.match(
        refused.err,
        /Nothing was written: models\/erp\.yaml, .* and \d more would be overwritten in .*--force/,
      );
      assert.equal(await readFile(path, 'utf8'), before);
      assert.equal((await to(folder, '--models', MODELS, '--system', 'erp', '--force')).code, 0);
      assert.match(await readFile(path, 'utf8'), /fill-in-business-owner/);
    });

    it('says which of the models that were asked for are not there', async () => {
      const out = join(folder, 'elsewhere');
      const { code, out: said } = await to(out, '--models', 'res.partner,x_none.such');
      assert.equal(code, 1);
      assert.match(said, /not in this database: x_none\.such/);
      assert.deepEqual((await readdir(out)).sort(), ['models', 'partners']);
    });

    it('says what is wrong with address, database, login and key, and never the key', async () => {
      const address = ['--url', odoo.url, '--out', join(folder, 'never')];
      const cases: readonly (readonly [code: number, args: string[], said: RegExp])[] = [
        [1, [...address, '--database', odoo.database, '--login', DEMO_LOGIN, '--key-env', 'WRONG'], /refuses the key/],
        [
          1,
          [...address, '--database', 'none', '--login', DEMO_LOGIN, '--key-env', 'ERP_KEY'],
          /There is no database none at /,
        ],
        [
          2,
          [...address, '--database', odoo.database, '--key-env', 'MISSING'],
          /The environment variable MISSING is not set/,
        ],
        [
          2,
          [...address, '--database', odoo.database, '--key-env', 'EMPTY'],
          /The environment variable EMPTY is not set/,
        ],
        [
          2,
          [...address, '--database', odoo.database, '--key-env', 'no-name'],
          /takes the name of an environment variable/,
        ],
        [2, [...address, '--database', odoo.database, '--key-env', 'ERP_KEY', '--models', 'ir.rule'], /never served/],
        [
          1,
          [...address, '--database', odoo.database, '--key-env', 'ERP_KEY', '--protocol', 'jsonrpc'],
          /give it with --login/,
        ],
        [
          1,
          ['--url', 'http://127.0.0.1:1', '--database', 'x', '--key-env', 'ERP_KEY', '--out', folder],
          /Nothing answers at /,
        ],
        [
          1,
          ['--url', 'http://192.0.2.1', '--database', 'x', '--key-env', 'ERP_KEY', '--out', folder],
          /unencrypted; use https/,
        ],
        [
          1,
          ['--url', 'erp', '--database', 'x', '--key-env', 'ERP_KEY', '--out', folder],
          /must be an http or https URL/,
        ],
        [2, ['--url', odoo.url, '--database', 'x', '--key-env', 'ERP_KEY'], /Name the folder to write to with --out/],
      ];
      for (const [code, args, said] of cases) {
        const answered = await run(...args);
        assert.equal(answered.code, code, answered.err);
        assert.match(answered.err, said);
        assert.ok(!answered.err.includes(DEMO_API_KEY) && !answered.err.includes('another-key'));
      }
    });
  });
}

async function fillIn(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (!path.endsWith('interface.yaml')) continue;
    const text = await readFile(join(folder, path), 'utf8');
    const filled = text
      .replace(/fill-in-[a-z-]+/g, 'sales')
      .replace('contact: ""', 'contact: telephone 4520')
      .replace('runbook: ""', 'runbook: https://runbooks.example/odoo')
      .replace('criticality: ""', 'criticality: low');
    // Served, so that every operation is compiled.
    await writeFile(join(folder, path), filled.replace('lifecycle: design', 'lifecycle: production'));
  }
}

function faultsOf(checked: string): string[] {
  return checked.split('\n').filter((line) => /^\S+:\d+:\d+ /.test(line));
}
