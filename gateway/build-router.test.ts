import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSnapshot } from './server.fixture.ts';

const METHODS = ['GET', 'POST'] as const;

function routerOf(...templates: string[]) {
  const { router } = testSnapshot(templates.flatMap((path) => METHODS.map((method) => ({ method, path }))));
  return (path: string, method = 'GET') => {
    const found = router.match(method, `/test/v1${path}`);
    return 'plan' in found ? [found.plan.operation.path, ...found.pathValues] : found.miss;
  };
}

test('literals win over mixed segments, those over parameters, with a way back', () => {
  const match = routerOf('/a/{x}', '/a/me', '/a/{x}/c', '/a/me/d', '/a/{x}.json', '/a/{from}-{to}', '/');
  assert.deepEqual(match('/a/me'), ['/a/me']);
  assert.deepEqual(match('/a/you'), ['/a/{x}', 'you']);
  assert.deepEqual(match('/a/me/c'), ['/a/{x}/c', 'me']);
  assert.deepEqual(match('/a/me/d'), ['/a/me/d']);
  assert.deepEqual(match('/a/7.json'), ['/a/{x}.json', '7']);
  assert.deepEqual(match('/a/1-2'), ['/a/{from}-{to}', '1', '2']);
  assert.deepEqual(match(''), ['/']);
  assert.equal(match('/a/me/e'), 'path');
  assert.equal(match('/a'), 'path');
  assert.equal(match('/a/'), 'path');
  assert.equal(match('/a/me', 'DELETE'), 'method');
});

test('names of the prototype are plain segments', () => {
  const match = routerOf('/{x}');
  assert.deepEqual(match('/__proto__'), ['/{x}', '__proto__']);
  assert.deepEqual(match('/constructor'), ['/{x}', 'constructor']);
  const bare = routerOf('/things');
  assert.equal(bare('/__proto__'), 'path');
});

test('literal segments with reserved characters are matched as they stand in a canonical path', () => {
  const match = routerOf('/orders:batch', '/caf\u00e9/{x}', "/o'neil/$all");
  assert.deepEqual(match('/orders:batch'), ['/orders:batch']);
  assert.deepEqual(match('/caf%C3%A9/1'), ['/caf\u00e9/{x}', '1']);
  assert.deepEqual(match("/o'neil/$all"), ["/o'neil/$all"]);
});

test('an interface or version that is not there is a miss', () => {
  const { router } = testSnapshot([{ method: 'GET', path: '/a' }]);
  for (const path of ['/', '/test', '/test/v2/a', '/tes/v1/a', '/test/v1x/a']) {
    assert.deepEqual(router.match('GET', path), { miss: 'path' });
  }
});
