import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf, exchangeAt, grantedPlace } from './exchange.fixture.ts';
import { headerReader } from './read-headers.ts';
import { pathReader } from './read-path.ts';

function readPath(operation: string, pathValues: readonly string[]) {
  const place = grantedPlace({ operation });
  const result = pathReader(place)(exchangeAt(place, { pathValues }));
  // Path values have no prototype, a refusal has one.
  return Object.getPrototypeOf(result) === null ? { ...result } : codeOf(result as never);
}

test('path parameters are decoded once and checked', () => {
  assert.deepEqual(readPath('getCustomer', ['42']), { id: '42' });
  assert.deepEqual(readPath('listByAccount', ['7', 'a%20b%C3%A9']), { accountId: '7', code: 'a bé' });
  for (const id of ['0', '-1', 'x', '042', '4.2', '1e3', '%31x', '9007199254740993']) {
    assert.equal(readPath('getCustomer', [id]), 'parameter-invalid', id);
  }
});

test('a path parameter cannot leave its segment', () => {
  for (const code of ['%2F', 'a%2fb', '%5C', '..', '.', '%2e%2e', '%00', '%0a', '%7f', '%C0%AF', '%ff', '%', '']) {
    assert.equal(readPath('listByAccount', ['7', code]), 'path-not-canonical', code);
  }
});

function readHeaders(headers: readonly string[]) {
  const place = grantedPlace();
  const exchange = exchangeAt(place, { headers });
  const result = headerReader(place)(exchange);
  return { result: 'kind' in result ? codeOf(result) : result, ignored: exchange.facts.ignored };
}

test('only declared headers are taken, and must be as declared', () => {
  assert.deepEqual(readHeaders(['X-Channel', 'web', 'Accept', '*/*']).result, [['x-channel', 'web']]);
  for (const value of ['mail', 'w\u00e9b', 'web, edi']) {
    assert.equal(readHeaders(['X-Channel', value]).result, 'parameter-invalid', value);
  }
  assert.equal(readHeaders(['X-Channel', 'web', 'x-channel', 'edi']).result, 'parameter-invalid');
});

test('private headers without a meaning are ignored, on record (R-11, SC-04)', () => {
  const { result, ignored } = readHeaders(['X-Company', '3', 'x-http-method-override', 'DELETE', 'User-Agent', 'u']);
  assert.deepEqual(result, []);
  assert.deepEqual(ignored, ['x-company', 'x-http-method-override']);
  const many = Array.from({ length: 90 }, (_, index) => [`x-${'n'.repeat(200)}${index}`, '1']).flat();
  const bounded = readHeaders(many).ignored;
  assert.ok(bounded.length === 20 && bounded.every((name) => name.length <= 64));
});
