import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEMO_API_KEY } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import { openHouse } from './house.fixture.ts';

const CANARIES = {
  iban: 'BE71096123456769',
  vat: 'BE0477472701',
  email: 'canary-person@canary.example',
  password: 'canary-password-7f3a',
  token: 'eyJhbGciOiJub25lIn0.canary-token-body.canary-signature',
} as const;

/** What is planted in every input must be found in no sink (R-01, R-08). */
test('no value, token or secret reaches the audit file, the metrics or a refusal', async () => {
  const house = await openHouse();
  try {
    const token = await house.token('salesforce-crm');
    const answers: string[] = [];
    for (const canary of Object.values(CANARIES)) {
      const encoded = encodeURIComponent(canary);
      const attempts = [
        house.call('GET', `/customer-master/v1/customers/${encoded}`, { token }),
        house.call('GET', `/customer-master/v1/customers?filter[email][eq]=${encoded}`, { token }),
        house.call('GET', `/customer-master/v1/customers?${encoded}=1`, { token }),
        house.call('GET', `/${encoded}/v1/x`, { token }),
        house.call('GET', '/customer-master/v1/customers/10', { token: canary.replaceAll(' ', '') }),
        house.call('GET', '/customer-master/v1/customers/10', {
          headers: { authorization: `Basic ${btoa(`a:${canary}`)}` },
        }),
        house.call('GET', '/customer-master/v1/customers/10', {
          token,
          headers: { 'x-canary': canary, 'user-agent': canary },
        }),
        house.call('PATCH', '/customer-master/v1/customers/11', { token, body: { street2: canary } }),
        house.call('PATCH', '/customer-master/v1/customers/11', { token, body: { vat: canary } }),
        house.call('PATCH', '/customer-master/v1/customers/11', { token, body: `{"street2": "${canary}", ` }),
        house.call('POST', '/customer-master/v1/customers', {
          token,
          headers: { 'idempotency-key': canary },
          body: { name: canary, isCompany: 'yes' },
        }),
      ];
      // The name of an unknown parameter is told back to the one who sent it, and to nobody else.
      const heard = (await Promise.all(attempts)).filter(
        ({ json }) => (json as { code?: string })?.code !== 'parameter-unknown',
      );
      for (const answer of heard) if (answer.status >= 400) answers.push(answer.text);
    }
    const metrics = await (await fetch(`${house.portcullis.adminUrl}/metrics`)).text();
    const sinks = [metrics, ...answers];
    for (const entry of await readdir(house.dataFolder, { recursive: true, withFileTypes: true })) {
      // Signing keys are what they are; everything else is a sink.
      if (entry.isFile() && entry.name !== 'signing-keys.json')
        sinks.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
    }
    assert.ok(sinks.length > 2);
    for (const sink of sinks) {
      for (const secret of [
        ...Object.values(CANARIES),
        DEMO_API_KEY,
        token,
        'demo-salesforce-crm',
        'demo-carrier-key',
      ]) {
        assert.ok(!sink.includes(secret), `found ${secret.slice(0, 24)} in ${sink.slice(0, 200)}`);
      }
    }
  } finally {
    await house.stop();
  }
});
