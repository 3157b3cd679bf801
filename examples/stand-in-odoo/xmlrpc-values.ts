import { OdooError, typeError } from './odoo-error.ts';
import { PythonFloat } from './python-float.ts';
import { Recordset } from './recordset.ts';
import { readXml, type XmlElement } from './xml-reader.ts';

export interface MethodCall {
  readonly name: string;
  readonly params: readonly unknown[];
}

/** Reads a `methodCall` as Python's `xmlrpc.client.loads(use_datetime=True)` does. */
export function readMethodCall(bytes: Buffer): MethodCall {
  const root = readXml(bytes);
  const name = child(root, 'methodName')?.text ?? '';
  return { name, params: paramsOf(root) };
}

/** Reads a `methodResponse`: its value, or its fault. */
export function readMethodResponse(bytes: Buffer): { readonly value?: unknown; readonly fault?: unknown } {
  const root = readXml(bytes);
  const fault = child(root, 'fault');
  return fault === undefined ? { value: paramsOf(root)[0] } : { fault: readValue(child(fault, 'value')) };
}

function paramsOf(root: XmlElement): unknown[] {
  const params = child(root, 'params')?.children ?? [];
  return params.map((param) => readValue(child(param, 'value')));
}

const child = (element: XmlElement, name: string) => element.children.find((each) => each.name === name);

function readValue(value: XmlElement | undefined): unknown {
  const typed = value?.children[0];
  if (typed === undefined) return value?.text ?? '';
  const { text } = typed;
  switch (typed.name.replace(/^ex:/, '')) {
    case 'i1':
    case 'i2':
    case 'i4':
    case 'i8':
    case 'int':
    case 'biginteger':
      return Number(text);
    case 'double':
    case 'float':
    case 'bigdecimal':
      return new PythonFloat(Number(text));
    case 'boolean':
      return text.trim() === '1';
    case 'nil':
      return null;
    case 'string':
      return text;
    case 'base64':
      return text.replace(/\s+/g, '');
    case 'dateTime.iso8601':
      return text.trim().replace(/^(\d{4})-?(\d\d)-?(\d\d)T/, '$1-$2-$3 ');
    case 'array':
      return (child(typed, 'data')?.children ?? []).map(readValue);
    case 'struct':
      return Object.fromEntries(
        typed.children.map((member) => [child(member, 'name')?.text ?? '', readValue(child(member, 'value'))] as const),
      );
    default:
      throw new OdooError('xmlrpc.client.ResponseError', 'ResponseError()', 500);
  }
}

/** A `methodCall`, as a client without None writes it. */
export function writeMethodCall({ name, params }: MethodCall): string {
  const parts: string[] = [];
  for (const param of params) {
    parts.push('<param>\n');
    writeValue(param, parts);
    parts.push('</param>\n');
  }
  const content = `<methodName>${escaped(name)}</methodName>\n<params>\n${parts.join('')}</params>`;
  return `<?xml version='1.0'?>\n<methodCall>\n${content}\n</methodCall>\n`;
}

/** A `methodResponse`. None cannot be marshalled, nor can what exceeds 32 bits; both fail after the work is done. */
export function writeMethodResponse(value: unknown): string {
  const parts: string[] = [];
  writeValue(value, parts);
  return document(`<params>\n<param>\n${parts.join('')}</param>\n</params>\n`);
}

export function writeFault(code: number | string, text: string): string {
  const parts: string[] = [];
  writeValue({ faultCode: code, faultString: text }, parts);
  return document(`<fault>\n${parts.join('')}</fault>\n`);
}

const document = (content: string) => `<?xml version="1.0"?>\n<methodResponse>\n${content}\n</methodResponse>`;

function writeValue(value: unknown, parts: string[]): void {
  if (value === null || value === undefined) throw typeError('cannot marshal None unless allow_none is enabled');
  if (value instanceof Recordset) throw typeError(`cannot marshal <class 'odoo.api.${value.model}'> objects`);
  if (value instanceof PythonFloat) parts.push(`<value><double>${value}</double></value>\n`);
  else if (typeof value === 'boolean') parts.push(`<value><boolean>${value ? 1 : 0}</boolean></value>\n`);
  else if (typeof value === 'number') writeNumber(value, parts);
  else if (typeof value === 'string') parts.push(`<value><string>${escaped(value)}</string></value>\n`);
  else if (Array.isArray(value)) {
    parts.push('<value><array><data>\n');
    for (const item of value) writeValue(item, parts);
    parts.push('</data></array></value>\n');
  } else if (typeof value === 'object') {
    parts.push('<value><struct>\n');
    for (const [name, member] of Object.entries(value)) {
      parts.push(`<member>\n<name>${escaped(name)}</name>\n`);
      writeValue(member, parts);
      parts.push('</member>\n');
    }
    parts.push('</struct></value>\n');
  }
}

function writeNumber(value: number, parts: string[]): void {
  if (!Number.isInteger(value)) parts.push(`<value><double>${value}</double></value>\n`);
  else if (Math.abs(value) > 2 ** 31 - 1)
    throw new OdooError('builtins.OverflowError', 'int exceeds XML-RPC limits', 500);
  else parts.push(`<value><int>${value}</int></value>\n`);
}

function escaped(text: string): string {
  let kept = '';
  for (const sign of text) if (sign >= ' ' || sign === '\n' || sign === '\t' || sign === '\r') kept += sign;
  return kept.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
