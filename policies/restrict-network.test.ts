import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf, exchangeAt, grantedPlace } from './exchange.fixture.ts';
import { networkList, restrictNetwork } from './restrict-network.ts';

async function call(networks: readonly string[] | undefined, remoteAddress: string): Promise<string> {
  const place = grantedPlace({ consumer: networks === undefined ? {} : { networks } });
  const exchange = exchangeAt(place, { remoteAddress, headers: ['X-Forwarded-For', '192.0.2.1'] });
  return codeOf(await restrictNetwork().prepare(exchange.plan)?.(exchange));
}

test('only the networks of a consumer are let in, IPv4 and IPv6', async () => {
  const networks = ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'];
  for (const address of ['192.0.2.1', '::ffff:192.0.2.255', '2001:db8:1::5', '198.51.100.7']) {
    assert.equal(await call(networks, address), 'pass', address);
  }
  for (const address of ['192.0.3.1', '::ffff:10.0.0.1', '2001:db9::1', '198.51.100.8', '', 'unknown', '::1']) {
    assert.equal(await call(networks, address), 'network-not-allowed', address);
  }
});

test('without networks anybody may call, with an empty list nobody', async () => {
  assert.equal(await call(undefined, '203.0.113.9'), 'pass');
  assert.equal(await call([], '203.0.113.9'), 'network-not-allowed');
});

test('what is no network is a mistake', () => {
  for (const network of ['192.0.2.0/33', '192.0.2/24', 'example.com', '192.0.2.0/24/8', '192.0.2.0/', '::/129']) {
    assert.throws(() => networkList([network]), /is not a network/, network);
  }
});
