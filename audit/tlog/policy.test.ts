import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosigner } from './cosignature.ts';
import { parsePolicy } from './policy.ts';
import { noteSigner } from './signed-note.ts';

const LOG = noteSigner('log.example', Buffer.alloc(32, 1)).verifierKey;
const [X1, X2, X3, Y1, Y2] = ['x1', 'x2', 'x3', 'y1', 'y2'].map(
  (name, at) => cosigner(`${name}.example`, Buffer.alloc(32, 10 + at)).verifierKey,
);
/** The example of C2SP tlog-policy, with keys. */
const TWO_LEVELS = `
# two organizations
log ${LOG} https://log.example/
witness X1 ${X1}
witness\tX2   ${X2} https://x2.example/
  witness X3 ${X3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${Y1}
witness Y2 ${Y2}
group Y-witnesses any Y1 Y2

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

function read(text: string): ReturnType<typeof parsePolicy> {
  return parsePolicy(Buffer.from(text));
}

test('a quorum of two levels asks for enough of each', () => {
  const policy = read(TWO_LEVELS);
  assert.deepEqual(
    policy.logs.map(({ key, url }) => [key.name, url]),
    [['log.example', 'https://log.example/']],
  );
  assert.deepEqual(
    policy.witnesses.map(({ name, key }) => `${name} ${key.name}`),
    ['X1 x1.example', 'X2 x2.example', 'X3 x3.example', 'Y1 y1.example', 'Y2 y2.example'],
  );
  const isQuorum = (...names: string[]): boolean => policy.isQuorum(new Set(names));
  assert.ok(isQuorum('X1', 'X3', 'Y2'));
  assert.ok(isQuorum('X1', 'X2', 'X3', 'Y1', 'Y2'));
  assert.ok(!isQuorum('X1', 'Y1', 'Y2'));
  assert.ok(!isQuorum('X1', 'X2', 'X3'));
  assert.ok(!isQuorum());
});

test('a quorum may be none or one witness', () => {
  assert.ok(read('quorum none').isQuorum(new Set()));
  const one = read(`witness W ${X1}\nquorum W`);
  assert.ok(one.isQuorum(new Set(['W'])));
  assert.ok(!one.isQuorum(new Set(['V'])));
});

test('names are octets', () => {
  const policy = parsePolicy(
    Buffer.concat([Buffer.from('witness '), Buffer.of(0xff), Buffer.from(` ${X1}\nquorum `), Buffer.of(0xff)]),
  );
  assert.ok(policy.isQuorum(new Set(['\xff'])));
});

test('what the format forbids is refused, with its line', () => {
  const w = `witness W ${X1}`;
  for (const [text, line] of [
    ['', undefined],
    [w, undefined],
    [`${w}\nquorum V`, 2],
    [`quorum W\n${w}`, 1],
    ['quorum none\nquorum none', 2],
    ['quorum none extra', 1],
    ['quorum', 1],
    ['watch W\nquorum none', 1],
    [`${w}\n${w.replace(' W ', ' V ')}\nquorum W`, 2],
    [`${w}\nwitness W ${X2}\nquorum W`, 2],
    [`witness none ${X1}\nquorum none`, 1],
    [`${w}\ngroup G any none\nquorum W`, 2],
    [`${w}\ngroup G any\nquorum W`, 2],
    [`${w}\ngroup G 2 W\nquorum G`, 2],
    [`${w}\ngroup G 0 W\nquorum G`, 2],
    [`${w}\ngroup G 01 W\nquorum G`, 2],
    [`${w}\ngroup G any W W\nquorum G`, 2],
    [`${w}\ngroup G any W\ngroup H any W\nquorum G`, 3],
    [`${w}\ngroup W any W\nquorum W`, 2],
    [`log ${LOG}\nlog ${LOG}\nquorum none`, 2],
    [`log ${X1}\nquorum none`, 1],
    [`witness W ${LOG}\nquorum W`, 1],
    [`log ${LOG} a b\nquorum none`, 1],
    [`${w} a b\nquorum W`, 1],
    ['quorum none\r', 1],
    ['# \x7f\nquorum none', 1],
  ] as const) {
    assert.throws(() => read(text), line === undefined ? /no quorum line/ : new RegExp(`line ${line} `), text);
  }
});
