import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CommandRun, runCommand } from '../../admin/commands/command-run.fixture.ts';
import type { EntriesReport, RecipientsReport } from '../../admin/questions/reports.ts';
import { AUDITOR_TOKEN, openAuditedHouse } from './audited-house.fixture.ts';

const PERSON = 'odoo/res.partner:10';

/** An auditor at the command line: first of a running gateway, then of its folder alone. */
describe('questions at the command line', () => {
  let house: Awaited<ReturnType<typeof openAuditedHouse>>;
  before(async () => {
    house = await openAuditedHouse({ PORTCULLIS_AUDIT_INDEX: 'embedded' });
    const token = await house.token('salesforce-crm');
    for (const id of [10, 10, 11]) await house.call('GET', `/customer-master/v1/customers/${id}`, { token });
    await house.call('GET', '/customer-master/v1/customers?fields=name,creditLimit', { token });
    await house.call('PATCH', '/customer-master/v1/customers/10', { token, body: { phone: '+32 3 555 0110' } });
    await house.records();
    await indexed();
  });
  after(() => house.stop());

  let mode: 'server' | 'folder' = 'server';
  const audit = (...args: string[]): Promise<CommandRun> => {
    const where =
      mode === 'server'
        ? ['--server', house.portcullis.adminUrl]
        : ['--data', house.dataFolder, '--catalog', house.company.catalogFolder];
    const variables = mode === 'server' ? { PORTCULLIS_AUDITOR_TOKEN: AUDITOR_TOKEN } : localVariables();
    return runCommand(['audit', ...args, ...where], variables);
  };
  const localVariables = (): Record<string, string> => ({
    ...house.variables,
    PORTCULLIS_AUDIT_INDEX: 'embedded',
    PORTCULLIS_PUBLIC_URL: 'http://127.0.0.1:8080',
  });
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, out, err } = await audit(...args, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  /** It comes up beside the gateway. */
  async function indexed(): Promise<void> {
    for (;;) {
      const response = await fetch(`${house.portcullis.adminUrl}/api/audit/entries`, {
        headers: { authorization: `Bearer ${AUDITOR_TOKEN}` },
      });
      if (response.status === 200) return;
      await response.text();
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** The same of both. */
  const questions = (): void => {
    test('who received a field of one person', async () => {
      for (const field of ['Customer.email', 'customer-master:Customer.email', 'res.partner.email']) {
        const { code, out, err } = await audit('who-received', field, '--subject', PERSON);
        assert.equal(code, 0, err);
        assert.match(out, /^Asked of odoo\/res\.partner:10\n {7}from the beginning to now\nKnown in 20\d\d-\d\d\n/);
        assert.match(out, /^salesforce-crm +salesforce-crm-customer-master-v1 .* clear +\d+ /m);
        assert.match(
          out,
          /^Answered from \S+ at its checkpoint of \d+ entries\n\(root [0-9a-f]{16}…, seen .* UTC\)\.$/m,
        );
      }
      const nobody = await audit('who-received', 'Customer.creditLimit', '--subject', PERSON);
      assert.match(nobody.out, /Nobody received it\./);
    });

    test('the recipients of one person, with their owners, on one page', async () => {
      const { code, out, err } = await audit('recipients', '--subject', PERSON);
      assert.equal(code, 0, err);
      assert.match(out, /^Recipients of personal data\nAsked of odoo\/res\.partner:10\n/);
      assert.match(
        out,
        /^1\. .*\(salesforce-crm\)\n {3}run by +CRM platform, crm-platform@distribution\.example, #crm-platform$/m,
      );
      assert.match(out, /^ {3}under +grant salesforce-crm-customer-master-v1, approved by /m);
      assert.match(out, /^ {3}received [\s\S]*?Customer\.email/m);
      assert.match(out, /^ {3}through +customer-master 1\.2 \(getCustomer/m);
      assert.match(out, /Written by\n\n1\. .*\(salesforce-crm\)[\s\S]*written +Customer\.phone/);
      assert.ok(
        out.split('\n').every((line) => line.length <= 110),
        out,
      );
      const report = await json<RecipientsReport>('recipients', '--subject', PERSON);
      assert.deepEqual(
        report.recipients.map(({ consumer }) => consumer),
        ['salesforce-crm'],
      );
      assert.ok(report.question.handles?.every((handle) => /^[0-9a-f]{16}$/.test(handle)));
      assert.doesNotMatch(JSON.stringify(report.question), /res\.partner/);
    });

    test('writes, denials, grants and changes', async () => {
      const writes = await audit('writes', '--record', PERSON);
      assert.match(
        writes.out,
        /^ *\d+ {2}.*salesforce-crm +customer-master updateCustomer +allowed +Customer\.phone$/m,
      );
      const denied = await audit('denied', '--consumer', 'salesforce-crm');
      assert.match(
        denied.out,
        /^Refused\nconsumer .*\nsalesforce-crm +customer-master listCustomers +field-not-granted +1 .*Customer\.creditLimit$/m,
      );
      const grants = await audit('grants');
      assert.match(grants.out, /^salesforce-crm-customer-master-v1 .* \d+ +1 {2}20/m);
      assert.match(grants.out, / never$/m);
      const unused = await audit('grants', '--unused', '30', '--consumer', 'salesforce-crm');
      assert.doesNotMatch(unused.out, /^salesforce-crm-customer-master/m);
      const changes = await audit('changes', '--limit', '1000');
      assert.equal(changes.code, 0, changes.err);
      assert.match(changes.out, /snapshot sha256:/);
    });

    test('search, page by page', async () => {
      const all = await json<EntriesReport>('search', '--consumer', 'salesforce-crm', '--type', 'access');
      assert.ok(all.rows.length >= 5);
      const page = await json<EntriesReport>(
        'search',
        '--consumer',
        'salesforce-crm',
        '--type',
        'access',
        '--limit',
        '2',
      );
      const { next = assert.fail() } = page;
      const { out } = await audit(
        'search',
        '--consumer',
        'salesforce-crm',
        '--type',
        'access',
        '--after',
        `${next.origin}#${next.index}`,
      );
      assert.ok(out.includes(`${all.rows[2]?.index}  ${all.rows[2]?.entry.time}`), out);
      assert.doesNotMatch(out, new RegExp(`^ *${all.rows[1]?.index} `, 'm'));
    });

    test('what is asked wrongly is told with its mend', async () => {
      const cases: readonly (readonly [args: string[], said: RegExp])[] = [
        [['who-received'], /^Name a field: Schema\.path/],
        [
          ['who-received', 'Custmer.email'],
          /no field is called "Custmer\.email"; did you mean "[Cc]ustomer\.email"\?\n/,
        ],
        [['recipients'], /^Name the person by their records, such as --subject erp\/res\.partner:7\./],
        [['recipients', '--subject', 'seven'], /written system\/kind:identifier/],
        [['writes'], /^Name the record, such as --record/],
        [['grants', '--unused', 'often'], /--unused takes a count of days/],
        [['search', '--limit', '0'], /--limit takes a count from 1 to 1000/],
        [['search', '--from', 'yesterday'], /such as 2026-11-25/],
        [['search', '--after', 'somewhere'], /--after takes what the page before named there/],
        [['denied', '--consumr', 'x'], /There is no option "--consumr" here; did you mean "--consumer"\?/],
      ];
      for (const [args, said] of cases) {
        const { code, err } = await audit(...args);
        assert.ok(code !== 0, args.join(' '));
        assert.match(err, said);
      }
    });

    test('every question is on record before its answer, without saying whom it was about', async () => {
      const { rows } = await json<EntriesReport>('search', '--type', 'audit-read', '--limit', '1000');
      const asked = rows.map(({ entry }) => (entry.type === 'audit-read' ? entry : assert.fail()));
      const actor = mode === 'server' ? 'audit-firm' : /^local user ./;
      const own = asked.filter((entry) =>
        typeof actor === 'string' ? entry.actor === actor : actor.test(entry.actor),
      );
      for (const report of ['recipients', 'writes', 'grants', 'denied', 'changes', 'entries']) {
        assert.ok(
          own.some(({ query }) => query.includes(`"report":"${report}"`)),
          report,
        );
      }
      assert.ok(own.some(({ query }) => query.includes('"handles":["')));
      assert.ok(asked.every(({ query }) => !query.includes('res.partner:') && !query.includes('res.partner 10')));
    });
  };

  describe('of a running gateway', () => {
    questions();
    test('the folder is left to the gateway, and who asks it is told how', async () => {
      mode = 'folder';
      const { code, err } = await audit('grants');
      mode = 'server';
      assert.equal(code, 1);
      assert.match(
        err,
        /the running gateway has it: ask the gateway with --server URL and a token in PORTCULLIS_AUDITOR_TOKEN/,
      );
    });
    test('without a token nothing is asked', async () => {
      const { code, err } = await runCommand(['audit', 'grants', '--server', house.portcullis.adminUrl], {});
      assert.equal(code, 2);
      assert.match(err, /set PORTCULLIS_AUDITOR_TOKEN/);
    });
    test('how far the index is', async () => {
      const { code, out } = await audit('index', 'status');
      assert.equal(code, 0);
      assert.match(out, /^log +entries +behind .*\n\S+ +\d+ +0 +0 /);
    });
  });

  describe('of a folder', () => {
    before(async () => {
      mode = 'folder';
      await house.portcullis.stop();
    });
    questions();
    test('without the secret of the handles', async () => {
      const { PORTCULLIS_MASTER_SECRET: _, ...variables } = localVariables();
      const args = ['audit', 'grants', '--data', house.dataFolder, '--catalog', house.company.catalogFolder];
      const { code, err } = await runCommand(args, variables);
      assert.equal(code, 1);
      assert.match(err, /PORTCULLIS_MASTER_SECRET .*: set it as for the gateway/);
    });
    test('the index is made anew, and answers the same', async () => {
      const before = await json<RecipientsReport>('recipients', '--subject', PERSON);
      const { code, out, err } = await runCommand(
        ['audit', 'index', 'rebuild', '--data', house.dataFolder],
        localVariables(),
      );
      assert.equal(code, 0, err);
      assert.match(out, /^\d+ entries read in /);
      const afterwards = await json<RecipientsReport>('recipients', '--subject', PERSON);
      assert.deepEqual(afterwards.recipients, before.recipients);
      const status = await runCommand(['audit', 'index', 'status', '--data', house.dataFolder], localVariables());
      assert.match(status.out, /^log +entries +behind/);
    });
    test('where there is no ledger', async () => {
      const { code, err } = await runCommand(
        ['audit', 'index', 'status', '--data', join(house.folder, 'nothing')],
        localVariables(),
      );
      assert.equal(code, 1);
      assert.match(err, /there is no ledger at/);
    });
  });
});
