import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCanonicalPath } from './canonical-path.ts';

const canonical = [
  '/',
  '/a',
  '/a/b',
  '/a/b/',
  '/customer-master/v1/customers/42',
  '/a/caf%C3%A9',
  '/a/b%20c',
  '/a/x:y@z',
  '/a/.b',
  '/a/..b',
];
const ambiguous = [
  '',
  'a',
  '//',
  '//admin',
  '/a//b',
  '/a/./b',
  '/a/../b',
  '/.',
  '/..',
  '/a/%2e%2e/b',
  '/a/%2E',
  '/%2e%2e%2fadmin',
  '/a%2Fb',
  '/a%5Cb',
  '/a\\b',
  '/a%00',
  '/a%0d%0a',
  '/a%7F',
  '/a%252e',
  '/a;jsessionid=1',
  '/a%3Bb',
  '/%61dmin',
  '/a%',
  '/a%4',
  '/a%zz',
  '/a b',
  '/a"b',
  '/a<b',
  '/a\u00e9',
  '/a\u0000',
  '/a#b',
  '/a?b',
  '/a[b]',
  '/a|b',
  '/a^b',
  '/a`b',
  '/a{b}',
];

for (const path of canonical) test(`canonical: ${path}`, () => assert.equal(isCanonicalPath(path), true));
for (const path of ambiguous)
  test(`not canonical: ${JSON.stringify(path)}`, () => assert.equal(isCanonicalPath(path), false));
