import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BodyStream } from '../gateway/upstream.ts';
import { codeOf, exchangeAt, grantedPlace } from './exchange.fixture.ts';
import { validateResponse } from './validate-response.ts';

type Mode = 'refuse' | 'drop' | 'flag';

async function check(mode: Mode | undefined, body: string | BodyStream, status = 200, mediaType = 'application/json') {
  const place = grantedPlace({ version: mode === undefined ? {} : { responseValidation: mode } });
  const exchange = exchangeAt(place);
  exchange.answer = { status, mediaType, headers: [], body: typeof body === 'string' ? Buffer.from(body) : body };
  const enforce = validateResponse().prepare(place);
  const code = codeOf(await enforce?.(exchange));
  const left = exchange.answer.body;
  return { code, text: Buffer.isBuffer(left) ? left.toString() : 'stream', notes: exchange.facts.notes, enforce };
}

const GOOD = '{"items":[{"id":1,"name":"A","stock":3.0}],"next":null}';
const WRONG = '{"items":[{"id":1,"name":7,"stock":3.0},{"id":"x","name":"B"}],"next":null}';

test('is not there where the version does not ask for it', async () => {
  assert.equal((await check(undefined, WRONG)).enforce, undefined);
});

test('lets pass what fits, as it stands', async () => {
  for (const mode of ['refuse', 'drop', 'flag'] as const) {
    const { code, text, notes } = await check(mode, GOOD);
    assert.deepEqual([code, text, notes], ['pass', GOOD, []]);
  }
});

test('refuse: what breaks the document does not leave', async () => {
  const { code, notes } = await check('refuse', WRONG);
  assert.equal(code, 'upstream-answer-invalid');
  assert.deepEqual(notes, ['response-drift:2:Customer.id,Customer.name']);
});

test('flag: it leaves, and the record says so without values', async () => {
  const { code, text, notes } = await check('flag', WRONG);
  assert.deepEqual([code, text], ['pass', WRONG]);
  assert.deepEqual(notes, ['response-drift:2:Customer.id,Customer.name']);
});

test('drop: what breaks the document is left out, numbers stay as they are written', async () => {
  const { code, text, notes } = await check('drop', WRONG);
  assert.deepEqual([code, text], ['pass', '{"items":[{"id":1,"stock":3.0},{"name":"B"}],"next":null}']);
  assert.deepEqual(notes, ['response-drift:2:Customer.id,Customer.name']);
});

test('drop: missing and unknown properties are no matter', async () => {
  const body = '{"items":[{"id":1,"extra":{"deep":1}}],"next":null,"more":1}';
  assert.deepEqual(await check('drop', body).then(({ code, text, notes }) => [code, text, notes]), ['pass', body, []]);
  assert.equal((await check('refuse', body)).code, 'upstream-answer-invalid');
});

test('drop: elements, entries of maps and nested leaves', async () => {
  const body =
    '{"items":[{"name":"A","labels":{"x":"1","bad":2},"lines":[{"sku":"s","quantity":0},"no"],"address":[]}],"next":5}';
  const { code, text, notes } = await check('drop', body);
  assert.deepEqual([code, text], ['pass', '{"items":[{"name":"A","labels":{"x":"1"},"lines":[{"sku":"s"}]}]}']);
  assert.match(notes[0] ?? '', /^response-drift:5:/);
  assert.doesNotMatch(notes.join(), /bad/, 'names that only the answer has are not told');
});

test('drop: an answer that is wrong as a whole is refused', async () => {
  assert.equal((await check('drop', '[]')).code, 'upstream-answer-invalid');
});

test('drop: gives up an answer that is wrong all over', async () => {
  const body = JSON.stringify({ items: Array.from({ length: 3000 }, () => ({ id: 'x', name: 1 })) });
  assert.equal((await check('drop', body)).code, 'upstream-answer-invalid');
});

test('what is no JSON is refused', async () => {
  for (const body of ['{"items":[', '\ufeff{}', '<html>']) {
    assert.equal((await check('flag', body)).code, 'upstream-answer-invalid');
  }
});

test('leaves to selection what is no success, no JSON, or empty', async () => {
  assert.equal((await check('refuse', WRONG, 500)).code, 'pass');
  assert.equal((await check('refuse', WRONG, 200, 'text/html')).code, 'pass');
  assert.equal((await check('refuse', '', 204)).code, 'pass');
});

function streamOf(chunks: readonly Buffer[]): BodyStream & { state: { destroyed: boolean } } {
  const state = { destroyed: false };
  return {
    state,
    destroy: () => {
      state.destroyed = true;
    },
    async *[Symbol.asyncIterator]() {
      yield* chunks;
    },
  };
}

test('reads a stream to its end before it says anything, up to a bound', async () => {
  const halves = [Buffer.from(WRONG.slice(0, 20)), Buffer.from(WRONG.slice(20))];
  assert.equal((await check('refuse', streamOf(halves))).code, 'upstream-answer-invalid');
  assert.equal((await check('flag', streamOf(halves))).text, WRONG);
  const endless = streamOf(Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, 0x20)));
  assert.equal((await check('flag', endless)).code, 'upstream-answer-invalid');
  assert.ok(endless.state.destroyed);
});
