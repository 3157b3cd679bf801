import assert from 'node:assert/strict';
import test from 'node:test';
import { announceDeprecation, deprecationHeaders } from './announce-deprecation.ts';
import { exchangeAt, grantedPlace, runPolicies } from './exchange.fixture.ts';

test('a deprecated version says since when, until when and what is next (RFC 9745, RFC 8594)', async () => {
  const place = grantedPlace({
    version: {
      lifecycle: 'deprecated',
      deprecated: '2026-01-01',
      sunset: '2026-06-30',
      successor: '2.0',
      deprecationPolicy: 'https://docs.example.com/policy',
    },
  });
  const exchange = exchangeAt(place);
  assert.equal(await runPolicies([announceDeprecation()], place, exchange), undefined);
  assert.deepEqual(exchange.responseHeaders, [
    'deprecation',
    '@1767225600',
    'sunset',
    'Tue, 30 Jun 2026 00:00:00 GMT',
    'link',
    '<https://docs.example.com/policy>; rel="deprecation", <https://docs.example.com/policy>; rel="sunset", ' +
      '</customer-master/v2>; rel="successor-version"',
  ]);
});

test('a version that is not on its way out says nothing', () => {
  assert.equal(announceDeprecation().prepare(grantedPlace()), undefined);
});

test('successors may be other interfaces, paths and addresses, nothing else', () => {
  const linkTo = (successor: string) =>
    deprecationHeaders(grantedPlace({ version: { lifecycle: 'deprecated', successor } }).version)[1];
  assert.equal(linkTo('partners/3.1'), '</partners/v3>; rel="successor-version"');
  assert.equal(linkTo('/partners/v3'), '</partners/v3>; rel="successor-version"');
  assert.equal(linkTo('https://x.example/a b>'), '<https://x.example/a%20b%3E>; rel="successor-version"');
  for (const wrong of ['javascript:alert(1)', '//evil.example', 'soon\r\nset-cookie: a=b']) {
    assert.throws(() => linkTo(wrong), /Link header/, wrong);
  }
  assert.throws(() => deprecationHeaders(grantedPlace({ version: { sunset: 'soon' } }).version), /is not a date/);
});
