import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ConsumerDocument } from '../catalog/documents.ts';
import { readSecrets } from '../gateway/read-secrets.ts';
import { consumer, snapshotOf } from './authorization-server.fixture.ts';
import { faultsOfClients, oauthClients } from './oauth-clients.ts';

const secretOf = (env: string) => ({ authentication: { method: 'client_secret', secret: { env } } }) as const;
const environment = {
  SHOP: '6f1d0c9b7e5a4c3d8e2f1a0b9c8d7e6f',
  COPY: '6f1d0c9b7e5a4c3d8e2f1a0b9c8d7e6f',
  WEAK: 'changeme',
};
const readSecret = readSecrets({ environment, folder: '.', demo: false });

function faults(...consumers: ConsumerDocument[]): string {
  return faultsOfClients(snapshotOf(consumers), readSecret)
    .map(({ clientId, message }) => `${clientId}: ${message}`)
    .join('\n');
}

it('finds all clients that must not be served, at once, and names no secret', () => {
  const found = faults(
    consumer('shop', secretOf('SHOP')),
    consumer('copy', secretOf('COPY')),
    consumer('weak', secretOf('WEAK')),
    consumer('unset', secretOf('UNSET')),
    consumer('bare', {}),
    consumer('open', { authentication: { method: 'none' } }),
    consumer('external', { issuer: 'https://idp.test' }),
    consumer('elsewhere', secretOf('UNSET'), { environment: 'production' }),
  );
  assert.match(found, /copy: it has the secret of shop/);
  assert.match(found, /weak: .*WEAK is shorter/);
  assert.match(found, /unset: .*UNSET is not set/);
  assert.match(found, /bare: .*no authentication/);
  assert.match(found, /open: .*only use authorization_code/);
  assert.equal(found.split('\n').length, 5);
  for (const secret of Object.values(environment)) assert.ok(!found.includes(secret));
});

it('caps the life of tokens and knows which claims the grants of a consumer need', () => {
  const portal = consumer('portal', { ...secretOf('SHOP'), tokenLifetimeSeconds: 86_400 });
  const clients = oauthClients({ snapshot: () => snapshotOf([portal]), readSecret, onFault: () => {} });
  assert.equal(clients.find('portal')?.lifetimeSeconds, 3600);
  assert.deepEqual([...(clients.find('portal')?.claims ?? [])], ['commercial_partner_id', 'iss']);
  assert.equal(clients.find('__proto__'), undefined);
});

it('gives no tokens for an API key, whatever is written beside it', () => {
  const keyed = consumer('scripts', {
    authentication: { method: 'api_key', secret: { env: 'SHOP' } },
    grantTypes: ['client_credentials'],
  });
  const clients = oauthClients({ snapshot: () => snapshotOf([keyed]), readSecret, onFault: assert.fail });
  assert.equal(clients.find('scripts'), undefined);
  assert.equal(faults(keyed, consumer('shop', secretOf('SHOP'))), '');
});
