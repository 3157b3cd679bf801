import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { continueTrace, formatTraceparent, parseTraceparent } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('traceparent', () => {
  // The cases of the W3C trace-context test suite that concern this header.
  for (const [name, value, expected] of [
    ['sampled', `00-${TRACE}-${SPAN}-01`, '01'],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, '00'],
    ['unknown flags are not sent on', `00-${TRACE}-${SPAN}-ff`, '01'],
    ['unknown flags alone', `00-${TRACE}-${SPAN}-fe`, '00'],
    ['a later version', `cc-${TRACE}-${SPAN}-01`, '01'],
    ['a later version with more parts', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, '01'],
    ['a later version, parts not set off', `cc-${TRACE}-${SPAN}-01.what-the-future-will-be-like`, undefined],
    ['version 00 with more parts', `00-${TRACE}-${SPAN}-01-what`, undefined],
    ['version 00 with a trailing dash', `00-${TRACE}-${SPAN}-01-`, undefined],
    ['version ff', `ff-${TRACE}-${SPAN}-01`, undefined],
    ['version of illegal characters', `.0-${TRACE}-${SPAN}-01`, undefined],
    ['version too long', `000-${TRACE}-${SPAN}-01`, undefined],
    ['version too short', `0-${TRACE}-${SPAN}-01`, undefined],
    ['trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`, undefined],
    ['trace of illegal characters', `00-.${TRACE.slice(1)}-${SPAN}-01`, undefined],
    ['trace too long', `00-${TRACE}0-${SPAN}-01`, undefined],
    ['trace too short', `00-${TRACE.slice(1)}-${SPAN}-01`, undefined],
    ['trace in upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`, undefined],
    ['span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
    ['span of illegal characters', `00-${TRACE}-.${SPAN.slice(1)}-01`, undefined],
    ['span too long', `00-${TRACE}-${SPAN}0-01`, undefined],
    ['span too short', `00-${TRACE}-${SPAN.slice(1)}-01`, undefined],
    ['flags of illegal characters', `00-${TRACE}-${SPAN}-.0`, undefined],
    ['flags too long', `00-${TRACE}-${SPAN}-001`, undefined],
    ['flags too short', `00-${TRACE}-${SPAN}-1`, undefined],
    ['white space around', ` 00-${TRACE}-${SPAN}-01`, undefined],
    ['two values joined', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`, undefined],
    ['a line end', `00-${TRACE}-${SPAN}-01\n`, undefined],
    ['nothing', '', undefined],
    ['endless', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(300)}`, undefined],
  ] as const) {
    test(name, () => {
      assert.deepEqual(
        parseTraceparent(value),
        expected === undefined ? undefined : { traceId: TRACE, flags: expected },
      );
    });
  }

  test('goes on with a valid trace, with a span of its own', () => {
    const context = continueTrace(`00-${TRACE}-${SPAN}-01`);
    const sent = formatTraceparent(context);
    assert.match(sent, new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    assert.ok(!sent.includes(SPAN));
    assert.deepEqual(parseTraceparent(sent), context);
  });

  test('begins a new trace where there is none, each another', () => {
    const seen = new Set<string>();
    for (let n = 0; n < 2000; n++) {
      const context = continueTrace(n % 2 === 0 ? undefined : 'nonsense');
      assert.deepEqual(parseTraceparent(formatTraceparent(context)), context);
      seen.add(context.traceId);
    }
    assert.equal(seen.size, 2000);
  });

  test('takes no text that it would not itself send on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const context = continueTrace(value);
        assert.match(formatTraceparent(context), /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      }),
    );
  });
});
