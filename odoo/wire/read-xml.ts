import { OdooFloat, type OdooValue } from './value.ts';
import { LONGEST_FLOAT, MOST_DIGITS, REQUEST_LIMITS, type WireLimits } from './wire-error.ts';
import { XmlScanner } from './xml-scanner.ts';

/** A method call as it was sent. */
export interface XmlCall {
  readonly method: string;
  readonly params: readonly OdooValue[];
}

/** An answer: a value, or what stands in its fault. */
export type XmlAnswer = { readonly value: OdooValue } | { readonly fault: OdooValue };

const METHOD = /^[A-Za-z0-9_.:/-]{1,128}$/;
const WHOLE = new RegExp(`^[+-]?\\d{1,${MOST_DIGITS}}$`);
const FLOAT = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const DATE_TIME = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)$/;

/** Reads `<methodCall>`. Throws a WireError. */
export function readXmlCall(body: Buffer, limits: WireLimits = REQUEST_LIMITS): XmlCall {
  return new XmlReader(body, limits).call();
}

/** Reads `<methodResponse>`. Throws a WireError. */
export function readXmlAnswer(body: Buffer, limits: WireLimits): XmlAnswer {
  return new XmlReader(body, limits).answer();
}

/** XML-RPC with the types that Odoo's own reader (Python's `xmlrpc.client`) knows. */
class XmlReader {
  private readonly scanner: XmlScanner;
  private readonly limits: WireLimits;
  private depth = 0;
  private left: number;

  constructor(body: Buffer, limits: WireLimits) {
    this.scanner = new XmlScanner(body);
    this.limits = limits;
    this.left = limits.values;
  }

  call(): XmlCall {
    const { scanner } = this;
    if (scanner.open('methodCall') || scanner.open('methodName')) scanner.fail('syntax');
    const method = this.text('methodName').trim();
    if (!METHOD.test(method)) scanner.fail('value');
    const params = this.params();
    this.end();
    return { method, params };
  }

  answer(): XmlAnswer {
    const { scanner } = this;
    if (scanner.open('methodResponse')) scanner.fail('syntax');
    if (scanner.next() !== 'open' || !scanner.isBlank() || scanner.isEmpty) scanner.fail('syntax');
    const kind = scanner.name;
    if (kind === 'params') {
      if (scanner.open('param') || scanner.open('value')) scanner.fail('syntax');
    } else if (kind !== 'fault' || scanner.open('value')) scanner.fail('syntax');
    const value = this.value();
    if (kind === 'params') scanner.close('param');
    scanner.close(kind);
    scanner.close('methodResponse');
    this.end();
    return kind === 'params' ? { value } : { fault: value };
  }

  private end(): void {
    if (this.scanner.next() !== 'end' || !this.scanner.isBlank()) this.scanner.fail('syntax');
  }

  /** After the method's name, up to the end of the call. */
  private params(): OdooValue[] {
    const { scanner } = this;
    const params: OdooValue[] = [];
    if (!this.opensOrCloses('params', 'methodCall')) return params;
    if (!scanner.isEmpty) {
      while (this.opensOrCloses('param', 'params')) {
        if (scanner.isEmpty) scanner.fail('syntax');
        const isEmpty = scanner.open('value');
        params.push(isEmpty ? this.emptyValue() : this.value());
        scanner.close('param');
      }
    }
    scanner.close('methodCall');
    return params;
  }

  /** True: the next tag opens `name`; false: it closes `outer`. */
  private opensOrCloses(name: string, outer: string): boolean {
    const token = this.scanner.next();
    const isOpen = token === 'open' && this.scanner.name === name;
    if (!this.scanner.isBlank() || !(isOpen || (token === 'close' && this.scanner.name === outer))) {
      this.scanner.fail('syntax');
    }
    return isOpen;
  }

  private emptyValue(): string {
    if (--this.left < 0) this.scanner.fail('too-large');
    return '';
  }

  /** After `<value>`, up to and with `</value>`. */
  private value(): OdooValue {
    const { scanner } = this;
    if (--this.left < 0) scanner.fail('too-large');
    if (scanner.next() !== 'open') return scanner.name === 'value' ? scanner.content : scanner.fail('syntax');
    if (!scanner.isBlank()) scanner.fail('syntax');
    const typed = this.typed(scanner.name);
    scanner.close('value');
    return typed;
  }

  private typed(type: string): OdooValue {
    if (type === 'struct') return this.struct();
    if (type === 'array') return this.array();
    const text = this.text(type);
    switch (type) {
      case 'string':
        return text;
      case 'int':
      case 'i4':
      case 'i8':
      case 'i1':
      case 'i2':
      case 'biginteger':
        return this.whole(text.trim());
      case 'boolean':
        if (text !== '0' && text !== '1') this.scanner.fail('value');
        return text === '1';
      case 'double':
      case 'float':
      case 'bigdecimal':
        return this.float(text.trim());
      case 'nil':
        return text.trim() === '' ? null : this.scanner.fail('value');
      case 'base64':
        return this.base64(text);
      case 'dateTime.iso8601':
        return this.dateTime(text.trim());
      default:
        return this.scanner.fail('syntax');
    }
  }

  /** Text up to the tag that closes `type`. */
  private text(type: string): string {
    const { scanner } = this;
    if (scanner.isEmpty) return '';
    if (scanner.next() !== 'close' || scanner.name !== type) scanner.fail('syntax');
    return scanner.content;
  }

  private enter(): void {
    if (++this.depth > this.limits.depth) this.scanner.fail('too-deep');
  }

  private struct(): OdooValue {
    const { scanner } = this;
    const object: Record<string, OdooValue> = Object.create(null);
    if (scanner.isEmpty) return object;
    this.enter();
    while (this.opensOrCloses('member', 'struct')) {
      if (scanner.isEmpty) scanner.fail('syntax');
      scanner.open('name');
      const name = this.text('name');
      if (object[name] !== undefined) scanner.fail('duplicate');
      object[name] = scanner.open('value') ? this.emptyValue() : this.value();
      scanner.close('member');
    }
    this.depth--;
    return object;
  }

  private array(): OdooValue {
    const { scanner } = this;
    const list: OdooValue[] = [];
    if (scanner.isEmpty) return list;
    this.enter();
    if (!scanner.open('data')) {
      while (this.opensOrCloses('value', 'data')) list.push(scanner.isEmpty ? this.emptyValue() : this.value());
    }
    scanner.close('array');
    this.depth--;
    return list;
  }

  private whole(text: string): OdooValue {
    if (!WHOLE.test(text)) this.scanner.fail('number');
    const value = Number(text);
    if (!Number.isSafeInteger(value)) return BigInt(text.startsWith('+') ? text.slice(1) : text);
    return value === 0 ? 0 : value;
  }

  private float(text: string): OdooValue {
    const match = text.length > LONGEST_FLOAT ? null : FLOAT.exec(text);
    if (match === null || !Number.isFinite(Number(text))) return this.scanner.fail('number');
    const [, digits = '', exponent = ''] = match;
    const [whole = '', fraction = ''] = digits.split('.');
    const point = fraction === '' && exponent !== '' && !digits.includes('.') ? '' : `.${fraction || '0'}`;
    // As JSON writes it, so that the text serves every protocol.
    return new OdooFloat(
      `${text.startsWith('-') ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}${point}${exponent}`,
    );
  }

  private base64(text: string): string {
    const bare = text.replace(/[ \t\n]+/g, '');
    if (bare.length % 4 !== 0 || !BASE64.test(bare)) this.scanner.fail('value');
    return bare;
  }

  private dateTime(text: string): string {
    const match = text.length > 24 ? null : DATE_TIME.exec(text);
    if (match === null) return this.scanner.fail('value');
    const [, year, month, day, hour, minute, second] = match;
    const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
    const time = Date.parse(`${written}Z`);
    // 30 February and the like would be moved to another day.
    if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== written) this.scanner.fail('value');
    return written.replace('T', ' ');
  }
}
