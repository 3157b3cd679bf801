import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ExactOutcome, odooMember } from '../decode-answer.ts';
import { refusalOf } from '../errors.ts';
import { decodeJson2Exact } from '../json2-codec.ts';
import { decodeJsonRpcExact } from '../jsonrpc-codec.ts';
import type { RawAnswer } from '../typed-call.ts';
import { decodeXmlRpcExact } from '../xmlrpc-codec.ts';
import type { OdooFault } from './fault.ts';
import { isFaultName } from './fault-tables.ts';
import { readJson } from './read-json.ts';
import { isOdooPath, readRequest } from './read-request.ts';
import { readXmlAnswer, readXmlCall } from './read-xml.ts';
import {
  BEFORE_ODOO,
  BY_THE_FRONT,
  NOT_SERVED,
  OWN_WORDS,
  REFUSED,
  REORDERED,
} from './recorded-differences.fixture.ts';
import {
  bytesOf,
  groupsOf,
  headerOf,
  httpRequest,
  isMessage,
  pythonJson,
  RELEASES,
  type Recorded,
  readRecording,
} from './recordings.fixture.ts';
import type { RawReply, RpcMessage } from './rpc-request.ts';
import { isOdooList, type OdooValue, odooObject } from './value.ts';
import { ANSWER_LIMITS } from './wire-error.ts';
import { writeXml } from './write-xml.ts';

// Every recorded exchange goes all the way: the request's bytes to a message, the answer's bytes to a value or a fault,
// and that through the message back to the same bytes. Where the gateway means to differ, the case stands in
// recorded-differences.fixture.ts.

const counted = {
  exchanges: 0,
  same: 0,
  notServed: 0,
  refused: 0,
  ownWords: 0,
  dropped: 0,
  secret: 0,
  front: 0,
  beforeOdoo: 0,
};

const seen = new Set<string>();

const FRAMES = 'Traceback (most recent call last):\n  [frames removed]\n';

function rawAnswer({ response }: Recorded): RawAnswer {
  const mediaType = (headerOf(response.headers, 'content-type') ?? '').split(';')[0] ?? '';
  return { status: response.status, mediaType, retryAfter: undefined, body: bytesOf(response.body) };
}

function check(recorded: Recorded, release: string, group: string): void {
  counted.exchanges++;
  seen.add(recorded.case);
  const major = Number.parseInt(release, 10);
  const { method, path, headers, body } = recorded.request;
  const request = httpRequest(method, path, headers, bytesOf(body));
  const name = recorded.case;
  if (!isOdooPath(request.path)) {
    assert.ok(Object.hasOwn(NOT_SERVED, name), `${name} is served by Odoo`);
    counted.notServed++;
    return;
  }
  const read = readRequest(request, () => major);
  if (!isMessage(read)) {
    checkReply(read, recorded);
    return;
  }
  assert.ok(!Object.hasOwn(REFUSED, name), `${name} should be refused`);
  if (major < (BEFORE_ODOO[name] ?? 0)) {
    counted.beforeOdoo++;
    return;
  }
  checkRequestBytes(recorded, read);
  if (recorded.response.body.text === '' || recorded.response.body.text === undefined) {
    counted.dropped++;
    return;
  }
  if (Object.hasOwn(BY_THE_FRONT, name)) {
    counted.front++;
    return;
  }
  checkAnswer(recorded, read, major, group);
}

/** What was answered without a call: by the same bytes, or as listed. */
function checkReply(reply: RawReply, { case: name, response }: Recorded): void {
  if (Object.hasOwn(REFUSED, name)) {
    counted.refused++;
    const text = reply.body.toString();
    assert.ok(text === 'Invalid JSON data' || /ExpatError: not well-formed/.test(text), name);
    return;
  }
  if (Object.hasOwn(OWN_WORDS, name)) {
    counted.ownWords++;
    assert.equal(reply.status, response.status, name);
    if (response.status === 200) {
      const ours = readXmlAnswer(reply.body, ANSWER_LIMITS);
      assert.ok('fault' in ours && odooMember(ours.fault, 'faultCode') === 1, name);
    }
    return;
  }
  counted.same++;
  assert.equal(reply.status, response.status, name);
  assert.equal(reply.contentType, headerOf(response.headers, 'content-type'), name);
  for (const header of ['Allow', 'Accept', 'WWW-Authenticate']) {
    const at = reply.headers.indexOf(header);
    const ours = at === -1 ? undefined : reply.headers[at + 1];
    // Python's sets have no order.
    const sorted = (list: string | undefined) => list?.split(', ').sort();
    assert.deepEqual(sorted(ours), sorted(headerOf(response.headers, header.toLowerCase())), name);
  }
  const text = reply.body.toString();
  const written = reply.contentType.startsWith('application/json') ? pythonJson(readJson(reply.body)) : text;
  assert.equal(withoutDebug(written), withoutDebug(response.body.text ?? ''), name);
}

/** Reading keeps all: what was read writes the same bytes, and the message holds what was read. */
function checkRequestBytes(recorded: Recorded, { protocol, request }: RpcMessage): void {
  const text = recorded.request.body.text ?? '';
  if (protocol === 'xmlrpc' || protocol === 'xmlrpc/2') {
    const call = readXmlCall(Buffer.from(text));
    if (text.includes('\n<params>\n')) {
      const params = call.params.map((value) => `<param>\n${writeXml(value, { none: 'nil', exact: true })}</param>\n`);
      const written = `<?xml version='1.0'?>\n<methodCall>\n<methodName>${call.method}</methodName>\n<params>\n${params.join('')}</params>\n</methodCall>\n`;
      assert.equal(written.replaceAll('i8>', 'int>'), text.replaceAll('i8>', 'int>'), recorded.case);
    }
    if (request.kind === 'call') checkCall(request.call, call.method, call.params);
  } else if (text !== '') {
    const body = readJson(Buffer.from(text));
    if (text.includes('": ')) assert.equal(pythonJson(body, 'ascii'), text, recorded.case);
    const params = odooMember(body, 'params');
    const args = odooMember(params, 'args');
    if (request.kind !== 'call') return;
    if (protocol === 'jsonrpc') checkCall(request.call, odooMember(params, 'method'), isOdooList(args) ? args : []);
    if (protocol === 'session') {
      assert.deepEqual(request.call.positional, args);
      assert.equal(request.call.model, odooMember(params, 'model'));
    }
    if (protocol === 'json2') {
      const [, , , model, method] = recorded.request.path.split(/[/?]/);
      assert.deepEqual([request.call.model, request.call.method], [model, method]);
    }
  }
}

type Call = Extract<RpcMessage['request'], { kind: 'call' }>['call'];

function checkCall(call: Call, method: OdooValue | undefined, args: readonly OdooValue[]): void {
  const [, , , model, name, ...rest] = args;
  assert.deepEqual([call.model, call.method], [model, name]);
  if (method === 'execute') {
    assert.deepEqual([call.positional, Object.keys(call.named)], [rest, []]);
  } else {
    assert.deepEqual([call.positional, call.named], [rest[0], rest[1] ?? odooObject([])]);
  }
}

function checkAnswer(recorded: Recorded, message: RpcMessage, major: number, group: string): void {
  const raw = rawAnswer(recorded);
  const text = recorded.response.body.text ?? '';
  const isXml = message.protocol.startsWith('xmlrpc');
  const isBare = message.protocol === 'json2';
  const decode = isXml ? decodeXmlRpcExact : isBare ? decodeJson2Exact : decodeJsonRpcExact;
  const outcome: ExactOutcome = decode(raw);
  if (outcome.ok) {
    assert.ok(message.request.kind !== 'refused', recorded.case);
    const hasNone = !isXml && !isBare && !/"result": /.test(text);
    const reply = message.reply(hasNone ? undefined : outcome.value);
    assertSame(reply, recorded, isXml);
    if (isXml) assert.equal(message.reply(outcome.value).body.toString(), text, recorded.case);
    return;
  }
  const fault = faultOf(recorded, isXml, isBare);
  if (fault === undefined) {
    // A class that clients are never told: it must mean something to the gateway, and nothing of it may leave.
    counted.secret++;
    const refusal = JSON.stringify(refusalOf(outcome, true));
    assert.doesNotMatch(refusal, /127\.0\.0\.1|psycopg|SELECT|res\.partner/, recorded.case);
    return;
  }
  if (Object.hasOwn(OWN_WORDS, recorded.case)) {
    counted.ownWords++;
    assert.ok(message.request.kind === 'refused' && message.request.fault.name === fault.name, recorded.case);
    return;
  }
  // Where the codec refuses by itself, it refuses with what Odoo said.
  if (message.request.kind === 'refused') assert.deepEqual(message.request.fault, fault, `${group} ${recorded.case}`);
  assertSame(message.fail(fault), recorded, isXml);
  // The gateway itself never calls the old routes, whose codes are words.
  if (message.protocol === 'xmlrpc') return;
  const known = outcome.failure === 'MissingError' ? 'UserError' : outcome.failure;
  const name = fault.name.split('.').at(-1) ?? '';
  const isNone = fault.message.includes('cannot marshal None');
  assert.equal(isXml ? known : outcome.failure, isNone ? 'CannotMarshalNone' : name, `${major} ${recorded.case}`);
}

/** The recorded error as the guard would raise it; undefined for classes that it never raises. */
function faultOf(recorded: Recorded, isXml: boolean, isBare: boolean): OdooFault | undefined {
  const [name, message] = isXml ? xmlFaultOf(recorded) : jsonFaultOf(recorded, isBare);
  return isFaultName(name) ? { name, message } : undefined;
}

function jsonFaultOf({ response }: Recorded, isBare: boolean): [string, string] {
  const body = readJson(bytesOf(response.body));
  const data = isBare ? body : odooMember(odooMember(body, 'error'), 'data');
  return [String(odooMember(data, 'name')), String(odooMember(data, 'message'))];
}

function xmlFaultOf({ response }: Recorded): [string, string] {
  const answer = readXmlAnswer(bytesOf(response.body), ANSWER_LIMITS);
  const fault = 'fault' in answer ? answer.fault : null;
  const code = odooMember(fault, 'faultCode');
  const text = String(odooMember(fault, 'faultString'));
  if (code === 2) return ['odoo.exceptions.UserError', text];
  if (code === 3 || code === 'AccessDenied') return ['odoo.exceptions.AccessDenied', text];
  if (code === 4) return ['odoo.exceptions.AccessError', text];
  const [, warning, says] = /^warning -- (\w+)\n\n([\s\S]*)$/.exec(String(code)) ?? [];
  if (warning !== undefined && says !== undefined) return [`odoo.exceptions.${warning}`, says];
  const [, name = '', message = ''] = /^([\w.]+): ([\s\S]*)\n$/.exec(text.replace(FRAMES, '')) ?? [];
  const isKey = name === 'KeyError';
  return [name.includes('.') ? name : `builtins.${name}`, isKey ? message.replaceAll("'", '') : message];
}

function withoutDebug(text: string): string {
  return text
    .replace(/"debug": ?"(?:[^"\\]|\\.)*"/, '"debug": ""')
    .replaceAll(FRAMES, '')
    .replace(/": ?/g, '": ');
}

function assertSame(reply: RawReply, { case: name, response }: Recorded, isXml: boolean): void {
  counted.same++;
  assert.equal(reply.status, response.status, name);
  assert.equal(reply.contentType, headerOf(response.headers, 'content-type'), name);
  assert.equal(reply.headers.includes('WWW-Authenticate'), response.status === 401, name);
  const text = response.body.text ?? '';
  const ours = reply.body.toString();
  assert.doesNotMatch(ours, /Traceback/, name);
  if (isXml) {
    assert.equal(ours, text.replace(FRAMES, ''), name);
  } else {
    const written = pythonJson(readJson(reply.body, ANSWER_LIMITS));
    const isSorted = !REORDERED.has(name);
    const recorded = isSorted ? text : pythonJson(readJson(Buffer.from(text), ANSWER_LIMITS));
    assert.equal(withoutDebug(written), withoutDebug(recorded), name);
  }
}

describe('recorded exchanges', () => {
  for (const release of RELEASES) {
    for (const group of groupsOf(release)) {
      test(`${group} of ${release} are read, and answered with the same bytes`, () => {
        for (const recorded of readRecording(release, group)) check(recorded, release, group);
      });
    }
  }

  test('nothing was passed over: each exchange is the same, or stands in a list', () => {
    const { exchanges, ...kinds } = counted;
    assert.equal(exchanges, 1844);
    assert.equal(
      Object.values(kinds).reduce((sum, count) => sum + count, 0),
      exchanges,
    );
    assert.deepEqual(kinds, {
      same: 1685,
      notServed: 64,
      refused: 24,
      ownWords: 34,
      dropped: 0,
      secret: 30,
      front: 1,
      beforeOdoo: 6,
    });
    for (const list of [NOT_SERVED, REFUSED, OWN_WORDS, BY_THE_FRONT, BEFORE_ODOO]) {
      for (const name of Object.keys(list)) assert.ok(seen.has(name), `${name} is no recorded case`);
    }
  });
});
