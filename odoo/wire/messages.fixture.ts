import assert from 'node:assert/strict';
import { readRequest } from './read-request.ts';
import { httpRequest, isMessage } from './recordings.fixture.ts';
import type { RawReply, RpcMessage } from './rpc-request.ts';
import type { OdooValue } from './value.ts';
import { writeJson } from './write-json.ts';
import { writeXml } from './write-xml.ts';

export const JSON_TYPE = [['Content-Type', 'application/json']] as const;

export function read(
  path: string,
  body: string,
  headers: readonly (readonly [string, string])[] = JSON_TYPE,
  major = 19,
) {
  return readRequest(httpRequest('POST', path, headers, Buffer.from(body)), () => major);
}

export function message(
  path: string,
  body: string,
  headers?: readonly (readonly [string, string])[],
  major = 19,
): RpcMessage {
  const found = read(path, body, headers, major);
  assert.ok(isMessage(found), 'answered without a call');
  return found;
}

export function service(name: string, method: string, args: readonly OdooValue[], major = 19): RpcMessage {
  const body = { jsonrpc: '2.0', method: 'call', params: { service: name, method, args }, id: 1 };
  return message('/jsonrpc', writeJson(body), JSON_TYPE, major);
}

export function xml(
  protocol: string,
  name: string,
  method: string,
  args: readonly OdooValue[],
  major = 19,
): RpcMessage {
  const params = args.map((value) => `<param>${writeXml(value, { none: 'nil', exact: true })}</param>`).join('');
  const body = `<methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  return message(`/${protocol}/${name}`, body, [], major);
}

export function refused({ request }: RpcMessage): string {
  return request.kind === 'refused' ? `${request.fault.name}: ${request.fault.message}` : request.kind;
}

export const textOf = ({ body }: RawReply) => body.toString();
