import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAULT_NAMES } from './fault-tables.ts';
import { message, service, textOf, xml } from './messages.fixture.ts';
import { readJson } from './read-json.ts';
import { readRequest } from './read-request.ts';
import { httpRequest, isMessage } from './recordings.fixture.ts';
import type { RpcMessage } from './rpc-request.ts';
import { OdooFloat } from './value.ts';

describe('answers', () => {
  const over: readonly RpcMessage[] = [
    xml('xmlrpc/2', 'common', 'version', []),
    xml('xmlrpc', 'common', 'version', [], 16),
    service('common', 'version', []),
    service('common', 'version', [], 16),
    message('/json/2/a/b', '{}'),
    message('/web/session/get_session_info', '{}'),
  ];

  test('every fault has its place in every protocol, and tells no more than its sentence', () => {
    assert.ok(FAULT_NAMES.length > 20);
    for (const name of FAULT_NAMES) {
      for (const found of over) {
        const reply = found.fail({ name, message: 'a "sentence" of <ours>\u0000' }, ['Retry-After', '5']);
        assert.doesNotMatch(textOf(reply), /Traceback/);
        assert.ok(reply.headers.includes('Retry-After'));
        assert.equal(reply.status === 200, found.protocol !== 'json2');
        if (reply.contentType.startsWith('application/json')) assert.ok(readJson(reply.body));
      }
    }
  });

  test('None is a fault over XML-RPC as in Odoo, or nothing, as the gateway is told', () => {
    const [found] = over;
    assert.match(textOf(found?.reply(undefined) ?? assert.fail()), /TypeError: cannot marshal None/);
    assert.match(textOf(found?.reply([1, null]) ?? assert.fail()), /TypeError: cannot marshal None/);
    assert.match(textOf(found?.reply(2n ** 40n) ?? assert.fail()), /OverflowError: int exceeds XML-RPC limits/);
    const body = '<methodCall><methodName>version</methodName></methodCall>';
    const request = httpRequest('POST', '/xmlrpc/2/common', [], Buffer.from(body));
    const lenient = readRequest(request, () => 19, 'lenient');
    assert.ok(isMessage(lenient));
    assert.match(textOf(lenient.reply(undefined)), /<boolean>0<\/boolean>/);
    assert.match(textOf(lenient.reply([null])), /<boolean>0<\/boolean>/);
    const rpc = service('common', 'version', []);
    assert.equal(textOf(rpc.reply(undefined)), '{"jsonrpc":"2.0","id":1}');
    assert.equal(textOf(rpc.reply(null)), '{"jsonrpc":"2.0","id":1,"result":null}');
    assert.equal(textOf(message('/json/2/a/b', '{}').reply(undefined)), 'null');
  });

  test('floats and long numbers keep every digit', () => {
    const value = [new OdooFloat('7.7700000000000005'), 9_007_199_254_740_993n];
    assert.match(textOf(service('common', 'version', []).reply(value)), /\[7\.7700000000000005,9007199254740993\]/);
  });
});
