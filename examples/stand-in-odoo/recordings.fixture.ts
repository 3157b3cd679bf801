import { readFileSync } from 'node:fs';
import { readMethodCall, readMethodResponse } from './xmlrpc-values.ts';

type Body = { readonly text?: string; readonly base64?: string };
/** One exchange with a real server. */
export interface Recorded {
  readonly case: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: Body;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: Body;
  };
}

export const RELEASES = ['16.0', '17.0', '18.0', '19.0'] as const;
const GROUPS = ['xmlrpc2', 'xmlrpc1', 'jsonrpc', 'http_edge', 'session'] as const;

/** Every recorded group: release and name of its file. */
export const RECORDED_GROUPS: readonly (readonly [(typeof RELEASES)[number], string])[] = [
  ...RELEASES.flatMap((release) => GROUPS.map((group) => [release, group] as const)),
  ['19.0', 'json2'],
  ['19.0', 'json2_edge'],
];

export function readRecordings(release: string, group: string): Recorded[] {
  return readRecordingFile(`${release}/${group}.json`).exchanges;
}

export function readRecordingFile(name: string) {
  const url = new URL(`../../../shared/odoo/recordings/${name}`, import.meta.url);
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch {
    throw new Error(`The recordings of real Odoo servers are missing: ${url.pathname} cannot be read.`);
  }
}

export const bytesOf = (body: Body): Buffer =>
  body.base64 === undefined ? Buffer.from(body.text ?? '') : Buffer.from(body.base64, 'base64');

/** The id that a recorded call names first: in JSON-2 as `ids`, else as the first positional argument. */
export function idIn(recorded: readonly Recorded[], name: string): number {
  const found = recorded.find((entry) => entry.case === name);
  if (found === undefined) return 1000;
  if (found.request.path.startsWith('/xmlrpc'))
    return firstNumber(readMethodCall(bytesOf(found.request.body)).params[5]);
  const body = JSON.parse(found.request.body.text ?? '{}');
  return firstNumber(body.params === undefined ? body.ids : body.params.args[5]);
}

function firstNumber(value: unknown): number {
  return Array.isArray(value) ? firstNumber(value[0]) : Number(value);
}

/** The shape of a value: types, keys of objects, and of arrays the shape of the first element. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (members.length === 1 && members[0]?.[0] === 'value') return 'float';
  return Object.fromEntries(members.map(([name, member]) => [name, shapeOf(member)]));
}

/** What counts of an answer: status, media type and the shape of its value or the class of its error. */
export function summarise(status: number, contentType: string, body: Buffer): unknown {
  const type = contentType.split(';')[0];
  if (type === 'text/xml') return { status, type, ...summariseXml(body) };
  if (type !== 'application/json') return { status, type };
  const value = JSON.parse(body.toString('utf8'));
  const errorClass = value?.error?.data?.name ?? (status >= 400 ? value?.name : undefined);
  if (errorClass === undefined) return { status, shape: shapeOf(value) };
  // Arguments and context of an error vary with its text; that they are there is what counts.
  const detail = value.error?.data ?? value;
  return { status, errorClass, code: value.error?.code, id: value.id, keys: Object.keys(detail).sort() };
}

function summariseXml(body: Buffer): Record<string, unknown> {
  const { value, fault } = readMethodResponse(body);
  if (fault === undefined) return { shape: shapeOf(value) };
  const { faultCode, faultString } = Object(fault);
  // The last line of a traceback names the class.
  const last = String(faultString)
    .trimEnd()
    .split('\n')
    .findLast((line) => /^[\w.]+(Error|Exception|Range): /.test(line));
  const kind =
    typeof faultCode === 'number' ? faultCode : (/^(warning -- \w+|AccessDenied)/.exec(faultCode)?.[0] ?? 'text');
  const traceback = String(faultString).startsWith('Traceback');
  return { fault: kind, raised: traceback ? last?.split(':')[0]?.split('.').at(-1) : undefined };
}

/** A copy of `shape` with the members that `other` has too, at any depth. */
export function membersIn(shape: unknown, other: unknown): unknown {
  if (shape === null || typeof shape !== 'object' || Array.isArray(shape)) return shape;
  if (other === null || typeof other !== 'object' || Array.isArray(other)) return shape;
  const theirs = new Map(Object.entries(other));
  const members = Object.entries(shape).flatMap(([name, member]) =>
    theirs.has(name) ? [[name, membersIn(member, theirs.get(name))] as const] : [],
  );
  return Object.fromEntries(members);
}
