import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { linearPattern } from './linear-pattern.ts';
import { patternFault } from './pattern.ts';

function verdict(pattern: string): string {
  const fault = patternFault(pattern);
  return fault === undefined ? 'fine' : `${fault.code} ${fault.severity}`;
}

describe('patternFault', () => {
  it('refuses patterns that take exponential time', () => {
    const bad = [
      '^(a+)+$',
      '(a*)*',
      '^(a|a)*$',
      '^(a|ab|b)*c$',
      '^([a-zA-Z]+)*$',
      '(x+x+)+y',
      '^(\\w+\\s?)*$',
      '(a?b?)*c',
      '^(.*,)*x$',
      '^([a-z]{1,50}){1,50}$',
      '((a{2,})+)+b',
    ];
    for (const pattern of bad) assert.equal(verdict(pattern), 'pattern-superlinear error', pattern);
  });

  it('warns of patterns that take polynomial time', () => {
    for (const pattern of ['^\\d+\\d+$', '^.*a.*b$', '^\\s*(.*)\\s*$', '^.+@\\S+$', '^[a-z ]+ [a-z ]+$']) {
      assert.equal(verdict(pattern), 'pattern-superlinear warning', pattern);
    }
  });

  it('accepts what is linear', () => {
    const good = [
      '^[A-Z]{3}$',
      '^\\d{4}-\\d{2}-\\d{2}$',
      '^(?:[0-9] ?){6,14}[0-9]$',
      '^\\S(?:.*\\S)?$',
      '^[a-z]+(-[a-z]+)*$',
      '^(foo|bar)+$',
      '^a{0,255}$',
      '^\\p{L}+$',
      '^(?<year>\\d{4})$',
      '^[^@]+@[^@]+$',
      '^\\+?[1-9]\\d{1,14}$',
      '^https?:\\/\\/',
      '^(?!\\s*$)[a-z ]+$',
      '^(?=.*\\d)(?=.*[a-z]).{8,}$',
      '',
    ];
    for (const pattern of good) assert.equal(verdict(pattern), 'fine', pattern);
  });

  it('refuses what no linear engine runs, and what is no expression', () => {
    for (const pattern of [
      '^a(?=b)',
      '^(?!a)b|c',
      '^(?=a)*b',
      '(a)\\1',
      '(?<!x)y',
      '[',
      '(',
      'a{2000}',
      '*a',
      'a'.repeat(3000),
    ]) {
      assert.equal(verdict(pattern), 'pattern-unsupported error', pattern);
    }
  });

  it('never throws and never hangs', () => {
    const piece = fc.constantFrom(
      'a',
      '(',
      ')',
      '[',
      ']',
      '*',
      '+',
      '?',
      '{1,3}',
      '{2,}',
      '|',
      '\\d',
      '\\',
      '.',
      '^',
      '-',
      'é',
      '\\u{1F600}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => void patternFault(pieces.join(''))),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe('linearPattern', () => {
  it('runs a catastrophic pattern in no time', () => {
    assert.equal(linearPattern('^(a+)+$', 'u').test(`${'a'.repeat(50_000)}b`), false);
  });

  it('agrees with JavaScript where both can run a pattern', () => {
    const patterns = [
      '^\\S+$',
      '\\s',
      '^[\\s,]*$',
      '^\\w+$',
      '^.$',
      '\\bfoo\\b',
      '[^a-z]',
      '^\\/x',
      '\\u00e9',
      '\\x41',
      '^[\\-a]+$',
      '^(?!\\s*$)[a x]+$',
      '^(?=.*[A/])(?!.*x$).+$',
      '^(?!foo|a)',
    ];
    const character = fc.constantFrom('a', 'foo', ' ', '\u00a0', '\u2003', 'é', 'A', '/', 'x', '-', ',', '😀', '_');
    fc.assert(
      fc.property(fc.constantFrom(...patterns), fc.array(character, { maxLength: 6 }), (pattern, parts) => {
        const text = parts.join('');
        assert.equal(
          linearPattern(pattern, 'u').test(text),
          new RegExp(pattern, pattern.includes('\\-') ? 'v' : 'u').test(text),
          `${pattern} ${JSON.stringify(text)}`,
        );
      }),
      { numRuns: 500, seed: 11 },
    );
  });
});
