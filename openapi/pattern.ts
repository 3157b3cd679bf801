import type { Fault } from '../catalog/fault.ts';
import { quoted } from '../catalog/quoted.ts';
import { linearPatternFault } from './linear-pattern.ts';
import { patternGrowth } from './pattern-ambiguity.ts';
import { parsePattern } from './pattern-syntax.ts';
import { splitLookaheads } from './split-lookaheads.ts';

const MAX_LENGTH = 2_000;

export type PatternFault = Pick<Fault, 'code' | 'message' | 'severity'>;

/**
 * What is wrong with a `pattern`; undefined when nothing is. The gateway itself runs patterns in linear time only, but a
 * published pattern also runs in the engines of consumers and upstreams: exponential ones are refused, polynomial ones
 * get a warning, and what cannot run in linear time at all (lookaround, backreferences) is refused, never ignored.
 */
export function patternFault(source: string): PatternFault | undefined {
  const shown = quoted(source);
  const mend = 'rewrite it, or remove it from a foreign document with an overlay';
  const fault = (code: string, what: string, severity: Fault['severity'] = 'error'): PatternFault => ({
    code,
    message: `the pattern ${shown} ${what}; ${mend}`,
    severity,
  });
  if (source.length > MAX_LENGTH) return fault('pattern-unsupported', `is longer than ${MAX_LENGTH} characters`);
  const wrong = linearPatternFault(source);
  const growths = splitLookaheads(source).map((part) => {
    const parsed = parsePattern(part.pattern);
    return parsed === undefined ? 'unknown' : patternGrowth(parsed);
  });
  if (growths.includes('exponential')) {
    return fault(
      'pattern-superlinear',
      'can take exponential time (a repetition whose turns can be split in several ways)',
    );
  }
  if (wrong !== undefined) {
    return fault(
      'pattern-unsupported',
      'cannot run in linear time (lookaround, backreference, a count above 1000) or is no valid expression',
    );
  }
  if (growths.includes('polynomial')) {
    return fault(
      'pattern-superlinear',
      'takes more than linear time in common engines (repetitions side by side that match the same text)',
      'warning',
    );
  }
  return undefined;
}
