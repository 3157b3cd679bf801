import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusalError } from '../gateway/problems.ts';
import type { BodyStream, UpstreamAnswer } from '../gateway/upstream.ts';
import { contractOf, customersDocument } from './customers.fixture.ts';
import { codeOf, exchangeAt, grantedPlace, type PlaceOptions } from './exchange.fixture.ts';
import { selectFields } from './select-fields.ts';

const KEY = Buffer.alloc(32, 5);
const LIST =
  '{"items":[{"id":1,"name":"A","vat":9,"email":"a@b.example"},{"id":2,"secret":true}],"next":null,"total":2}';

interface Given extends Partial<Omit<UpstreamAnswer, 'body'>> {
  readonly body?: string | Buffer | BodyStream;
  readonly fields?: readonly string[];
  readonly place?: PlaceOptions;
  readonly unselected?: boolean;
  readonly method?: string;
}

async function select(given: Given) {
  const made = grantedPlace(given.place);
  const place = given.unselected === true ? { ...made, selection: undefined } : made;
  const exchange = exchangeAt(place, given.method === undefined ? {} : { method: given.method });
  const body = typeof given.body === 'string' ? Buffer.from(given.body) : (given.body ?? Buffer.from(LIST));
  exchange.answer = { status: 200, mediaType: 'application/json', headers: [], ...given, body };
  if (given.fields !== undefined) {
    exchange.typed = {
      path: {},
      query: [],
      headers: [],
      body: undefined,
      fields: given.fields,
      sort: [],
      filters: [],
      limit: undefined,
      cursor: undefined,
    };
  }
  const verdict = await selectFields(KEY).prepare(place)?.(exchange);
  return { exchange, verdict, code: codeOf(verdict) };
}

function textOf(answer: UpstreamAnswer | undefined): string {
  assert.ok(Buffer.isBuffer(answer?.body));
  return answer.body.toString();
}

function streamOf(chunks: readonly string[]): BodyStream & { state: { destroyed: number; pulled: number } } {
  const state = { destroyed: 0, pulled: 0 };
  return {
    state,
    destroy: () => {
      state.destroyed++;
    },
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) {
        state.pulled++;
        yield Buffer.from(chunk);
      }
    },
  };
}

test('lets granted fields leave and tells the record', async () => {
  const { exchange, code } = await select({});
  assert.equal(code, 'pass');
  assert.equal(textOf(exchange.answer), '{"items":[{"id":1,"name":"A","email":"a@b.example"},{"id":2}],"next":null}');
  assert.deepEqual(JSON.parse(exchange.facts.returned), ['Customer.id', 'Customer.name', 'Customer.email']);
  assert.equal(exchange.facts.recordCount, 2);
  assert.deepEqual(exchange.facts.subjects, ['unrouted/res.partner 1', 'unrouted/res.partner 2']);
});

test('masks, with a hash key of its own for every consumer', async () => {
  const read = ['id', 'name', 'email'];
  const masks = { name: { type: 'last-4' }, email: { type: 'hash' } } as const;
  const { exchange } = await select({ place: { read, masks } });
  const [first] = JSON.parse(textOf(exchange.answer)).items;
  assert.equal(first.name, '****');
  assert.match(first.email, /^[\w-]{22}$/);
  assert.deepEqual(exchange.facts.masked, ['Customer.name', 'Customer.email']);
  const place = grantedPlace({ read, masks });
  const other = exchangeAt(place);
  other.answer = { status: 200, mediaType: 'application/json', headers: [], body: Buffer.from(LIST) };
  const consumer = { ...place.consumer, metadata: { name: 'shop' } };
  await selectFields(KEY).prepare({ ...place, consumer })?.(other);
  assert.notEqual(JSON.parse(textOf(other.answer)).items[0].email, first.email);
});

test('narrows to the fields that were asked for', async () => {
  const { exchange } = await select({ fields: ['name', 'vat'] });
  assert.equal(textOf(exchange.answer), '{"items":[{"name":"A"},{}],"next":null}');
  assert.deepEqual(
    exchange.facts.subjects,
    ['unrouted/res.partner 1', 'unrouted/res.partner 2'],
    'known to the record, though they did not leave',
  );
});

test('tells the record whom an answer is about as the adapter says it, where it says it', async () => {
  const place = grantedPlace({});
  const exchange = exchangeAt(place);
  const subjects = ['erp/res.partner 1', 'erp/res.country 20'];
  exchange.facts.subjects.push('erp/res.partner 9');
  exchange.answer = { status: 200, mediaType: 'application/json', headers: [], body: Buffer.from(LIST), subjects };
  await selectFields(KEY).prepare(place)?.(exchange);
  assert.deepEqual(exchange.facts.subjects, ['erp/res.partner 9', ...subjects]);
});

test('says when values were not of the kind the grant lets through', async () => {
  const { exchange } = await select({ body: '{"items":[7,{"id":{"x":1}}]}' });
  assert.equal(textOf(exchange.answer), '{"items":[{}]}');
  assert.deepEqual(exchange.facts.notes, ['unexpected-values:2']);
});

const REFUSED: readonly (readonly [title: string, given: Given, code: string])[] = [
  ['HTML', { mediaType: 'text/html', body: '<html></html>' }, 'upstream-answer-invalid'],
  ['HTML declared as JSON', { body: '<html></html>' }, 'upstream-answer-invalid'],
  ['JSON without a type', { mediaType: '' }, 'upstream-answer-invalid'],
  ['multipart', { mediaType: 'multipart/form-data' }, 'upstream-answer-invalid'],
  ['NDJSON', { mediaType: 'application/x-ndjson', body: '{}\n{}' }, 'upstream-answer-invalid'],
  ['lines declared as JSON', { body: '{}\n{}' }, 'upstream-answer-invalid'],
  ['still compressed', { body: Buffer.from([0x1f, 0x8b, 8, 0]) }, 'upstream-answer-invalid'],
  ['duplicate keys', { body: '{"items":[{"id":1,"id":2}]}' }, 'upstream-answer-invalid'],
  ['an empty 200', { body: '' }, 'upstream-answer-invalid'],
  ['partial content', { status: 206 }, 'upstream-answer-invalid'],
  ['multi-status', { status: 207 }, 'upstream-answer-invalid'],
  ['a redirect', { status: 302 }, 'upstream-answer-invalid'],
  ['not modified', { status: 304, body: '' }, 'upstream-answer-invalid'],
  ['a body with 204', { status: 204 }, 'upstream-answer-invalid'],
  ['a body where none is declared', { unselected: true }, 'upstream-answer-invalid'],
  ['400', { status: 400 }, 'business-rule'],
  ['401', { status: 401 }, 'upstream-refused'],
  ['403', { status: 403 }, 'upstream-refused'],
  ['404', { status: 404 }, 'record-not-found'],
  ['409', { status: 409 }, 'conflict'],
  ['422', { status: 422 }, 'business-rule'],
  ['429', { status: 429, headers: ['Retry-After', '17'] }, 'upstream-busy'],
  ['500', { status: 500, body: 'Traceback (most recent call last)' }, 'upstream-failed'],
  ['503', { status: 503, headers: ['retry-after', '17'] }, 'upstream-busy'],
];

for (const [title, given, code] of REFUSED) {
  test(`refuses ${title}`, async () => {
    const { verdict, code: got } = await select(given);
    assert.equal(got, code);
    assert.ok(verdict?.kind === 'refuse' && verdict.detail === undefined && verdict.members === undefined);
    if (code === 'upstream-busy') assert.deepEqual(verdict.headers, ['retry-after', '17']);
  });
}

test('lets empty answers leave where the document promises nothing', async () => {
  for (const given of [
    { status: 204, body: '' },
    { method: 'HEAD', body: '' },
    { unselected: true, status: 202, body: '' },
  ]) {
    const { exchange, code } = await select({ ...given, mediaType: 'text/html' });
    assert.equal(code, 'pass');
    assert.equal(textOf(exchange.answer), '');
    assert.equal(exchange.answer?.mediaType, '');
  }
});

test('announces the declared media type, or plain JSON', async () => {
  const { exchange } = await select({ mediaType: 'application/vnd.internal-build-7+json' });
  assert.equal(exchange.answer?.mediaType, 'application/json');
  const document = structuredClone(customersDocument);
  const text = JSON.stringify(document).replaceAll('"application/json"', '"application/vnd.customer+json"');
  const declared = await select({
    mediaType: 'application/vnd.customer+json',
    place: { contract: contractOf(JSON.parse(text)) },
  });
  assert.equal(declared.exchange.answer?.mediaType, 'application/vnd.customer+json');
});

test('selects a stream chunk by chunk, only as fast as it is read', async () => {
  const body = streamOf([...LIST]);
  const { exchange, code } = await select({ body });
  assert.equal(code, 'pass');
  assert.equal(body.state.pulled, 0);
  const stream = exchange.answer?.body;
  assert.ok(stream !== undefined && !Buffer.isBuffer(stream));
  let text = '';
  for await (const chunk of stream) {
    if (text === '') assert.equal(body.state.pulled, 1);
    text += chunk.toString();
  }
  assert.equal(text, '{"items":[{"id":1,"name":"A","email":"a@b.example"},{"id":2}],"next":null}');
  assert.equal(exchange.facts.recordCount, 2);
});

test('breaks off a stream that turns out invalid', async () => {
  const body = streamOf(['{"items":[{"id":1},', '{"id":1,"id":2}', ']}']);
  const { exchange } = await select({ body });
  const stream = exchange.answer?.body;
  assert.ok(stream !== undefined && !Buffer.isBuffer(stream));
  const got: string[] = [];
  await assert.rejects(
    async () => {
      for await (const chunk of stream) got.push(chunk.toString());
    },
    (error) => error instanceof RefusalError && error.refusal.code === 'upstream-answer-invalid',
  );
  assert.deepEqual(got, ['{"items":[{"id":1}']);
  assert.ok(body.state.destroyed > 0);
  assert.equal(body.state.pulled, 2);
});
