import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Portcullis, startPortcullis } from '../../main.ts';
import { readSettings } from '../../settings.ts';
import { callUrl, clientToken, type House, openHouse } from './house.fixture.ts';

const GRANTS = 'customer-master/grants.yaml';
const CUSTOMER = '/customer-master/v1/customers/10';

/** A house that can be stopped and started again on the same folders. */
async function restarted(house: House): Promise<Portcullis> {
  await house.portcullis.stop();
  return startPortcullis(readSettings(house.variables), house.variables);
}

async function statusOf({ adminUrl }: Portcullis) {
  const headers = { authorization: `Bearer ${house.variables.PORTCULLIS_ADMIN_TOKEN}` };
  const { source, snapshot } = (await (await fetch(`${adminUrl}/api/catalog`, { headers })).json()) as {
    source: string;
    snapshot: string;
  };
  const ready = await fetch(`${adminUrl}/health/ready`);
  return { source, snapshot, ready: ready.status };
}

let house: House;

test('a start on a faulty, empty or missing folder serves the last good catalog until the folder is good again', async () => {
  house = await openHouse();
  let portcullis = house.portcullis;
  const folder = house.company.catalogFolder;
  const aside = `${folder}.aside`;
  const grants = await readFile(join(folder, GRANTS), 'utf8');
  const city = async () => {
    const token = await clientToken(portcullis.adminUrl, 'salesforce-crm');
    const { json } = await callUrl('GET', `${portcullis.gatewayUrl}${CUSTOMER}`, { token });
    return (json as { city?: string }).city;
  };
  try {
    const good = await statusOf(portcullis);
    assert.deepEqual({ ...good, snapshot: '' }, { source: 'folder', snapshot: '', ready: 200 });
    assert.doesNotMatch(await readFile(join(house.dataFolder, 'last-good-catalog'), 'utf8'), /demo-salesforce-crm/);

    await writeFile(join(folder, GRANTS), grants.replace('      - city\n', '      - no-such-field\n'));
    portcullis = await restarted({ ...house, portcullis });
    assert.deepEqual(await statusOf(portcullis), { ...good, source: 'last-good' });
    assert.equal(typeof (await city()), 'string');
    const metrics = await (await fetch(`${portcullis.adminUrl}/metrics`)).text();
    assert.match(metrics, /^portcullis_snapshot_source\{source="last-good"\} 1$/m);
    const health = (await (await fetch(`${portcullis.adminUrl}/health/ready`)).json()) as { status: string };
    assert.equal(health.status, 'degraded');
    assert.equal((await portcullis.reload()).kind, 'refused');

    await rename(folder, aside);
    portcullis = await restarted({ ...house, portcullis });
    assert.deepEqual(await statusOf(portcullis), { ...good, source: 'last-good' });

    await mkdir(folder);
    portcullis = await restarted({ ...house, portcullis });
    assert.deepEqual(await statusOf(portcullis), { ...good, source: 'last-good' });

    // The folder comes back while it serves: without a restart, and with what changed in it.
    await cp(aside, folder, { recursive: true });
    await writeFile(join(folder, GRANTS), grants.replace('      - city\n', ''));
    await until(async () => (await statusOf(portcullis)).source === 'folder');
    assert.notEqual((await statusOf(portcullis)).snapshot, good.snapshot);
    assert.equal(await city(), undefined);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    const emptied = await portcullis.reload();
    assert.deepEqual(emptied.kind === 'refused' && emptied.faults.map(({ code }) => code), ['folder-empty']);

    await portcullis.stop();
    const { PORTCULLIS_SECRET_SALESFORCE_CRM: _missing, ...without } = house.variables;
    await assert.rejects(
      startPortcullis(readSettings(without), without),
      /folder-empty[\s\S]*last-good-unusable .*PORTCULLIS_SECRET_SALESFORCE_CRM is not set/,
      'what its documents name must be there',
    );

    const copy = join(house.dataFolder, 'last-good-catalog');
    await writeFile(copy, (await readFile(copy, 'utf8')).replace('customer-master', 'customer-mastex'));
    await assert.rejects(restarted({ ...house, portcullis }), /last-good-unusable .*damaged/);
    await rm(copy);
    await writeFile(join(folder, 'systems.yaml'), 'apiVersion: portcullis/v1\nkind: System\n');
    await assert.rejects(
      startPortcullis(readSettings(house.variables), house.variables),
      (error: Error) => /systems\.yaml/.test(error.message) && !/last-good/.test(error.message),
    );
  } finally {
    await portcullis.stop();
    await house.stop();
  }
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
