import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findOdoorpc } from './test-odoorpc.ts';

describe('the Python of the tests', () => {
  test('is installed for where it is missing, once', () => {
    const asked: string[][] = [];
    const install = (...names: readonly string[]) => {
      asked.push([...names]);
      return true;
    };
    assert.throws(
      () => findOdoorpc(['/nowhere/python3'], install),
      /need Python 3 with odoorpc: install python3-odoorpc/,
    );
    assert.deepEqual(asked, [['python3', 'python3-odoorpc']]);
  });

  test('is said to lack odoorpc only, where it runs', () => {
    // Whatever it is asked, it has no fault.
    assert.equal(
      findOdoorpc(['/nowhere/python3', '/bin/true'], () => assert.fail('nothing is missing')),
      '/bin/true',
    );
    assert.throws(() => findOdoorpc(['/bin/false'], () => false), /need Python 3 with odoorpc/);
  });
});
