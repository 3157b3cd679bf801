import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { refusalOf } from './errors.ts';
import { decodeJson2, encodeJson2 } from './json2-codec.ts';
import { decodeJsonRpc, encodeAuthenticate, encodeJsonRpc } from './jsonrpc-codec.ts';
import type { RawAnswer, TypedCall } from './typed-call.ts';

interface Recorded {
  readonly case: string;
  readonly response: { status: number; headers: [string, string][]; body: { text?: string } };
}

function recorded(release: string, group: string): readonly Recorded[] {
  const url = new URL(`../../shared/odoo/recordings/${release}/${group}.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(url, 'utf8')).exchanges;
  } catch {
    throw new Error(`The recordings of real Odoo servers are missing: ${url.pathname} cannot be read.`);
  }
}

function rawAnswer({ response }: Recorded): RawAnswer {
  const type = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return {
    status: response.status,
    mediaType: type.split(';')[0] ?? '',
    retryAfter: undefined,
    body: Buffer.from(response.body.text ?? ''),
  };
}

const WRITE: TypedCall = {
  model: 'res.partner',
  method: 'write',
  ids: [7],
  args: { vals: { name: 'x' } },
  context: {},
};

describe('codecs', () => {
  test('JSON-2 names its arguments and the database', () => {
    const { path, headers, body } = encodeJson2(WRITE, 'prod', 'key', '/erp');
    assert.equal(path, '/erp/json/2/res.partner/write');
    assert.ok(headers.includes('bearer key') && headers.includes('prod'));
    assert.deepEqual(JSON.parse(body.toString()), { vals: { name: 'x' }, ids: [7], context: {} });
    assert.throws(() => encodeJson2({ ...WRITE, method: '../search' }, 'prod', 'key'));
    assert.throws(() => encodeJson2({ ...WRITE, model: 'res.partner/unlink' }, 'prod', 'key'));
  });

  test('JSON-RPC puts ids first, then what it knows the place of, then names', () => {
    const user = { database: 'prod', uid: 8, apiKey: 'key' };
    const args = (call: TypedCall) => JSON.parse(encodeJsonRpc(call, user).body.toString()).params.args;
    assert.deepEqual(args(WRITE), ['prod', 8, 'key', 'res.partner', 'write', [[7], { name: 'x' }], { context: {} }]);
    const search = { ...WRITE, method: 'search', args: { domain: [], limit: 2 } };
    const { ids: _, ...onModel } = search;
    assert.deepEqual(args(onModel).slice(5), [[[]], { limit: 2, context: {} }]);
    // A base_location here would rewrite Odoo's own address.
    assert.deepEqual(JSON.parse(encodeAuthenticate('prod', 'bot', 'key').body.toString()).params.args, [
      'prod',
      'bot',
      'key',
      {},
    ]);
  });

  for (const [release, group] of [
    ['19.0', 'json2'],
    ['19.0', 'json2_edge'],
    ['19.0', 'jsonrpc'],
    ['16.0', 'jsonrpc'],
  ] as const) {
    test(`every recorded answer of ${group} ${release} is read, and no failure tells anything`, () => {
      const decode = group === 'jsonrpc' ? decodeJsonRpc : decodeJson2;
      for (const entry of recorded(release, group)) {
        if (entry.response.body.text === undefined) continue;
        const raw = rawAnswer(entry);
        const outcome = decode(raw);
        const text = entry.response.body.text;
        const parsed = raw.mediaType === 'application/json' ? JSON.parse(text) : undefined;
        const isError = raw.status !== 200 || parsed === undefined || (group === 'jsonrpc' && 'error' in parsed);
        assert.equal(outcome.ok, !isError, entry.case);
        if (outcome.ok) continue;
        assert.match(outcome.failure, /^[A-Za-z_]+\d*$/);
        const refusal = JSON.stringify(refusalOf(outcome, true));
        assert.doesNotMatch(refusal, /Traceback|res\.partner|127\.0\.0\.1|psycopg|SELECT|Mitchell/);
      }
    });
  }

  test('classes mean what they should', () => {
    const code = (failure: string, isSafe = true) => refusalOf({ ok: false, failure }, isSafe).code;
    assert.equal(code('AccessError'), 'upstream-refused');
    assert.equal(code('MissingError'), 'record-not-found');
    assert.equal(code('ValidationError'), 'business-rule');
    assert.equal(code('SerializationFailure'), 'conflict');
    assert.equal(code('ValueError'), 'upstream-failed');
    assert.equal(code('constructor'), 'upstream-failed');
    assert.equal(code('Http502'), 'upstream-failed');
    assert.equal(code('Http502', false), 'outcome-unknown');
    assert.equal(code('CannotMarshalNone', false), 'outcome-unknown');
    assert.equal(code('Http503', false), 'upstream-busy');
  });

  test('a fault that says None cannot be marshalled is told apart from other type errors', () => {
    const error = (message: string) =>
      decodeJsonRpc({
        status: 200,
        mediaType: 'application/json',
        retryAfter: undefined,
        body: Buffer.from(
          JSON.stringify({ jsonrpc: '2.0', id: 1, error: { data: { name: 'builtins.TypeError', message } } }),
        ),
      });
    assert.deepEqual(error('cannot marshal None unless allow_none is enabled'), {
      ok: false,
      failure: 'CannotMarshalNone',
    });
    assert.deepEqual(error('other'), { ok: false, failure: 'TypeError' });
  });
});
