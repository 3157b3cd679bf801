import { isAscii, isUtf8 } from 'node:buffer';
import { WireError, type WireErrorCode } from './wire-error.ts';

const DECLARATION =
  /^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.[01]"|'1\.[01]')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"([\w.-]{1,40})"|'([\w.-]{1,40})'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/;
const LONGEST_DECLARATION = 400;
/** Encodings that agree with UTF-8 on ASCII: accepted where nothing else stands in the document. */
const ASCII_ALIKE = /^(?:us-ascii|ascii|iso-8859-1|latin-1|latin1)$/i;
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const BLANK = /^[ \t\n]*$/;
/** A tag with attributes: only namespace declarations, which mean nothing here. */
const TAG =
  /^([A-Za-z][\w.:-]{0,40})(?:[ \t\n]+xmlns(?::[A-Za-z]\w{0,20})?[ \t\n]*=[ \t\n]*(?:"[^"<&]{0,200}"|'[^'<&]{0,200}')){0,8}[ \t\n]*$/;
const REFERENCE = /^(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6}))$/;
const OTHER_REFERENCE = /&(?!(?:lt|gt|amp|quot|apos);)/;
const LONGEST_REFERENCE = 9;
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

export type XmlToken = 'open' | 'close' | 'end';

/**
 * Tags and text of the XML subset that XML-RPC needs, in one pass. Own code and no library, because what matters is what
 * is not understood: document types, entities of one's own, processing instructions, attributes and other encodings than
 * UTF-8 are refused by having no code at all, where a library would have to be told each time. Throws WireErrors.
 */
export class XmlScanner {
  /** Name of the last tag; a prefix `ex:` is taken off. */
  name = '';
  /** The last tag was `<name/>`: no closing tag follows. */
  isEmpty = false;
  /** Text before the last tag, decoded. */
  content = '';
  private readonly text: string;
  /** Whether text must be looked through at all: most documents have neither references nor what ends a CDATA section. */
  private readonly isSpecial: boolean;
  private at = 0;

  constructor(body: Buffer) {
    if (!isUtf8(body)) throw new WireError('encoding', 0);
    const text = body.toString('utf8');
    // Line ends are one character to whoever reads XML (XML 1.0 §2.11).
    this.text = text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text;
    this.isSpecial = text.includes('&') || text.includes(']]>');
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const unfit = NOT_XML.exec(this.text);
    if (unfit !== null) this.fail('text', unfit.index);
    if (this.text.startsWith('<?', this.at)) this.declaration(isAscii(body));
  }

  fail(code: WireErrorCode, at = this.at): never {
    throw new WireError(code, at);
  }

  /** Reads up to the end of the next tag. */
  next(): XmlToken {
    const { text } = this;
    let content = '';
    for (;;) {
      const tag = text.indexOf('<', this.at);
      const end = tag === -1 ? text.length : tag;
      if (end > this.at) {
        const part = text.slice(this.at, end);
        content += this.isSpecial ? this.decoded(part) : part;
      }
      this.at = end;
      this.content = content;
      if (tag === -1) return 'end';
      const unit = text.charCodeAt(tag + 1);
      if (unit !== 0x21) return unit === 0x2f ? this.closing(tag + 2) : this.opening(tag + 1);
      if (text.startsWith('<![CDATA[', tag)) {
        const stop = this.find(']]>', tag + 9);
        content += text.slice(tag + 9, stop);
        this.at = stop + 3;
      } else {
        this.comment(tag);
      }
    }
  }

  /** The next tag opens `name`, and only blanks stand before it. Returns whether it is empty. */
  open(name: string): boolean {
    if (this.next() !== 'open' || this.name !== name || !this.isBlank()) this.fail('syntax');
    return this.isEmpty;
  }

  /** The next tag closes `name`, and only blanks stand before it. */
  close(name: string): void {
    if (this.next() !== 'close' || this.name !== name || !this.isBlank()) this.fail('syntax');
  }

  isBlank(): boolean {
    const { content } = this;
    return content === '' || content === '\n' || BLANK.test(content);
  }

  private find(what: string, from: number): number {
    const found = this.text.indexOf(what, from);
    return found === -1 ? this.fail('syntax', from) : found;
  }

  private declaration(isPlain: boolean): void {
    const match = DECLARATION.exec(this.text.slice(this.at, this.at + LONGEST_DECLARATION));
    if (match === null) this.fail('syntax');
    const encoding = match[1] ?? match[2] ?? 'utf-8';
    if (!/^utf-?8$/i.test(encoding) && !(isPlain && ASCII_ALIKE.test(encoding))) this.fail('encoding');
    this.at += match[0].length;
  }

  private comment(tag: number): void {
    if (!this.text.startsWith('<!--', tag)) this.fail('syntax', tag);
    const stop = this.find('--', tag + 4);
    if (this.text.charCodeAt(stop + 2) !== 0x3e) this.fail('syntax', stop);
    this.at = stop + 3;
  }

  private closing(from: number): XmlToken {
    const end = this.find('>', from);
    const name = this.text.slice(from, end);
    this.name = TAG_NAMES.has(name) ? name : bare(name.trimEnd());
    this.at = end + 1;
    return 'close';
  }

  private opening(from: number): XmlToken {
    const end = this.find('>', from);
    this.isEmpty = this.text.charCodeAt(end - 1) === 0x2f;
    const inside = this.text.slice(from, this.isEmpty ? end - 1 : end);
    this.name = TAG_NAMES.has(inside) ? inside : bare(this.nameOf(inside, from));
    this.at = end + 1;
    return 'open';
  }

  private nameOf(inside: string, at: number): string {
    return (inside.length <= 2000 ? TAG.exec(inside)?.[1] : undefined) ?? this.fail('syntax', at);
  }

  /** The five references that most texts have, a kind at a time; `&` last, so that nothing is read twice. */
  private predefined(text: string): string {
    if (OTHER_REFERENCE.test(text)) this.fail('text');
    const signs = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');
    return signs.replaceAll('&apos;', "'").replaceAll('&amp;', '&');
  }

  private decoded(text: string): string {
    if (text.includes(']]>')) this.fail('text');
    if (!text.includes('&')) return text;
    if (!text.includes('&#')) return this.predefined(text);
    const [first = '', ...others] = text.split('&');
    let decoded = first;
    for (const part of others) {
      const end = part.slice(0, LONGEST_REFERENCE).indexOf(';');
      if (end === -1) return this.fail('text');
      decoded += this.character(part.slice(0, end)) + part.slice(end + 1);
    }
    return decoded;
  }

  private character(reference: string): string {
    const known = PREDEFINED.get(reference);
    if (known !== undefined) return known;
    const match = REFERENCE.exec(reference);
    if (match === null) return this.fail('text');
    const [, decimal, hexadecimal] = match;
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
    const isCharacter =
      point === 9 ||
      point === 10 ||
      point === 13 ||
      (point >= 0x20 && point <= 0xd7ff) ||
      (point >= 0xe000 && point <= 0xfffd) ||
      (point >= 0x10000 && point <= 0x10ffff);
    return isCharacter ? String.fromCodePoint(point) : this.fail('text');
  }
}

const TAG_NAMES: ReadonlySet<string> = new Set(
  'value string int struct member name array data boolean double param params i4 i8'.split(' '),
);

/** Apache's extension types carry a prefix: `ex:nil`, `ex:i8`. */
function bare(name: string): string {
  return name.startsWith('ex:') ? name.slice(3) : name;
}
