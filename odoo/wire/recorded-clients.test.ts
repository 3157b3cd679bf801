import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeJsonRpcExact } from '../jsonrpc-codec.ts';
import { decodeXmlRpcExact } from '../xmlrpc-codec.ts';
import { bindCall, recordIds } from './bind-call.ts';
import { readJson } from './read-json.ts';
import { isOdooPath, readRequest } from './read-request.ts';
import { headerOf, httpRequest, isMessage, pythonJson, readClient } from './recordings.fixture.ts';
import type { RpcMessage } from './rpc-request.ts';
import { ANSWER_LIMITS } from './wire-error.ts';

/** What each client's requests are, in order: calls by model and method, the rest by kind. */
const CLIENTS: Readonly<Record<string, string>> = {
  'npm-async-odoo-xmlrpc': 'login res.partner.search_read',
  'npm-node-odoo': 'open-session res.partner.search 404 res.partner.create res.partner.unlink',
  'npm-odoo-await':
    'login res.partner.search res.partner.search_read res.partner.create res.partner.write res.partner.read ' +
    'ir.model.data.create ir.model.data.search_read res.partner.read res.partner.category.fields_get ' +
    'res.partner.unlink sale.order.no_method',
  'npm-odoo-xmlrpc-ts': 'login res.partner.search_read res.partner.search res.partner.create no.model.search',
  'npm-odoo-xmlrpc': 'login res.partner.search_read res.partner.search',
  'npm-odoo': 'open-session res.partner.search',
  'python-odoorpc':
    'version databases open-session res.partner.fields_get res.partner.search res.partner.read res.partner.read ' +
    'res.country.fields_get res.country.read res.partner.write res.partner.read res.partner.read ' +
    'res.partner.search_count res.partner.create res.partner.unlink res.partner.read sale.order.fields_get ' +
    'sale.order.search_read ir.actions.report.fields_get ir.actions.report.search ir.actions.report.read close-session',
  'python-xmlrpc.client':
    'version login res.partner.search_read res.partner.create res.partner.write res.partner.unlink no.model.search',
};

interface HttpMessage {
  readonly start: string;
  readonly headers: [string, string][];
  readonly body: string;
}

function httpMessage(text: string): HttpMessage {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  return { start, headers, body: text.slice(end + 4) };
}

function* exchangesOf(client: string): Iterable<{ request: HttpMessage; response: HttpMessage }> {
  for (const connection of readClient(client)) {
    for (const [place, part] of connection.entries()) {
      const answer = connection[place + 1];
      if (part.dir === 'request' && answer?.dir === 'response') {
        yield { request: httpMessage(part.text), response: httpMessage(answer.text) };
      }
    }
  }
}

function answerAsRecorded(message: RpcMessage, response: HttpMessage): void {
  const mediaType = (headerOf(response.headers, 'content-type') ?? '').split(';')[0] ?? '';
  const raw = { status: 200, mediaType, retryAfter: undefined, body: Buffer.from(response.body) };
  const isXml = message.protocol === 'xmlrpc/2';
  const outcome = isXml ? decodeXmlRpcExact(raw) : decodeJsonRpcExact(raw);
  if (!outcome.ok) return;
  const hasNone = !isXml && !response.body.includes('"result"');
  const reply = message.reply(hasNone ? undefined : outcome.value).body;
  if (isXml) {
    assert.equal(reply.toString(), response.body);
  } else {
    // Numbers as names come back in order.
    const expected = pythonJson(readJson(Buffer.from(response.body), ANSWER_LIMITS));
    assert.equal(pythonJson(readJson(reply, ANSWER_LIMITS)), expected);
  }
}

describe('clients as they are', () => {
  for (const [client, expected] of Object.entries(CLIENTS)) {
    test(`what ${client} sends is read, bound and answered in its words`, () => {
      const asked: string[] = [];
      for (const { request, response } of exchangesOf(client)) {
        const [method = '', path = ''] = request.start.split(' ');
        if (path === '/web/dataset/call') {
          assert.ok(!isOdooPath(path) && response.start.includes(' 404 '));
          asked.push('404');
          continue;
        }
        assert.ok(isOdooPath(path), path);
        const read = readRequest(httpRequest(method, path, request.headers, Buffer.from(request.body)), () => 19);
        assert.ok(isMessage(read), path);
        assert.notEqual(read.request.kind, 'refused');
        if (read.request.kind === 'call') {
          const bound = bindCall(read.request.call, 19);
          recordIds(bound.ids);
          asked.push(`${bound.model}.${bound.method}`);
        } else asked.push(read.request.kind);
        answerAsRecorded(read, response);
      }
      assert.equal(asked.join(' '), expected);
    });
  }
});
